package nettest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// A tutorial is a server as the tutorial builds it: it keeps who is where in a
// store that takes a moment to answer, and asks that several times for one join.
// Who joins meanwhile is not introduced.
type tutorial struct {
	answers time.Duration  // a request to the store
	serving sync.WaitGroup // of requests

	mu      sync.Mutex
	names   map[string]string          // by id
	members map[string]map[string]bool // of each room
	streams map[string]chan string
}

// tutorialSecret signs the tokens.
const tutorialSecret = "the secret of the tutorial, or so"

// ServeTutorial runs, for the life of the test, a server as the tutorial builds
// it, whose store takes so long for an answer.
func ServeTutorial(t testing.TB, answers time.Duration) *Server {
	t.Helper()
	s := &tutorial{
		answers: answers, names: make(map[string]string),
		members: make(map[string]map[string]bool), streams: make(map[string]chan string),
	}
	t.Cleanup(s.serving.Wait)
	return Serve(t, s)
}

// store makes one request to the store.
func (s *tutorial) store(do func()) {
	time.Sleep(s.answers)
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// publish sends an event to a peer, whoever listens.
func (s *tutorial) publish(to, event string, data any) {
	text, _ := json.Marshal(data)
	s.store(func() {
		if stream := s.streams[to]; stream != nil {
			stream <- fmt.Sprintf("event: %s\ndata: %s\n\n", event, text)
		}
	})
}

type tutorialPeer struct {
	ID       string `json:"id"`
	Username string `json:"username"`
}

func (s *tutorial) peer(id string) tutorialPeer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return tutorialPeer{id, s.names[id]}
}

// others are the members of a room but for one.
func (s *tutorial) others(id, room string) (others []string) {
	s.store(func() {
		for member := range s.members[room] {
			if member != id {
				others = append(others, member)
			}
		}
	})
	return others
}

func (s *tutorial) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.serving.Add(1)
	defer s.serving.Done()
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if path[0] == "access" {
		s.access(w, r)
		return
	}
	id, status := s.authenticated(r)
	switch {
	case r.Method == http.MethodGet && len(path) == 1 && path[0] != "connect":
		fmt.Fprint(w, "<!doctype html>")
	case path[0] == "connect" && !strings.Contains(r.Header.Get("Accept"), "text/event-stream"):
		http.NotFound(w, r)
	case status != http.StatusOK:
		http.Error(w, "no (good) token", status)
	case path[0] == "connect":
		s.connect(w, r, id)
	case path[0] == "relay":
		var data json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&data)
		s.publish(path[1], path[2], map[string]any{"peer": s.peer(id), "data": data})
	case len(path) == 2 && path[1] == "join":
		s.join(id, path[0])
	default:
		http.NotFound(w, r)
	}
}

// authenticated is whose token a request has.
func (s *tutorial) authenticated(r *http.Request) (id string, status int) {
	text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return "", http.StatusUnauthorized
	}
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(text, claims, func(*jwt.Token) (any, error) { return []byte(tutorialSecret), nil }, jwt.WithValidMethods([]string{"HS256"}))
	if err != nil {
		return "", http.StatusForbidden
	}
	id, _ = claims["id"].(string)
	return id, http.StatusOK
}

func (s *tutorial) access(w http.ResponseWriter, r *http.Request) {
	var who tutorialPeer
	if err := json.NewDecoder(r.Body).Decode(&who); err != nil {
		http.Error(w, "malformed JSON", http.StatusBadRequest)
		return
	}
	if who.Username == "" {
		http.Error(w, "no name", http.StatusForbidden)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprintf("u%d", len(s.names)+1)
	s.names[id] = who.Username
	now := time.Now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"id": id, "username": who.Username, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}).SignedString([]byte(tutorialSecret))
	if err != nil { // a key of bytes always signs
		panic(err)
	}
	json.NewEncoder(w).Encode(map[string]string{"token": token})
}

func (s *tutorial) connect(w http.ResponseWriter, r *http.Request, id string) {
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	hello, _ := json.Marshal(map[string]any{"user": s.peer(id)})
	fmt.Fprintf(w, "event: connected\ndata: %s\n\n", hello)
	w.(http.Flusher).Flush()
	events := make(chan string, 1000)
	s.store(func() { s.streams[id] = events })
	defer s.disconnected(id)
	for {
		select {
		case <-time.After(10 * time.Second):
			fmt.Fprint(w, "event: ping\ndata: undefined\n\n")
			w.(http.Flusher).Flush()
		case ev := <-events:
			fmt.Fprint(w, ev)
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

// join introduces a peer to those who are there, and only then counts it as one
// of them.
func (s *tutorial) join(id, room string) {
	for _, other := range s.others(id, room) {
		s.publish(other, "add-peer", map[string]any{"peer": s.peer(id), "roomId": room, "offer": false})
		s.publish(id, "add-peer", map[string]any{"peer": s.peer(other), "roomId": room, "offer": true})
	}
	s.store(func() {
		if s.members[room] == nil {
			s.members[room] = make(map[string]bool)
		}
		s.members[room][id] = true
	})
}

func (s *tutorial) disconnected(id string) {
	var rooms []string
	s.store(func() {
		delete(s.streams, id)
		for room, members := range s.members {
			if members[id] {
				rooms = append(rooms, room)
				delete(members, id)
			}
		}
	})
	for _, room := range rooms {
		for _, other := range s.others(id, room) {
			s.publish(other, "remove-peer", map[string]any{"peer": s.peer(id), "roomId": room})
		}
	}
}
