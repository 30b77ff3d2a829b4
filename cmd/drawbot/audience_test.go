package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/peer"
	"drawmesh/signaling"
)

// A scene is a room that changes by itself: each look at its members sees the
// next of its states, the last one for ever.
type scene struct {
	states  [][]peer.Member
	closed  chan struct{}
	changed func() // is called at each change
}

func (s *scene) Members() []peer.Member {
	now := s.states[0]
	if len(s.states) > 1 {
		s.states = s.states[1:]
		s.changed()
	}
	return now
}

func (s *scene) Flush(ctx context.Context) error { return ctx.Err() }
func (s *scene) Done() <-chan struct{}           { return s.closed }
func (s *scene) Err() error                      { return errors.New("closed") }

func TestAudience(t *testing.T) {
	member := func(state peer.LinkState) []peer.Member {
		return []peer.Member{{Peer: signaling.Peer{ID: "ana"}, Link: state}}
	}
	var (
		open   = member(peer.Open)
		lost   = member(peer.Lost)
		nobody []peer.Member
	)
	tests := []struct {
		name   string
		states [][]peer.Member
		closed bool
		took   time.Duration
		err    string
	}{
		{"somebody_is_there", [][]peer.Member{open}, false, 0, ""},
		{"somebody_comes", [][]peer.Member{nobody, nobody, open}, false, 0, ""},
		{"nobody_comes", [][]peer.Member{nobody}, false, time.Minute, "nobody else is in the room (waited 1m0s)"},
		{"out_of_reach", [][]peer.Member{lost}, false, 0, "1 peer in the room, and no link to any: their network or ours may block UDP (ICE failed)"},
		{"leaves_at_once", [][]peer.Member{lost, lost, nobody, nobody, open}, false, 0, ""},
		{"the_stay_ends", [][]peer.Member{nobody}, true, 0, "closed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAudience(time.Minute)
				a.hear(peer.Link{Peer: "ana", State: peer.Lost, Err: errors.New("ICE failed")})
				s := &scene{states: tt.states, closed: make(chan struct{})}
				s.changed = func() { a.hear(peer.Presence{Joined: true}) }
				if tt.closed {
					close(s.closed)
				}
				start := time.Now()
				err := a.await(t.Context(), s)
				if causeOf(err) != tt.err || time.Since(start) != tt.took {
					t.Errorf("got %q after %v, want %q after %v", causeOf(err), time.Since(start), tt.err, tt.took)
				}
			})
		})
	}
}

func TestAudienceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s := &scene{states: [][]peer.Member{nil}}
		if err := newAudience(time.Minute).await(ctx, s); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
	})
}
