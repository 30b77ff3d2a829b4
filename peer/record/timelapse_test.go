package record

import (
	"fmt"
	"image"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/signaling"
)

// An easel is a drawing of one pen.
type easel struct {
	pen    *canvas.Log
	change canvas.Change
}

func (e *easel) Look(look func(*canvas.Log, canvas.Change)) {
	look(e.pen, e.change)
	e.change = canvas.Change{}
}

func (e *easel) Author(canvas.Entry) signaling.ID { return "" }

func (e *easel) draw(t *testing.T) {
	t.Helper()
	_, err := e.pen.Draw(box, 0, canvas.Ticks(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	e.pen.Sign()
	e.change = canvas.Change{Kind: canvas.Everything}
}

// A reel notes for how long each picture is shown.
type reel struct{ shown []time.Duration }

func (r *reel) Add(_ *image.RGBA, d time.Duration) error {
	r.shown = append(r.shown, d.Round(time.Millisecond))
	return nil
}

func (r *reel) Close() error { return nil }

// TestATimelapseBeginsWithThePast: with what was drawn before anybody recorded, in the
// rhythm in which it was, and goes on with what is drawn now.
func TestATimelapseBeginsWithThePast(t *testing.T) {
	const night = 12 * time.Hour
	tests := []struct {
		name   string
		before []time.Duration // from each to the next, and to the recorder's coming
		want   string
	}{
		{"nothing", nil, "[600ms 2s]"},
		{"two", []time.Duration{500 * time.Millisecond, time.Second}, "[500ms 600ms 2s]"},
		{"a night between", []time.Duration{night, 300 * time.Millisecond, night}, "[1s 300ms 600ms 2s]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				view, err := raster.NewView(32, 32, canvas.Color{A: 255})
				if err != nil {
					t.Fatal(err)
				}
				e := &easel{pen: canvas.NewLog(canvas.NewSigner())}
				for _, pause := range tt.before {
					e.draw(t)
					time.Sleep(pause)
				}
				r, film := New(e, Options{Picture: view}), new(reel)
				if err := r.Begin(nil, time.Now()); err != nil {
					t.Fatal(err)
				}
				l := NewTimelapse(r, film, 1, 10)
				for range 6 {
					if err := l.Look(); err != nil {
						t.Fatal(err)
					}
					time.Sleep(l.Interval())
					if err := r.Follow(); err != nil {
						t.Fatal(err)
					}
				}
				e.draw(t)
				if err := r.Follow(); err != nil {
					t.Fatal(err)
				}
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
				if got := fmt.Sprint(film.shown); got != tt.want || l.Pictures() != len(film.shown) {
					t.Errorf("%d pictures are shown for %s, want %s", l.Pictures(), got, tt.want)
				}
			})
		})
	}
}
