package stats_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/stats"
)

var started = time.Date(2026, 5, 17, 12, 0, 0, 0, time.UTC)

func line(length float64) canvas.Shape {
	return canvas.Segment{To: canvas.Point{X: length}, Force: 1}
}

// studio is a recording of Ana, who reloads the page as Zoe, and of Pia, who
// speaks the plain protocol.
func studio() []byte {
	var b bytes.Buffer
	w := recording.NewWriter(&b, recording.Header{Started: started})
	one, two := canvas.NewLog(canvas.NewSignerFromSeed([32]byte{1})), canvas.NewLog(canvas.NewSignerFromSeed([32]byte{2}))
	put := func(at time.Duration, from string, write func(now uint64) (canvas.Entry, error)) uint32 {
		e, err := write(canvas.Ticks(started.Add(at)))
		if err != nil {
			panic(err)
		}
		w.Op(recording.Op{At: at, From: from, Entry: e})
		return e.K
	}
	w.Who(recording.Who{ID: "1", Name: "Ana", Site: one.Site()})
	w.Who(recording.Who{ID: "9", Name: "Pia"})
	w.Base(recording.Base{Key: one.PublicKey()})
	w.Base(recording.Base{Key: two.PublicKey()})
	clear, _, err := two.Clear(canvas.Ticks(started.Add(500 * time.Millisecond)))
	if err != nil {
		panic(err)
	}
	w.Clear(recording.Clear{At: 500 * time.Millisecond, From: "2", Clear: clear})
	first := put(time.Second, "1", func(now uint64) (canvas.Entry, error) { return one.Draw(line(30), 0, now) })
	put(1500*time.Millisecond, "1", func(now uint64) (canvas.Entry, error) { return one.Draw(line(40), first, now) })
	put(2*time.Second, "9", func(now uint64) (canvas.Entry, error) {
		return two.Adopt("9", canvas.Rect{Width: 5, Height: -5, LineWidth: 1}, now)
	})
	undo := func(now uint64) (canvas.Entry, error) { e, _, err := one.Undo(first, now); return e, err }
	put(3*time.Second, "1", undo)
	put(3*time.Second, "1", func(now uint64) (canvas.Entry, error) { e, _, err := one.Redo(first, now); return e, err })
	put(4*time.Second, "1", undo)
	w.Who(recording.Who{ID: "2", Name: "Zoe", Site: two.Site()})
	w.Who(recording.Who{ID: "2", Name: "Zoe", Site: one.Site()}) // so these are one
	put(90*time.Second, "2", func(now uint64) (canvas.Entry, error) { return two.Draw(line(3), 0, now) })
	if err := w.Close(90*time.Second, canvas.Digest{}); err != nil { // of which nothing is counted
		panic(err)
	}
	return b.Bytes()
}

func source(name string, data []byte) recording.Source {
	return recording.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// TestCount counts by hand, also what is in two recordings.
func TestCount(t *testing.T) {
	want := []string{
		"Pia: 1 operations, 1 strokes, 20 px, 1 shown, 0 undos, 0 redos, 0 clears, 2s to 2s, seconds map[2:1]",
		"Zoe: 7 operations, 2 strokes, 73 px, 1 shown, 2 undos, 1 redos, 1 clears, 500ms to 1m30s, seconds map[0:1 1:2 3:2 4:1 90:1]",
	}
	for name, sources := range map[string][]recording.Source{
		"one":   {source("a", studio())},
		"twice": {source("a", studio()), source("b", studio())},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := stats.Count(t.Context(), recording.Merge(sources...), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range s.Shares {
				got = append(got, fmt.Sprintf("%s: %d operations, %d strokes, %v px, %d shown, %d undos, %d redos, %d clears, %v to %v, seconds %v", p.Author.Name(),
					p.Operations, p.Strokes, p.Length, p.Shown, p.Undos, p.Redos, p.Clears, p.First, p.Last, p.BySecond))
			}
			if got, want := strings.Join(got, "\n"), strings.Join(want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if !s.Started.Equal(started) || s.Last != 90*time.Second || s.Entries != 7 {
				t.Errorf("got %v, %v and %d entries, want %v, 1m30s and 7", s.Started, s.Last, s.Entries, started)
			}
		})
	}
}

// TestCountPassesOver what is wrong, and tells of it.
func TestCountPassesOver(t *testing.T) {
	broken := bytes.Replace(studio(), []byte(`"event":"drawRect"`), []byte(`"event":"daub"`), 1)
	var told []error
	s, err := stats.Count(t.Context(), recording.Merge(source("a", broken)), nil, func(err error) { told = append(told, err) })
	if err != nil || len(told) == 0 || len(s.Shares) != 1 {
		t.Errorf("got %v, %v and %d people, want a line told of, and one", err, told, len(s.Shares))
	}
	if _, err := stats.Count(t.Context(), recording.Merge(source("a", broken)), nil, nil); err == nil || !strings.HasPrefix(err.Error(), "a: line ") {
		t.Errorf("with nobody to tell: got %v, want the line", err)
	}
}

func ExampleCount() {
	file, err := os.CreateTemp("", "studio-*.ndjson")
	if err != nil {
		log.Fatal(err)
	}
	defer os.Remove(file.Name())
	file.Write(studio())
	file.Close()

	counted, err := stats.Count(context.Background(), recording.Merge(recording.File(file.Name())), nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, share := range counted.Shares {
		fmt.Println(share.Author.Name(), share.Operations, share.Length)
	}
	// Output:
	// Pia 1 20
	// Zoe 7 73
}

// TestCountWhatWasDrawnBefore a recorder came, by when it was.
func TestCountWhatWasDrawnBefore(t *testing.T) {
	var b bytes.Buffer
	w := recording.NewWriter(&b, recording.Header{Started: started})
	pen := canvas.NewLog(canvas.NewSigner())
	w.Base(recording.Base{Key: pen.PublicKey()})
	for _, ago := range []time.Duration{10 * time.Second, 4 * time.Second} {
		e, err := pen.Draw(line(1), 0, canvas.Ticks(started.Add(-ago)))
		if err != nil {
			t.Fatal(err)
		}
		w.Op(recording.Op{Entry: e})
	}
	if err := w.Close(0, canvas.Digest{}); err != nil {
		t.Fatal(err)
	}
	s, err := stats.Count(t.Context(), recording.Merge(source("a", b.Bytes())), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := s.Shares[0]
	got := fmt.Sprint(s.Started.Equal(started), s.Before, s.Last, p.First, p.Last, p.BySecond)
	if want := "true 10s 6s 0s 6s map[0:1 6:1]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
