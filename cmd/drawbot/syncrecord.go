package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// syncRecord says what the drawing has come to.
type syncRecord struct {
	Type      string `json:"type"`      // "sync"
	Sum       string `json:"sum"`       // a hash of the drawing, 32 hexadecimal digits
	Peers     int    `json:"peers"`     // linked to, of those who keep the drawing and have not lied
	Agree     bool   `json:"agree"`     // all of these last said to hold the same
	Everybody bool   `json:"everybody"` // and they are all others in the room
	Entries   int    `json:"entries"`   // that the drawing consists of
}

// A keeper is what there is to know of a [peer.Peer]'s drawing.
type keeper interface {
	Look(func(log *canvas.Log))
	Sum() canvas.Digest
	Agree() (peers int, all bool)
	Members() []peer.Member
}

// syncOf is how things stand with k, which the server tells of everybody who is in
// the room, or does not.
func syncOf(k keeper, served bool) syncRecord {
	r := syncRecord{Type: "sync", Sum: k.Sum().String()}
	k.Look(func(log *canvas.Log) { r.Entries = log.Len() })
	r.Peers, r.Agree = k.Agree()
	r.Everybody = r.Agree && served && r.Peers > 0 && r.Peers == len(k.Members())
	return r
}

// syncEvery is how often a sync record may come.
const syncEvery = time.Second

// A syncWatch watches how things stand with a keeper.
type syncWatch struct {
	of    keeper
	write func(record any)
	say   func(format string, args ...any) // nil: nobody wants to know

	unserved atomic.Bool // the server is gone
}

// hear takes an event of the peer's.
func (w *syncWatch) hear(ev peer.Event) {
	if s, ok := ev.(peer.Signaling); ok {
		w.unserved.Store(s.State != "connected")
	}
}

// watch writes how things stand, and again whenever that has changed, until ctx is
// done.
func (w *syncWatch) watch(ctx context.Context) {
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	var told syncRecord
	var same sameness
	for {
		now := syncOf(w.of, !w.unserved.Load())
		if now != told {
			told = now
			w.write(now)
		}
		if says := same.change(now, time.Now()); says != "" && w.say != nil {
			w.say("%s", says)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// sameAgain is for how long people are not told again that everybody has the same
// drawing, though meanwhile somebody drew.
const sameAgain = 10 * time.Second

// A sameness is when everybody last had the same drawing, and how many that were.
type sameness struct {
	last  time.Time
	peers int
}

// change takes how things stand now, and tells what is to be said of that: "" if it
// is not so, there is no drawing, or it was said a moment ago.
func (s *sameness) change(r syncRecord, now time.Time) string {
	if !r.Everybody || r.Entries == 0 {
		return ""
	}
	news := r.Peers != s.peers || now.Sub(s.last) > sameAgain
	s.last, s.peers = now, r.Peers
	if !news {
		return ""
	}
	return fmt.Sprintf("everybody has the same drawing, %s: all %d of us", r.Sum[:8], r.Peers+1)
}
