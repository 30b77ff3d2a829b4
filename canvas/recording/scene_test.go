package recording

import (
	"crypto/sha256"
	"testing"
	"time"

	"drawmesh/canvas"
)

// The signers, sites and times of these tests, so that they write the same each
// time.
var (
	signers = map[string]*canvas.Signer{"ana": signer("ana"), "bo": signer("bo"), "eve": signer("eve")}
	ana     = signers["ana"].Site()
	bo      = signers["bo"].Site()
	eve     = signers["eve"].Site()
	started = time.Date(2026, 5, 17, 12, 0, 0, 0, time.UTC)
	header  = Header{Version: Version, Raster: 1, Room: "http://localhost/studio", Started: started, Width: 64, Height: 48, Background: "white"}
	red     = canvas.Color{R: 255, A: 255}
)

func signer(name string) *canvas.Signer {
	return canvas.NewSignerFromSeed(sha256.Sum256([]byte(name)))
}

func segment(x float64) canvas.Shape {
	return canvas.Segment{From: canvas.Point{X: x}, To: canvas.Point{X: x + 5, Y: 9.25}, Force: 1.5, Color: red}
}

// must is what drawing returned.
func must(t testing.TB) func(canvas.Entry, error) canvas.Entry {
	return func(e canvas.Entry, err error) canvas.Entry {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
}

// A studio is what people draw by turns and a recorder hears: its own log says, at
// each moment, what a recording of that comes to.
type studio struct {
	t       testing.TB
	heard   *canvas.Log // the recorder's
	at      time.Duration
	records []Record
	read    *Drawing // of the records before the last pass
	done    int
}

func newStudio(t testing.TB) *studio {
	return &studio{t: t, heard: canvas.NewLog(nil), records: []Record{header}, read: NewDrawing()}
}

// now is the time that pens write.
func (s *studio) now() uint64 { return canvas.Ticks(started.Add(s.at)) }

// pass lets some time pass, once what was recorded has been read.
func (s *studio) pass() {
	s.t.Helper()
	for ; s.done < len(s.records); s.done++ {
		if _, err := s.read.Add(s.records[s.done]); err != nil {
			s.t.Fatal(err)
		}
	}
	if got, want := s.read.Sum(), s.heard.Digest().String(); got != want {
		s.t.Errorf("after %v: the recording comes to %s, the recorder had %s", s.at, got, want)
	}
	s.at += 17250 * time.Microsecond
}

// hear records what is new of a pen, and the head that covers it.
func (s *studio) hear(pen *canvas.Log, from string) {
	s.t.Helper()
	pen.Sign()
	have, _ := s.heard.Holds(pen.Site())
	for _, r := range pen.Runs(pen.Site(), have+1) {
		if v, _, _ := s.heard.Take(r, s.now()); v != canvas.Taken {
			s.t.Fatalf("entries %d to %d: %v", r.First, r.Last(), v)
		}
		if r.First != have+1 || have == 0 {
			b := Base{Key: r.Key, N: r.First - 1}
			if b.N > 0 {
				b.Chain = r.Before
			}
			s.records = append(s.records, b)
		}
		for e := range r.Entries() {
			s.records = append(s.records, Op{At: s.at, From: from, Entry: e})
		}
		s.records = append(s.records, Head{canvas.Head{Site: r.Site, N: r.Last(), Sig: r.Sig}})
		have = r.Last()
	}
	s.pass()
}

// clear records a clear.
func (s *studio) clear(pen *canvas.Log, from string) {
	c, _, err := pen.Clear(s.now())
	if err != nil {
		s.t.Fatal(err)
	}
	if v, _ := s.heard.TakeClear(c, s.now()); v != canvas.Taken {
		s.t.Fatal(v)
	}
	s.records = append(s.records, Clear{At: s.at, From: from, Clear: c})
	s.pass()
}

// catch records the proof that a pen has written something else before.
func (s *studio) catch(liar *canvas.Log) {
	liar.Sign()
	_, _, proof := s.heard.Take(liar.Runs(liar.Site(), 1)[0], s.now())
	if v, _ := s.heard.TakeProof(proof); v != canvas.Taken {
		s.t.Fatal(v)
	}
	proof, err := canvas.ParseProof(canvas.AppendProof(nil, proof)) // as it travels
	if err != nil {
		s.t.Fatal(err)
	}
	s.records = append(s.records, Lie{s.at, proof})
	s.pass()
}

// A scene is a recording of all there is: two writers, one of a plain peer's
// strokes, an undo, a redo, an operation of a later version, a clear, something dead,
// a liar.
func scene(t testing.TB) *studio {
	t.Helper()
	s, must := newStudio(t), must(t)
	a, b := canvas.NewLog(signers["ana"]), canvas.NewLog(signers["bo"])
	for range 7 {
		must(b.Draw(segment(9), 0, s.now()))
	}
	s.clear(b, "")
	must(b.Draw(canvas.Rect{Width: 9, Height: 9, LineWidth: 2, Color: red}, 0, s.now()))
	s.hear(b, "")
	s.records = append(s.records, Who{"a1", `Ana "<3"`, ana}, Who{ID: "p1", Name: "Pia"})
	first := must(a.Draw(segment(1), 0, s.now()))
	must(a.Draw(segment(2), first.K, s.now()))
	s.hear(a, "a1")
	must(a.Adopt("p1", segment(3), s.now()))
	s.hear(a, "p1")
	undo, _, err := a.Undo(first.K, s.now())
	must(undo, err)
	s.hear(a, "a1")
	redo, _, err := a.Redo(first.K, s.now())
	must(redo, err)
	must(a.Write(canvas.Other{Name: "sparkle", Payload: `{"hue":120}`}, 0, s.now()))
	s.hear(a, "a1")
	s.clear(a, "a1")
	must(a.Draw(segment(4), 0, s.now()))
	s.hear(a, "a1")
	one, two := canvas.NewLog(signers["eve"]), canvas.NewLog(signers["eve"])
	must(one.Draw(segment(5), 0, s.now()))
	must(one.Draw(segment(8), 0, s.now()))
	must(two.Draw(segment(6), 0, s.now()))
	s.hear(one, "e1")
	s.catch(two)
	must(b.Draw(segment(7), 0, s.now()))
	s.hear(b, "")
	return s
}
