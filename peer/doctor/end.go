package doctor

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// An end is a guest with links. A goroutine reads what these say, until they are
// closed.
type end struct {
	*guest
	links *mesh.Mesh

	mu       sync.Mutex
	changes  map[signaling.ID]mesh.Change // the latest of each
	messages map[string]bool              // short ones
	addrs    []string                     // that it has offered: kind and address

	described bool // to somebody
	news      chan struct{}
}

// newEnd makes a guest link to whoever is introduced to it in a room.
func (e *examination) newEnd(g *guest, servers []signaling.ICEServer, room string) (*end, error) {
	x := &end{
		guest: g, changes: make(map[signaling.ID]mesh.Change), messages: make(map[string]bool),
		news: make(chan struct{}, 1),
	}
	links, err := mesh.New(mesh.Options{Signaler: x, Self: g.id, ConnectTimeout: linkTime, Net: e.lent, Route: e.call.route})
	if err != nil {
		return nil, err
	}
	var use []webrtc.ICEServer
	for _, s := range servers {
		use = append(use, webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential})
	}
	links.SetICEServers(use)
	x.links = links
	g.link(links, room)
	go x.read()
	return x, nil
}

func (x *end) read() {
	for ev := range x.links.Events() {
		x.mu.Lock()
		switch ev := ev.(type) {
		case mesh.Change:
			before := x.changes[ev.Peer]
			ev.Took, ev.Err = cmp.Or(ev.Took, before.Took), cmp.Or(ev.Err, before.Err)
			if ev.Capability == nil {
				ev.Capability = before.Capability
			}
			if ev.State == mesh.Open {
				ev.Err = nil
			}
			x.changes[ev.Peer] = ev
		case mesh.Message:
			if len(ev.Data) < 100 && len(x.messages) < 100 {
				x.messages[string(ev.Data)] = true
			}
		}
		x.mu.Unlock()
		select {
		case x.news <- struct{}{}:
		default:
		}
	}
}

// await waits until something holds, but no longer than that.
func (x *end) await(ctx context.Context, wait time.Duration, holds func() bool) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond) // for what the other end sees
	defer tick.Stop()
	for !holds() {
		select {
		case <-x.news:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (x *end) change(id signaling.ID) mesh.Change {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.changes[id]
	c.Peer = id
	return c
}

func (x *end) state(id signaling.ID) mesh.State { return x.change(id).State }

func (x *end) heard(text string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.messages[text]
}

// offered are the addresses that the end has offered to somebody, if to anybody.
func (x *end) offered() (addrs []string, described bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.addrs), x.described
}

// Describe takes note of the candidates in a description of ours.
func (x *end) Describe(ctx context.Context, to signaling.ID, d signaling.SessionDescription) error {
	x.mu.Lock()
	x.described = true
	x.mu.Unlock()
	for line := range strings.Lines(d.SDP) {
		if c, ok := strings.CutPrefix(strings.TrimSpace(line), "a="); ok {
			x.offer(c)
		}
	}
	return x.guest.Describe(ctx, to, d)
}

// Trickle takes note of a candidate.
func (x *end) Trickle(ctx context.Context, to signaling.ID, c signaling.ICECandidate) error {
	x.offer(c.Candidate)
	return x.guest.Trickle(ctx, to, c)
}

// offer takes note of a candidate as it is in descriptions (RFC 8839).
func (x *end) offer(candidate string) {
	words := strings.Fields(candidate)
	if len(words) < 8 || !strings.HasPrefix(words[0], "candidate:") {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if addr := words[7] + " " + words[4]; !slices.Contains(x.addrs, addr) {
		x.addrs = append(x.addrs, addr)
	}
}
