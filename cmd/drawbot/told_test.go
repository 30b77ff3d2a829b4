package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// The pens of those who draw in these tests, and what they write as.
var (
	penA, penB, penC    = canvas.NewSignerFromSeed([32]byte{1}), canvas.NewSignerFromSeed([32]byte{3}), canvas.NewSignerFromSeed([32]byte{2})
	siteA, siteB, siteC = penA.Site(), penB.Site(), penC.Site()
)

// A told is a recording in the making, of what is drawn with some pens.
type told struct {
	*recording.Writer
	started time.Time
	pens    map[canvas.Site]*canvas.Log
	room    *canvas.Log // all that was recorded
}

// newTold begins a recording of some size.
func newTold(w io.Writer, width, height int) *told {
	h := recording.Header{Room: "http://localhost/studio", Started: time.Unix(1_800_000_000, 0), Width: width, Height: height, Background: "white"}
	return &told{recording.NewWriter(w, h), h.Started, make(map[canvas.Site]*canvas.Log), canvas.NewLog(nil)}
}

// tell writes a recording, and returns where it is.
func tell(t *testing.T, write func(*told)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.ndjson")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := newTold(f, 300, 200)
	write(w)
	w.close(t, 0)
	return path
}

// close ends the recording.
func (w *told) close(t *testing.T, at time.Duration) {
	t.Helper()
	if err := w.Close(at, w.room.Digest()); err != nil {
		t.Fatal(err)
	}
}

// pen is the log that somebody draws into.
func (w *told) pen(s *canvas.Signer) *canvas.Log {
	if w.pens[s.Site()] == nil {
		w.pens[s.Site()] = canvas.NewLog(s)
	}
	return w.pens[s.Site()]
}

// draw writes that a peer has drawn a shape.
func (w *told) draw(at time.Duration, id string, s *canvas.Signer, op canvas.Shape) canvas.Entry {
	e, err := w.pen(s).Draw(op, 0, w.now(at))
	if err != nil {
		panic(err)
	}
	w.write(at, id, s, e)
	return e
}

// write writes what a peer has drawn, as it was signed.
func (w *told) write(at time.Duration, id string, s *canvas.Signer, e canvas.Entry) {
	if e.N == 1 {
		w.Base(recording.Base{Key: s.Key()})
	}
	w.Op(recording.Op{At: at, From: id, Entry: e})
	w.pen(s).Sign()
	for _, run := range w.pen(s).Runs(e.Site, e.N) {
		w.room.Take(run, w.now(at))
		w.Head(canvas.Head{Site: e.Site, N: e.N, Sig: run.Sig})
	}
}

// now is what the room's clock says so long after the beginning.
func (w *told) now(at time.Duration) uint64 { return canvas.Ticks(w.started.Add(at)) }

// lieOf proves that somebody has told two stories.
func lieOf(t *testing.T, s *canvas.Signer) *canvas.Proof {
	t.Helper()
	room := canvas.NewLog(nil)
	for n := range 2 {
		story := canvas.NewLog(s)
		if _, err := story.Draw(stripe(float64(50*n), red), 0, now); err != nil {
			t.Fatal(err)
		}
		story.Sign()
		for _, run := range story.Runs(s.Site(), 1) {
			if _, _, proof := room.Take(run, now); proof != nil {
				return proof
			}
		}
	}
	t.Fatal("two stories are no lie")
	return nil
}
