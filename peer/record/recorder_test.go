package record

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// The sites of those who draw in these tests, and what they draw.
var (
	siteA, siteB, siteC = canvas.Site([]byte("AAAAAAAAAAA")), canvas.Site([]byte("BBBBBBBBBBB")), canvas.Site([]byte("CCCCCCCCCCC"))

	box = canvas.Rect{Origin: canvas.Point{X: 5, Y: 5}, Width: 9, Height: 7, LineWidth: 3, Color: canvas.Color{B: 255, A: 200}}
)

// A lender is a drawing whose log is lent, and not otherwise to be read.
type lender struct {
	log  *canvas.Log
	lent bool
}

func (l *lender) Look(look func(*canvas.Log, canvas.Change)) {
	l.lent = true
	look(l.log, canvas.Change{Kind: canvas.Everything, Box: canvas.Everywhere})
	l.lent = false
}

func (l *lender) Author(canvas.Entry) signaling.ID { return "" }

// Whoever draws waits while the log is lent: the recorder paints afterwards, and
// holds no lock of its own that those who tell it of strokes wait for.
func TestTheRecorderPaintsWhenNobodyWaits(t *testing.T) {
	of := &lender{log: canvas.NewLog(canvas.NewSite())}
	if _, err := of.log.Draw(box, 0); err != nil {
		t.Fatal(err)
	}
	view, err := raster.NewView(32, 32, canvas.Color{A: 255})
	if err != nil {
		t.Fatal(err)
	}
	r := New(of, Options{Picture: view})
	painted := 0
	view.Show(func(canvas.Entry) bool {
		painted++
		if of.lent {
			t.Error("painting while the log is lent")
		}
		if !r.mu.TryLock() {
			t.Error("painting while the recorder is locked")
		} else {
			r.mu.Unlock()
		}
		return true
	})
	steps := []struct {
		name string
		do   func() error
	}{
		{"begin", func() error { return r.Begin(nil, time.Now()) }},
		{"follow", func() error { return r.Follow() }},
		{"end", func() error { _, err := r.End(); return err }},
	}
	for i, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if painted != i+1 {
			t.Errorf("%s: painted %d times, want once at each step", step.name, painted)
		}
	}
}

// TestNewNames are told of as soon as it hears of it: perhaps nothing more is
// drawn.
func TestNewNames(t *testing.T) {
	var b bytes.Buffer
	ours := &view{log: canvas.NewLog(siteB), authors: map[canvas.Site]signaling.ID{siteC: "id-2"}}
	r := New(ours, Options{})
	ana := signaling.Peer{ID: "id-1", Name: "Ana"}
	r.Hear(peer.Presence{Peer: ana, Joined: true})
	bo := canvas.NewLog(siteC)
	before, err := bo.Draw(box, 0) // also before the recording begins
	if err != nil {
		t.Fatal(err)
	}
	r.Hear(peer.Presence{Peer: signaling.Peer{ID: "id-2", Name: "Bo"}, Joined: true})
	r.Hear(peer.Drawn{From: "id-2", Op: before.Op, Entry: before})
	r.Hear(peer.Presence{Peer: signaling.Peer{ID: "id-2", Name: "Bo"}})
	if _, err := ours.log.Add(before); err != nil {
		t.Fatal(err)
	}
	if err := r.Begin(recording.NewWriter(&b, recording.Header{}), time.Now()); err != nil {
		t.Fatal(err)
	}
	e, err := canvas.NewLog(siteA).Draw(box, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ours.log.Add(e); err != nil {
		t.Fatal(err)
	}
	if err := r.Follow(); err != nil { // before the news of whose it is
		t.Fatal(err)
	}
	r.Hear(peer.Drawn{From: ana.ID, Op: e.Op, Entry: e})
	r.Hear(peer.Presence{Peer: ana})
	r.Hear(peer.Presence{Peer: signaling.Peer{ID: "id-1", Name: "Zoe"}, Joined: true})
	r.Hear(peer.Presence{Peer: signaling.Peer{ID: "id-1", Name: "Zoe"}, Joined: true})
	r.Hear(peer.Presence{Peer: signaling.Peer{ID: "id-9", Name: "who has drawn nothing"}, Joined: true})
	if _, err := r.End(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for in := recording.NewReader(&b); ; {
		rec, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if who, ok := rec.(recording.Who); ok {
			got = append(got, fmt.Sprint(who.ID, " ", who.Name, " ", who.Site))
		}
	}
	if want := []string{"id-2 Bo CCCCCCCCCCC", "id-1 Ana AAAAAAAAAAA", "id-1 Zoe AAAAAAAAAAA"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A view is a log that a recorder looks at, some of whose authors are known.
type view struct {
	log     *canvas.Log
	change  canvas.Change
	authors map[canvas.Site]signaling.ID
}

func (v *view) Look(look func(*canvas.Log, canvas.Change)) {
	look(v.log, v.change)
	v.change = canvas.Change{}
}

func (v *view) Author(e canvas.Entry) signaling.ID { return v.authors[e.Site] }
