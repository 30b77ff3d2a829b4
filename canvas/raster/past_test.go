package raster

import (
	"bytes"
	"testing"
	"time"

	"drawmesh/canvas"
)

// drawnAfter is a log of lines, one below the other, each drawn so long after the one
// before.
func drawnAfter(t testing.TB, after ...time.Duration) *canvas.Log {
	t.Helper()
	log, now := pen("Ana00000000"), time.Unix(1_700_000_000, 0)
	for i, d := range after {
		now = now.Add(d)
		if _, err := log.Draw(line(0, float64(2*i), 30, float64(2*i), 2, ink), 0, canvas.Ticks(now)); err != nil {
			t.Fatal(err)
		}
	}
	return log
}

// TestPastRhythm asserts when there was a new picture.
func TestPastRhythm(t *testing.T) {
	tests := []struct {
		name  string
		lapse Timelapse
		after []time.Duration
		want  []time.Duration
	}{
		{"as it was", Timelapse{}, []time.Duration{0, 200 * ms, 300 * ms}, []time.Duration{200 * ms, 300 * ms}},
		{"twice as fast", Timelapse{Speed: 2}, []time.Duration{0, 200 * ms, 600 * ms}, []time.Duration{100 * ms, 300 * ms}},
		{"not longer than it may be", Timelapse{Length: time.Minute}, []time.Duration{0, 200 * ms, 300 * ms}, []time.Duration{200 * ms, 300 * ms}},
		{"shorter than it was", Timelapse{Length: time.Second}, []time.Duration{0, time.Second, time.Second}, []time.Duration{500 * ms, 500 * ms}},
		{"a night between", Timelapse{}, []time.Duration{0, 9 * time.Hour, 100 * ms}, []time.Duration{time.Second, 100 * ms}},
		{"one", Timelapse{}, []time.Duration{0}, nil},
		{"nothing", Timelapse{}, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log, v := drawnAfter(t, tt.after...), newView(t)
			v.Take(log, canvas.Change{Kind: canvas.Everything})
			var got spy
			if err := tt.lapse.PlayPast(t.Context(), &got, v); err != nil {
				t.Fatal(err)
			}
			if !equalDelays(got.delays(), tt.want) {
				t.Errorf("pictures are shown for %v, want %v", got.delays(), tt.want)
			}
		})
	}
}

// TestPastPictures are what was drawn by then, of what is shown: a stroke that was
// undone is in none.
func TestPastPictures(t *testing.T) {
	log := drawnAfter(t, 0, time.Second, time.Second, time.Second)
	if _, _, err := log.Undo(2, 0); err != nil {
		t.Fatal(err)
	}
	v := newView(t)
	v.Show(func(e canvas.Entry) bool { return e.N != 3 })
	v.Take(log, canvas.Change{Kind: canvas.Everything})
	var got spy
	if err := (Timelapse{LongestPause: time.Hour}).PlayPast(t.Context(), &got, v); err != nil {
		t.Fatal(err)
	}
	want := newBoard(t, viewWidth, viewHeight, white)
	first, _ := log.Entry(log.Site(), 1)
	want.Apply(first.Op)
	if len(got.shown) != 1 || !bytes.Equal(got.shown[0].im.Pix, want.Image().Pix) || got.shown[0].d != 3*time.Second {
		t.Errorf("got %d pictures for %v, want one of the first line, for 3 s", len(got.shown), got.delays())
	}
}
