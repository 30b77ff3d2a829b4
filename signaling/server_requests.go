package signaling

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What a request may weigh, and take.
const (
	maxRelay  = 64 << 10 // bytes
	maxAccess = 1 << 10  // bytes
	bodyTime  = 10 * time.Second

	perToken = 4 << 10 // bytes of a relayed message that count as one more request
)

// TokenHeader is the header that a token is in where Authorization may be for a
// proxy, which asks for a password of its own.
const TokenHeader = "Drawmesh-Token"

// bearer is the token of a request, from its headers or its query.
func bearer(r *http.Request) string {
	if token := r.Header.Get(TokenHeader); token != "" {
		return token
	}
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
		s.refuse(w, refuseNoToken)
	case err != nil:
		s.refuse(w, refuseToken)
	}
	return u, err == nil
}

// poster is who posts a request. When nobody may, it answers the request and
// reports false.
func (s *Server) poster(w http.ResponseWriter, r *http.Request) (User, bool) {
	u, ok := s.user(w, r)
	if ok && !s.posts.allow(string(u.ID), 1) {
		s.refuseLimit(w, r, refuseRequests)
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

// bodies are buffers for those of requests, which nobody keeps.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// body reads a request's body into a buffer of bodies. When it cannot, it answers
// the request and reports false.
func (s *Server) body(w http.ResponseWriter, r *http.Request, limit int64, into *bytes.Buffer) ([]byte, bool) {
	into.Reset()
	// Memory for what has come, and not for what is said to come.
	_, err := into.ReadFrom(http.MaxBytesReader(w, r.Body, limit))
	data := into.Bytes()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		s.refuse(w, refuseTooLarge)
	case err != nil:
		s.refuse(w, refuseIncomplete)
	case len(data) > 0 && !json.Valid(data):
		err = errors.New("malformed")
		s.refuse(w, refuseMalformed)
	}
	return data, err == nil
}

// access gives a token: to whoever says a name a new one, and to whoever has a
// valid one a fresh one with the same id.
func (s *Server) access(w http.ResponseWriter, r *http.Request) {
	s.proxies.see(r)
	buf := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(buf)
	data, ok := s.body(w, r, maxAccess, buf)
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
	} else if limits, address := s.limits(r); !inside(r) && !limits.accesses.allow(address, 1) {
		s.refuseAddress(w, r, refuseTokens)
		return
	}
	var req struct {
		Name any `json:"username"`
	}
	_ = json.Unmarshal(data, &req) // valid JSON, but maybe no object: no name
	if name, _ := req.Name.(string); name != "" || p.Name == "" {
		p.Name = CleanName(name)
	}
	if p.Name == "" {
		s.refuse(w, refuseName)
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
		s.refuse(w, refuseRoom)
		return
	}
	err := s.hub.Join(u.ID, room)
	if err == nil && s.opts.OnJoin != nil {
		s.opts.OnJoin(room)
	}
	s.answer(w, err, &s.counts.joins)
}

func (s *Server) leave(w http.ResponseWriter, r *http.Request, u User) {
	s.hub.Leave(u.ID, r.PathValue("room"))
	s.answer(w, nil, nil)
}

func (s *Server) relay(w http.ResponseWriter, r *http.Request, u User) {
	buf := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(buf)
	data, ok := s.body(w, r, maxRelay, buf)
	if !ok {
		return
	}
	if len(data) == 0 {
		data = []byte("{}")
	}
	if !s.posts.allow(string(u.ID), len(data)/perToken) {
		s.refuseLimit(w, r, refuseRequests)
		return
	}
	event := r.PathValue("event")
	if !validRelay(event) {
		s.refuse(w, refuseEvent)
		return
	}
	s.answer(w, s.hub.Relay(u.Peer, ID(r.PathValue("peer")), event, data), &s.counts.relays)
}

// answer says OK, and counts that unless count is nil; or it says why not.
func (s *Server) answer(w http.ResponseWriter, err error, count *atomic.Uint64) {
	if err != nil {
		s.refuse(w, refusalOf(err))
		return
	}
	if count != nil {
		count.Add(1)
	}
	w.Header()["Content-Type"] = plainText // or net/http would guess
	io.WriteString(w, "OK")
}
