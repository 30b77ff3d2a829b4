package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A model is a subject that nobody else has, and that draws by itself.
type model struct {
	place
	diary
	change canvas.Change
}

func (m *model) Members() []peer.Member { return nil }
func (m *model) Done() <-chan struct{}  { return nil }

func (m *model) Author(canvas.Entry) signaling.ID { return "" }

func (m *model) Look(look func(*canvas.Log, canvas.Change)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	look(m.log, m.change)
	m.change = canvas.Change{}
}

// draw draws a segment, and tells hear.
func (m *model) draw(t testing.TB, hear func(peer.Event)) {
	m.mu.Lock()
	e, err := m.log.Draw(redSegment, 0, canvas.Ticks(time.Now()))
	m.log.Sign()
	m.change = m.change.Join(canvas.Change{Kind: canvas.Appended, From: e.Key(), Box: canvas.Bounds(e.Op)})
	m.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	hear(peer.Drawn{Entry: e, Op: e.Op})
}

// pose begins a session of a model, in a bubble: its log goes to w.
func pose(t testing.TB, w io.Writer, c *recordCommand) (*session, *model) {
	t.Helper()
	m := &model{diary: diary{log: canvas.NewLog(canvas.NewSigner())}}
	c.Size, c.Scale = size{32, 16}, 1
	s, err := c.open(t.Context(), "http://localhost/studio", env{out: w}, newUI(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	s.enter(m, m)
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
	return s, m
}

// TestNoMoreThanASecondIsLost looks, at each moment, at what is in the file: all
// that was drawn a second ago. The picture is no older than ten.
func TestNoMoreThanASecondIsLost(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		png, log := filepath.Join(dir, "out.png"), filepath.Join(dir, "log.ndjson.gz")
		s, m := pose(t, nil, &recordCommand{Out: png, Log: log, Every: every{time: 10 * time.Second}})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.watch(ctx, newUI(io.Discard)) }()
		time.Sleep(time.Millisecond) // so that it never draws at a tick
		var pictured []int
		var last []byte
		for i := range 205 {
			if got, want := opsIn(t, log), max(0, i-10); got < want {
				t.Fatalf("after %d tenths of a second: got %d operations in the file, want %d at least", i, got, want)
			}
			if data, err := os.ReadFile(png); err == nil && !bytes.Equal(data, last) {
				last = data
				pictured = append(pictured, i)
			}
			m.draw(t, s.hear)
			time.Sleep(100 * time.Millisecond)
		}
		if got, want := fmt.Sprint(pictured), "[100 200]"; got != want {
			t.Errorf("got pictures after %s tenths of a second, want %s", got, want)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.finish(); err != nil {
			t.Error(err)
		}
		do(t, exitDone, "verify", log, png)
	})
}

// opsIn is how many operations of a log can be read that checks vouch for.
func opsIn(t *testing.T, path string) (ops int) {
	t.Helper()
	r := recording.NewReader(bytes.NewReader(readFile(t, path)))
	for {
		rec, err := r.Next()
		if c, ok := rec.(recording.Check); ok {
			ops = c.Ops
		}
		if err != nil {
			return ops
		}
	}
}

// TestFollowWritesWhatNobodyHeard has a peer that takes in entries, clears and
// proofs without a word.
func TestFollowWritesWhatNobodyHeard(t *testing.T) {
	var out bytes.Buffer
	s, m := pose(t, &out, &recordCommand{Log: "-"})
	draws := func(s *canvas.Signer, n int) *canvas.Log {
		log := canvas.NewLog(s)
		for i := range n {
			if _, err := log.Draw(redSegment, 0, canvas.Ticks(time.Now())+uint64(i)); err != nil {
				t.Fatal(err)
			}
		}
		log.Sign()
		return log
	}
	take := func(other *canvas.Log) {
		m.log.TakeClear(other.LastClear(), canvas.Ticks(time.Now()))
		for frame := range other.Frames(m.log.Have().Sites) {
			merged, err := m.log.Merge(frame, canvas.Ticks(time.Now()))
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range merged.Proofs {
				m.log.TakeProof(p)
			}
		}
		if err := s.follow(); err != nil {
			t.Fatal(err)
		}
	}
	other := draws(penA, 3)
	take(other)
	if _, _, err := other.Clear(canvas.Ticks(time.Now())); err != nil {
		t.Fatal(err)
	}
	m.draw(t, s.hear)
	take(other)
	take(draws(penB, 2))
	take(draws(penB, 3)) // another story: nothing of it counts any more
	m.draw(t, s.hear)
	lies := 0
	if err := s.finish(); err != nil {
		t.Fatal(err)
	}
	r, d := recording.NewReader(&out), recording.NewDrawing()
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err == nil {
			_, err = d.Add(rec)
		}
		switch rec := rec.(type) {
		case recording.Check:
			err = cmp.Or(err, d.Check(rec))
		case recording.Lie:
			lies++
		}
		if err != nil {
			t.Fatalf("line %d: %v", r.Line(), err)
		}
	}
	if got, want := d.Sum(), m.log.Digest().String(); got != want || r.Ending() != recording.Closed || lies != 1 {
		t.Errorf("got sum %v, ending %d and %d lies, want %v, a closed recording and one", got, r.Ending(), lies, want)
	}
}

// heapBytes is how many bytes are in use.
func heapBytes() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkRecorder tells what a recorder costs that also keeps a picture: the
// bytes that it holds of each segment, besides the picture and its checkpoints.
func BenchmarkRecorder(b *testing.B) {
	s, m := pose(b, io.Discard, &recordCommand{Log: "-", Out: "-"})
	before := heapBytes()
	n := 0
	for b.Loop() {
		m.draw(b, s.hear)
		if n++; n%1000 == 0 {
			if err := s.follow(); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(heapBytes()-before)/float64(n), "B/segment")
	if err := s.finish(); err != nil {
		b.Fatal(err)
	}
}
