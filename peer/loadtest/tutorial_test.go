package loadtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"drawmesh/internal/nettest"
)

// A tutorial is a server as the tutorial builds it: it keeps who is where in a
// store that takes a moment to answer, and asks that several times for one join.
// Who joins meanwhile is not introduced.
type tutorial struct {
	answers time.Duration  // a request to the store
	serving sync.WaitGroup // of requests

	mu      sync.Mutex
	names   map[string]string // by id
	members map[string]bool   // of the one room
	streams map[string]chan string
}

// serveTutorial runs one for the life of the test.
func serveTutorial(t *testing.T, answers time.Duration) *nettest.Server {
	s := &tutorial{
		answers: answers, names: make(map[string]string),
		members: make(map[string]bool), streams: make(map[string]chan string),
	}
	t.Cleanup(s.serving.Wait)
	return nettest.Serve(t, s)
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

// others are the members but for one.
func (s *tutorial) others(id string) (others []string) {
	s.store(func() {
		for member := range s.members {
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
	id := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case path[0] == "access":
		s.access(w, r)
	case path[0] == "connect":
		s.connect(w, r, id)
	case path[0] == "relay":
		var data json.RawMessage
		_ = json.NewDecoder(r.Body).Decode(&data)
		s.publish(path[1], path[2], map[string]any{"peer": s.peer(id), "data": data})
	case len(path) == 2 && path[1] == "join":
		s.join(id)
	default:
		http.NotFound(w, r)
	}
}

func (s *tutorial) access(w http.ResponseWriter, r *http.Request) {
	var who tutorialPeer
	_ = json.NewDecoder(r.Body).Decode(&who)
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprintf("u%d", len(s.names)+1)
	s.names[id] = who.Username
	json.NewEncoder(w).Encode(map[string]string{"token": id})
}

func (s *tutorial) connect(w http.ResponseWriter, r *http.Request, id string) {
	w.Header().Set("Content-Type", "text/event-stream")
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
func (s *tutorial) join(id string) {
	for _, other := range s.others(id) {
		s.publish(other, "add-peer", map[string]any{"peer": s.peer(id), "roomId": "studio", "offer": false})
		s.publish(id, "add-peer", map[string]any{"peer": s.peer(other), "roomId": "studio", "offer": true})
	}
	s.store(func() { s.members[id] = true })
}

func (s *tutorial) disconnected(id string) {
	s.store(func() {
		delete(s.streams, id)
		delete(s.members, id)
	})
	for _, other := range s.others(id) {
		s.publish(other, "remove-peer", map[string]any{"peer": s.peer(id), "roomId": "studio"})
	}
}
