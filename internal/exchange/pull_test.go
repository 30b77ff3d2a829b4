package exchange

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// told notes who was told what we hold.
type told []signaling.ID

func (t *told) confirm(n *synced) { *t = append(*t, n.id) }

// A puller by itself: whom it asks, and when it turns to somebody else.
func TestPuller(t *testing.T) {
	author := newAuthor(t, "author")
	begin := time.Now()
	at := func(ms int) time.Time { return begin.Add(time.Duration(ms) * time.Millisecond) }
	newPuller := func() (*puller, fakeWire, *told) {
		w, confirmed := make(fakeWire), &told{}
		d := &drawing{log: canvas.NewLog(canvas.NewSigner())}
		return &puller{drawing: d, near: newNeighbours(), tell: confirmed, wire: w, pulled: make(map[signaling.ID]int)}, w, confirmed
	}
	meet := func(p *puller, id signaling.ID, holds uint32, now time.Time) *synced {
		n := &synced{id: id, site: canvas.Site([]byte(fmt.Sprintf("%-16s", id)))}
		p.near.add(n)
		if err := n.claims(p.log, Have{Have: canvas.Vector{author.log.Site(): holds}}, now); err != nil {
			t.Fatal(err)
		}
		n.known = true
		return n
	}
	asked := func(w fakeWire, id signaling.ID) bool {
		sent := w.takes(id)
		return len(sent) == 1 && strings.HasPrefix(sent[0], `{"event":"want"`)
	}

	t.Run("what may come by itself gets a moment", func(t *testing.T) {
		p, w, _ := newPuller()
		meet(p, "ana", 3, at(0))
		if p.ask(at(399)); len(w["ana"]) > 0 {
			t.Error("asked too early")
		}
		if p.ask(at(400)); !asked(w, "ana") {
			t.Error("not asked")
		}
		if p.ask(at(401)); len(w["ana"]) > 0 {
			t.Error("asked twice")
		}
	})
	t.Run("a gap is asked for at once", func(t *testing.T) {
		p, w, _ := newPuller()
		meet(p, "ana", 3, at(0)).gap = true
		if p.ask(at(0)); !asked(w, "ana") {
			t.Error("not asked")
		}
	})
	t.Run("another one where nothing comes", func(t *testing.T) {
		p, w, _ := newPuller()
		meet(p, "ana", 3, at(0))
		meet(p, "bo", 3, at(10))
		p.ask(at(500))
		if !asked(w, "ana") {
			t.Fatal("the one who has had it longest was not asked")
		}
		p.ask(at(2499))
		if len(w["bo"]) > 0 {
			t.Error("two are asked at a time")
		}
		if p.ask(at(2500)); !asked(w, "bo") {
			t.Error("the other was not asked after 2 s without a frame")
		}
	})
	t.Run("not while frames come", func(t *testing.T) {
		p, w, _ := newPuller()
		ana := meet(p, "ana", 3, at(0))
		meet(p, "bo", 3, at(10))
		p.ask(at(500))
		for ms := 1000; ms < 10_000; ms += 1000 {
			p.came(ana, true, at(ms))
			p.ask(at(ms + 900))
		}
		if len(w["bo"]) > 0 {
			t.Error("somebody else was asked as well")
		}
	})
	t.Run("who sends nothing is not waited for, and asked ever less", func(t *testing.T) {
		p, w, _ := newPuller()
		ana := meet(p, "ana", 3, at(0))
		times := 0
		for ms := 0; ms < 600_000; ms += 200 {
			if p.ask(at(ms)); asked(w, "ana") {
				times++
			}
			if ms == 60_000 && !p.complete() {
				t.Error("it is waited for after a minute")
			}
		}
		if times < 8 || times > 16 {
			t.Errorf("it was asked %d times in ten minutes, want about once in a minute", times)
		}
		if p.came(ana, true, at(600_000)); p.complete() {
			t.Error("something came, and the rest is not waited for")
		}
	})
	t.Run("nobody who leaves", func(t *testing.T) {
		p, w, _ := newPuller()
		meet(p, "ana", 3, at(0)).leaves = true
		if p.ask(at(1000)); len(w["ana"]) > 0 || !p.complete() {
			t.Error("who leaves is asked, or waited for")
		}
	})
	t.Run("the end is confirmed, once", func(t *testing.T) {
		p, _, confirmed := newPuller()
		ana := meet(p, "ana", 1, at(0))
		p.ask(at(400))
		if p.answered(ana); len(*confirmed) > 0 {
			t.Error("confirmed before anything came")
		}
		author.draws(begin, 1)
		for _, frame := range author.frames() {
			if _, err := p.log.Merge(frame, canvas.Ticks(begin)); err != nil {
				t.Fatal(err)
			}
		}
		p.answered(ana)
		p.answered(ana)
		if len(*confirmed) != 1 || !p.complete() {
			t.Errorf("confirmed to %v, complete %t; want once, to ana", *confirmed, p.complete())
		}
	})
}
