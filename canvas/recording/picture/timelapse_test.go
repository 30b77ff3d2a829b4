package picture

import (
	"bytes"
	"fmt"
	"image"
	"io"
	"iter"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
)

// A reel notes for how long each picture is shown.
type reel struct{ shown []time.Duration }

func (r *reel) Add(_ *image.RGBA, d time.Duration) error {
	r.shown = append(r.shown, d.Round(time.Millisecond))
	return nil
}

func (r *reel) Close() error { return nil }

// TestHistoryHasItsRhythm makes a timelapse of a recording that has nothing but what
// was drawn before it began, which it has all at once; and of what liars did among
// that, of whom each makes it a pause longer.
func TestHistoryHasItsRhythm(t *testing.T) {
	const s = time.Second
	started := time.Date(2026, 5, 17, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		drawn []time.Duration // before the start
		want  string
	}{
		{"as it was", []time.Duration{9 * s, 8800 * time.Millisecond, 8500 * time.Millisecond}, "[200ms 300ms 2s]"},
		{"a night between", []time.Duration{12 * time.Hour, 8 * s, 7600 * time.Millisecond}, "[1s 400ms 2s]"},
		{"lies of long ago", []time.Duration{55 * 365 * 24 * time.Hour, 50 * 365 * 24 * time.Hour, 8 * s, 7600 * time.Millisecond}, "[1s 1s 400ms 2s]"},
		{"a lie of the future", []time.Duration{8 * s, 7600 * time.Millisecond, -time.Hour}, "[400ms 1s 2s]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var file bytes.Buffer
			w := recording.NewWriter(&file, recording.Header{Started: started})
			for i, before := range tt.drawn {
				pen := canvas.NewLog(canvas.NewSigner())
				e, err := pen.Draw(stripe(float64(5*i+3), red), 0, canvas.Ticks(started.Add(-before)))
				if err != nil {
					t.Fatal(err)
				}
				w.Base(recording.Base{Key: pen.PublicKey()})
				w.Op(recording.Op{Entry: e})
			}
			if err := w.Close(0, canvas.Digest{}); err != nil {
				t.Fatal(err)
			}
			source := recording.Source{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Bytes())), nil }}
			var failed error
			var got reel
			lapse := raster.Timelapse{Viewport: small.Viewport(), Background: canvas.Color{A: 255}}
			if err := lapse.Play(t.Context(), &got, scenes(source, &failed)); err != nil || failed != nil {
				t.Fatal(err, failed)
			}
			if got := fmt.Sprint(got.shown); got != tt.want {
				t.Errorf("pictures are shown for %s, want %s", got, tt.want)
			}
		})
	}
}

// scenes are what a recording comes to, one operation after another.
func scenes(source recording.Source, failed *error) iter.Seq[raster.Scene] {
	return func(yield func(raster.Scene) bool) {
		d := recording.NewDrawing()
		for at, change := range recording.Arrivals(d, recording.Merge(source), recording.Moment{}, failed) {
			if !yield(raster.Scene{Until: at.At, Log: d.Log(), Change: change}) {
				return
			}
		}
	}
}
