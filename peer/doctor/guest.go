package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// A guest is a peer of the doctor's own, which speaks the plain protocol. One
// goroutine at a time may use it.
type guest struct {
	call   *caller
	token  string
	name   string
	id     signaling.ID
	hello  signaling.Connected
	plain  bool // the server does not say whether a stream goes on: it is the tutorial's
	stream *stream
	rooms  []string // that it may be in

	mu    sync.Mutex
	links *mesh.Mesh // nil: it makes none
	room  string     // in which it makes them
	met   int        // whom it was introduced to there
}

// maxMet is how many introductions a guest heeds, however many a server makes.
const maxMet = 256

// errRefused is that of a request which was answered otherwise than by 200.
type errRefused struct{ answer answer }

func (e *errRefused) Error() string { seen, _ := e.answer.refused(); return seen }

// guest gets a token and opens a stream: who is not let in so far is refused.
func (e *examination) guest(ctx context.Context, name string) (*guest, error) {
	g := &guest{call: e.call, name: name}
	if err := g.access(ctx); err != nil {
		return nil, err
	}
	e.mu.Lock()
	e.guests = append(e.guests, g)
	e.mu.Unlock()
	return g, g.connect(ctx, "")
}

func (g *guest) access(ctx context.Context) error {
	body, _ := json.Marshal(map[string]string{"username": g.name}) // a text
	a, err := g.call.post(ctx, "/access", "", string(body))
	if err == nil && a.status != http.StatusOK {
		err = &errRefused{a}
	}
	if err != nil {
		return err
	}
	g.token, err = tokenOf(a)
	return err
}

// tokenOf is the token that an answer gives.
func tokenOf(a answer) (string, error) {
	var said struct {
		Token string `json:"token"`
	}
	if json.Unmarshal([]byte(a.text), &said) != nil || said.Token == "" || strings.ContainsFunc(said.Token, notVisible) {
		return "", &errRefused{a}
	}
	return said.Token, nil
}

// notVisible reports whether a character cannot be in a header as part of a token.
func notVisible(r rune) bool { return r <= ' ' || r > '~' }

// connect opens the stream, or goes on with it after the event lastID, and waits
// for `connected`.
func (g *guest) connect(ctx context.Context, lastID string) error {
	s, err := g.call.open(ctx, g.token, lastID, "identity", g.heard)
	if err != nil {
		return err
	}
	g.stream = s
	ev, ok := s.await(ctx, 0, promptTime, named("connected"))
	if !ok {
		return errors.New("the event `connected` did not come")
	}
	var ours struct {
		Recovered *bool `json:"recovered"`
	}
	if err := json.Unmarshal(ev.data, &g.hello); err != nil || g.hello.User.ID == "" {
		return errors.New("the event `connected` does not say who we are")
	}
	_ = json.Unmarshal(ev.data, &ours) // it was valid a moment ago
	g.id, g.plain = g.hello.User.ID, ours.Recovered == nil
	return nil
}

// join enters a room, and counts as being there even if that seems to fail.
func (g *guest) join(ctx context.Context, room string) (answer, error) {
	if g.plain {
		// The tutorial's server subscribes to a peer's events only a moment after
		// it has said `connected`.
		pause(ctx, 20*time.Millisecond)
	}
	g.rooms = append(g.rooms, room)
	return g.call.post(ctx, "/"+url.PathEscape(room)+"/join", g.token, "")
}

func (g *guest) leave(ctx context.Context, room string) (answer, error) {
	return g.call.post(ctx, "/"+url.PathEscape(room)+"/leave", g.token, "")
}

// close leaves all rooms and ends the stream.
func (g *guest) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
	defer cancel()
	for _, room := range g.rooms {
		_, _ = g.leave(ctx, room) // who knows no leaving sees the stream end
	}
	g.rooms = nil
	g.mu.Lock()
	links := g.links
	g.links = nil
	g.mu.Unlock()
	if links != nil {
		links.Close()
	}
	if g.stream != nil {
		g.stream.close()
	}
}

// relay sends an event to a peer.
func (g *guest) relay(ctx context.Context, to signaling.ID, name, body string) (answer, error) {
	return g.call.post(ctx, "/relay/"+url.PathEscape(string(to))+"/"+url.PathEscape(name), g.token, body)
}

// Describe, Trickle and Relay make a guest a [mesh.Signaler].
func (g *guest) Describe(ctx context.Context, to signaling.ID, d signaling.SessionDescription) error {
	return g.Relay(ctx, to, "session-description", d)
}

// Trickle sends a candidate.
func (g *guest) Trickle(ctx context.Context, to signaling.ID, c signaling.ICECandidate) error {
	return g.Relay(ctx, to, "ice-candidate", c)
}

// Relay sends any event.
func (g *guest) Relay(ctx context.Context, to signaling.ID, name string, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	a, err := g.relay(ctx, to, name, string(data))
	switch {
	case err != nil:
		return err
	case a.status == http.StatusNotFound:
		return signaling.ErrNoPeer
	case !a.good():
		return fmt.Errorf("the server answered %s", a.said())
	}
	return nil
}

// link makes links, from now on, to whoever is introduced in a room.
func (g *guest) link(m *mesh.Mesh, room string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.links, g.room = m, room
}

// heard gives the links what the stream says.
func (g *guest) heard(ev event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.links == nil {
		return
	}
	switch ev.name {
	case "add-peer":
		if add := (signaling.AddPeer{}); json.Unmarshal(ev.data, &add) == nil && add.Room == g.room && add.Peer.ID != "" && g.met < maxMet {
			g.met++
			g.links.Add(add.Peer.ID, add.Offer)
		}
	case "remove-peer":
		if gone := (signaling.RemovePeer{}); json.Unmarshal(ev.data, &gone) == nil && gone.Room == g.room {
			g.links.Remove(gone.Peer.ID)
		}
	case "session-description":
		if d := (signaling.Description{}); json.Unmarshal(ev.data, &d) == nil {
			g.links.Handle(d.Peer.ID, d)
		}
	case "ice-candidate":
		if c := (signaling.Candidate{}); json.Unmarshal(ev.data, &c) == nil {
			g.links.Handle(c.Peer.ID, c)
		}
	}
}

// pause reports whether it could wait so long before ctx was done.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
