package signaling

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// What a request may weigh, and take.
const (
	maxRelay  = 64 << 10 // bytes
	maxAccess = 1 << 10  // bytes
	bodyTime  = 10 * time.Second
)

// bearer is the token of a request, from its header or its query.
func bearer(r *http.Request) string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return token
	}
	return r.URL.Query().Get("token")
}

// user is who sends a request. When the token does not say, it answers the
// request and reports false.
func (s *Server) user(w http.ResponseWriter, r *http.Request) (User, bool) {
	u, err := s.signer.verify(bearer(r))
	switch {
	case errors.Is(err, errNoToken):
		http.Error(w, "a token is required: POST /access", http.StatusUnauthorized)
	case err != nil:
		http.Error(w, "bad or expired token: POST /access for a new one", http.StatusForbidden)
	}
	return u, err == nil
}

// poster is who posts a request. When nobody may, it answers the request and
// reports false.
func (s *Server) poster(w http.ResponseWriter, r *http.Request) (User, bool) {
	u, ok := s.user(w, r)
	if ok && !s.posts.allow(string(u.ID)) {
		tooMany(w)
		return User{}, false
	}
	return u, ok
}

func (s *Server) authenticated(next func(http.ResponseWriter, *http.Request, User)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if u, ok := s.poster(w, r); ok {
			next(w, r, u)
		}
	}
}

// body reads a request's body. When it cannot, it answers the request and
// reports false.
func body(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	// Where there are no deadlines the server's own timeouts have to do.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, "incomplete body", http.StatusBadRequest)
	case len(data) > 0 && !json.Valid(data):
		err = errors.New("malformed")
		http.Error(w, "malformed JSON", http.StatusBadRequest)
	}
	return data, err == nil
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "too many requests", http.StatusTooManyRequests)
}

// access gives a token: to whoever says a name a new one, and to whoever has a
// valid one a fresh one with the same id.
func (s *Server) access(w http.ResponseWriter, r *http.Request) {
	data, ok := body(w, r, maxAccess)
	if !ok {
		return
	}
	var p Peer
	if bearer(r) != "" {
		u, ok := s.poster(w, r)
		if !ok {
			return
		}
		p = u.Peer
	} else if !s.accesses.allow(address(r)) {
		tooMany(w)
		return
	}
	var req struct {
		Name any `json:"username"`
	}
	_ = json.Unmarshal(data, &req) // valid JSON, but maybe no object: no name
	if name, _ := req.Name.(string); cleanName(name) != "" {
		p.Name = cleanName(name)
	}
	if p.Name == "" {
		http.Error(w, "a username is required", http.StatusForbidden)
		return
	}
	token, err := s.signer.issue(p)
	if err != nil {
		s.opts.Logger.Error("token not signed", "err", err)
		http.Error(w, "no token could be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"token": token})
}

func (s *Server) join(w http.ResponseWriter, r *http.Request, u User) {
	room := r.PathValue("room")
	if !ValidRoom(room) {
		http.Error(w, "no such room: 1 to 64 letters, digits or - _ . ~", http.StatusNotFound)
		return
	}
	answer(w, s.hub.Join(u.ID, room))
}

func (s *Server) leave(w http.ResponseWriter, r *http.Request, u User) {
	s.hub.Leave(u.ID, r.PathValue("room"))
	answer(w, nil)
}

func (s *Server) relay(w http.ResponseWriter, r *http.Request, u User) {
	data, ok := body(w, r, maxRelay)
	if !ok {
		return
	}
	if len(data) == 0 {
		data = []byte("{}")
	}
	event := r.PathValue("event")
	if !validRelay(event) {
		http.Error(w, "no event that peers may send", http.StatusBadRequest)
		return
	}
	answer(w, s.hub.Relay(u.Peer, ID(r.PathValue("peer")), event, data))
}

// answer says OK, or why not.
func answer(w http.ResponseWriter, err error) {
	switch {
	case err == nil:
		io.WriteString(w, "OK")
	case errors.Is(err, ErrNoPeer):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, ErrRoomFull):
		http.Error(w, err.Error(), http.StatusConflict)
	case errors.Is(err, errTooMany):
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		http.Error(w, err.Error(), http.StatusPreconditionFailed)
	}
}
