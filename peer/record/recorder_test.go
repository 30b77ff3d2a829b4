package record

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// Those who draw in these tests, and what.
var (
	signerA, signerB, signerC = signer("A"), signer("B"), signer("C")

	siteA, siteB, siteC = signerA.Site(), signerB.Site(), signerC.Site()

	box = canvas.Rect{Origin: canvas.Point{X: 5, Y: 5}, Width: 9, Height: 7, LineWidth: 3, Color: canvas.Color{B: 255, A: 200}}
)

func signer(name string) *canvas.Signer { return canvas.NewSignerFromSeed(sha256.Sum256([]byte(name))) }

func now() uint64 { return canvas.Ticks(time.Now()) }

// draw draws boxes, and returns the last one's entry.
func draw(t *testing.T, log *canvas.Log, n int) (e canvas.Entry) {
	t.Helper()
	for range n {
		var err error
		if e, err = log.Draw(box, 0, now()); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// give gives a log what another holds, and returns what proves that somebody lies.
func give(t *testing.T, to, from *canvas.Log) (proofs []*canvas.Proof) {
	t.Helper()
	from.Sign()
	for f := range from.Frames(nil) {
		m, err := to.Merge(f, now())
		if err != nil {
			t.Fatal(err)
		}
		proofs = append(proofs, m.Proofs...)
	}
	return proofs
}

// A lender is a drawing whose log is lent, and not otherwise to be read.
type lender struct {
	log  *canvas.Log
	lent bool
}

func (l *lender) Look(look func(*canvas.Log, canvas.Change)) {
	l.lent = true
	l.log.Sign()
	look(l.log, canvas.Change{Kind: canvas.Everything, Box: canvas.Everywhere})
	l.lent = false
}

func (l *lender) Author(canvas.Entry) signaling.ID { return "" }

// Whoever draws waits while the log is lent: the recorder paints afterwards, and
// holds no lock of its own that those who tell it of strokes wait for.
func TestTheRecorderPaintsWhenNobodyWaits(t *testing.T) {
	of := &lender{log: canvas.NewLog(canvas.NewSigner())}
	draw(t, of.log, 1)
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
	ours := &view{log: canvas.NewLog(signerB), authors: map[canvas.Site]signaling.ID{siteC: "id-2"}}
	r := New(ours, Options{})
	ana := signaling.Peer{ID: "id-1", Name: "Ana"}
	r.Hear(peer.Presence{Peer: ana, Joined: true})
	bo := canvas.NewLog(signerC)
	before := draw(t, bo, 1) // also before the recording begins
	r.Hear(peer.Presence{Peer: signaling.Peer{ID: "id-2", Name: "Bo"}, Joined: true})
	r.Hear(peer.Drawn{From: "id-2", Op: before.Op, Entry: before})
	r.Hear(peer.Presence{Peer: signaling.Peer{ID: "id-2", Name: "Bo"}})
	give(t, ours.log, bo)
	if err := r.Begin(recording.NewWriter(&b, recording.Header{}), time.Now()); err != nil {
		t.Fatal(err)
	}
	anas := canvas.NewLog(signerA)
	e := draw(t, anas, 1)
	give(t, ours.log, anas)
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
	if want := []string{"id-2 Bo " + siteC.String(), "id-1 Ana " + siteA.String(), "id-1 Zoe " + siteA.String()}; !slices.Equal(got, want) {
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
	v.log.Sign()
	look(v.log, v.change)
	v.change = canvas.Change{}
}

func (v *view) Author(e canvas.Entry) signaling.ID { return v.authors[e.Site] }

// TestOthersOnly leaves out of the picture what the peer has drawn, but not what it
// has logged for those who have no log; the recording has all.
func TestOthersOnly(t *testing.T) {
	own, other := canvas.NewLog(signerA), canvas.NewLog(signerB)
	_, err := other.Draw(mark(1), 0, now())
	give(t, own, other)
	if err == nil {
		_, err = own.Adopt("plain", mark(2), now())
	}
	if err == nil {
		_, err = own.Draw(mark(3), 0, now())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, others := range []bool{true, false} {
		picture, err := raster.NewView(50, 10, canvas.Color{R: 255, G: 255, B: 255, A: 255})
		if err != nil {
			t.Fatal(err)
		}
		r := New(&view{log: own, change: everything}, Options{Picture: picture, OthersOnly: others})
		if err := r.Begin(nil, time.Now()); err != nil {
			t.Fatal(err)
		}
		shown := ""
		for i := range 4 {
			if _, g, _, _ := picture.Image().At(10*i, 5).RGBA(); g == 0 {
				shown += fmt.Sprint(i)
			}
		}
		if want := map[bool]string{true: "12", false: "123"}[others]; shown != want {
			t.Errorf("others only %v: got marks %s, want %s", others, shown, want)
		}
		if s, err := r.End(); s.Ops != 3 || s.Authors != 3 || err != nil {
			t.Errorf("got %+v and %v, want 3 operations of 3", s, err)
		}
	}
}

var everything = canvas.Change{Kind: canvas.Everything, Box: canvas.Everywhere}

// mark is the i-th of some that do not touch.
func mark(i float64) canvas.Segment {
	return canvas.Segment{From: canvas.Point{X: 10 * i, Y: 1}, To: canvas.Point{X: 10 * i, Y: 9}, Force: 1.2, Color: canvas.Color{R: 255, A: 255}}
}

// TestWhoDrewIsKnownBeforeTheNews of it has been read: the peer knows.
func TestWhoDrewIsKnownBeforeTheNews(t *testing.T) {
	of := &view{log: canvas.NewLog(signerA), authors: map[canvas.Site]signaling.ID{siteB: "id-b"}}
	bos := canvas.NewLog(signerB)
	e := draw(t, bos, 1)
	give(t, of.log, bos)
	var b bytes.Buffer
	r := New(of, Options{})
	r.Meet([]peer.Member{{Peer: signaling.Peer{ID: "id-b", Name: "Bo"}}})
	if err := r.Begin(recording.NewWriter(&b, recording.Header{}), time.Now()); err != nil {
		t.Fatal(err)
	}
	r.Hear(peer.Drawn{From: "id-b", Op: box, Entry: e}) // is no second one
	if s, err := r.End(); s.Ops != 1 || err != nil {
		t.Errorf("got %+v and %v, want one operation", s, err)
	}
	var got []string
	for at, err := range recording.Merge(recording.Source{Open: func() (io.ReadCloser, error) { return io.NopCloser(&b), nil }}) {
		switch rec := at.Record.(type) {
		case recording.Op:
			got = append(got, "op "+rec.From)
		case recording.Who:
			got = append(got, "who "+rec.Name)
		}
		if err != nil {
			t.Error(err)
		}
	}
	if want := []string{"who Bo", "op id-b"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestOutOfOrder calls what makes no sense yet, or not any more.
func TestOutOfOrder(t *testing.T) {
	r := New(&view{log: canvas.NewLog(signerA)}, Options{})
	for i := range 2 {
		r.Hear(peer.Drawn{Entry: canvas.Entry{Site: siteB, N: 7, Op: box}, Op: box})
		s, err := r.End()
		if s != (Summary{}) || err != nil || r.Sync() != nil || r.Follow() != nil || r.Status() != (Summary{}) {
			t.Errorf("%d: got %+v and %v, want nothing", i, s, err)
		}
		if err := r.Begin(nil, time.Now()); err != nil {
			t.Fatal(err)
		}
		r.End()
	}
}

// lie is a proof that A told two stories.
func lie(t *testing.T) *canvas.Proof {
	one, other := canvas.NewLog(signerA), canvas.NewLog(signerA)
	draw(t, one, 1)
	if _, err := other.Draw(mark(1), 0, now()); err != nil {
		t.Fatal(err)
	}
	with := canvas.NewLog(nil)
	give(t, with, one)
	return give(t, with, other)[0]
}

// TestDue says when a Follow must not wait.
func TestDue(t *testing.T) {
	ops := func(site canvas.Site, n uint32) peer.Event {
		return peer.Drawn{Op: box, Entry: canvas.Entry{Site: site, N: n, T: uint64(n), K: n, Op: box}}
	}
	var many []peer.Event
	for n := range uint32(maxHeard / 2) {
		many = append(many, ops(siteB, n+1))
	}
	tests := []struct {
		name   string
		dueOps int
		events []peer.Event
		want   bool
	}{
		{"nothing", 0, nil, false},
		{"in_order", 0, []peer.Event{ops(siteB, 1), ops(siteB, 2), ops(siteC, 1)}, false},
		{"much", 0, many, true},
		{"missed", 0, []peer.Event{peer.Missed{Events: 3}}, true},
		{"a_lie", 0, []peer.Event{peer.Lied{Proof: lie(t)}}, true},
		{"a_fault", 0, []peer.Event{peer.Fault{Err: io.EOF}}, false},
		{"too_few", 3, []peer.Event{ops(siteB, 1), ops(siteB, 2)}, false},
		{"enough", 3, []peer.Event{ops(siteB, 1), ops(siteB, 2), ops(siteC, 1)}, true},
		{"a_preview", 1, []peer.Event{peer.Drawn{Op: box}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := New(&view{log: canvas.NewLog(signerA)}, Options{DueOps: tt.dueOps})
			if err := r.Begin(nil, time.Now()); err != nil {
				t.Fatal(err)
			}
			for _, ev := range tt.events {
				r.Hear(ev)
			}
			select {
			case <-r.Due():
				if !tt.want {
					t.Error("it is due, want not")
				}
			default:
				if tt.want {
					t.Error("it is not due, want that it is")
				}
			}
		})
	}
}

// Without a picture there is none to write, and that is said.
func TestNoPictureToEncode(t *testing.T) {
	r := New(&lender{log: canvas.NewLog(canvas.NewSigner())}, Options{})
	if err := r.EncodePNG(io.Discard, picture.Look{}); err == nil || !strings.Contains(err.Error(), "keeps no picture") {
		t.Errorf("got %v, want that there is no picture", err)
	}
}
