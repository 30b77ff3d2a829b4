package raster

import (
	"bytes"
	"context"
	"errors"
	"image"
	"iter"
	"testing"
	"time"

	"drawmesh/canvas"
)

// A spy is an Animation that remembers.
type spy struct{ shown []still }

func (s *spy) Add(im *image.RGBA, d time.Duration) error {
	s.shown = append(s.shown, still{copyOf(im), d})
	return nil
}

func (s *spy) Close() error { return nil }

func (s *spy) delays() []time.Duration {
	var d []time.Duration
	for _, s := range s.shown {
		d = append(d, s.d)
	}
	return d
}

// An arrival is a step, and when it came.
type arrival struct {
	at   time.Time
	step canvas.Step
}

// each are the scenes between arrivals, of which some may have come before.
func each(all []arrival) iter.Seq[Scene] {
	return func(yield func(Scene) bool) {
		log, change := canvas.NewUnsigned(canvas.Site{}), canvas.Change{}
		for _, a := range all {
			if !yield(Scene{a.at, log, change}) {
				return
			}
			var err error
			if change, err = log.Step(a.step); err != nil {
				panic(err)
			}
		}
		yield(Scene{Log: log, Change: change})
	}
}

// arrivals are lines, one below the other, that come after so long each.
func arrivals(t testing.TB, after ...time.Duration) []arrival {
	t.Helper()
	log, now := pen("Ana00000000"), time.Unix(1_700_000_000, 0)
	var all []arrival
	for i, d := range after {
		e, err := log.Draw(line(0, float64(2*i), 30, float64(2*i), 2, ink), 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(d)
		all = append(all, arrival{now, canvas.Step{Entry: e}})
	}
	return all
}

const ms = time.Millisecond

// TestTimelapseRhythm asserts when there is a new picture.
func TestTimelapseRhythm(t *testing.T) {
	tests := []struct {
		name  string
		lapse Timelapse
		after []time.Duration
		want  []time.Duration
	}{
		{"as it was", Timelapse{}, []time.Duration{0, 200 * ms, 300 * ms}, []time.Duration{200 * ms, 300 * ms, 2 * time.Second}},
		{"twice as fast", Timelapse{Speed: 2}, []time.Duration{0, 200 * ms, 600 * ms}, []time.Duration{100 * ms, 300 * ms, 2 * time.Second}},
		{"half as fast", Timelapse{Speed: .5, Hold: time.Second}, []time.Duration{0, 200 * ms}, []time.Duration{400 * ms, time.Second}},
		{"in so much time", Timelapse{Length: 3 * time.Second}, []time.Duration{0, 50 * ms, 100 * ms}, []time.Duration{time.Second, 2 * time.Second, 2 * time.Second}},
		{"several in a picture", Timelapse{}, []time.Duration{0, 10 * ms, 10 * ms, 10 * ms, 200 * ms}, []time.Duration{100 * ms, 200 * ms, 2 * time.Second}},
		{"more pictures", Timelapse{FrameRate: 50}, []time.Duration{0, 10 * ms, 10 * ms, 10 * ms, 50 * ms}, []time.Duration{20 * ms, 20 * ms, 40 * ms, 2 * time.Second}},
		{"a night between", Timelapse{}, []time.Duration{0, 100 * ms, 9 * time.Hour, 100 * ms}, []time.Duration{100 * ms, time.Second, 100 * ms, 2 * time.Second}},
		{"shorter pauses", Timelapse{LongestPause: 300 * ms}, []time.Duration{0, 500 * ms, 200 * ms}, []time.Duration{300 * ms, 200 * ms, 2 * time.Second}},
		{"a clock set back", Timelapse{}, []time.Duration{0, 200 * ms, -time.Hour, 100 * ms}, []time.Duration{200 * ms, 100 * ms, 2 * time.Second}},
		{"all at once", Timelapse{Length: time.Minute}, []time.Duration{0, 0, 0}, []time.Duration{2 * time.Second}},
		{"nothing", Timelapse{}, nil, []time.Duration{2 * time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := arrivals(t, tt.after...)
			tt.lapse.Viewport, tt.lapse.Background = Viewport{Width: 32, Height: 32}, white
			progress := -1.0
			tt.lapse.Progress = func(part float64) {
				if part < progress || part > 1 {
					t.Errorf("progress %g after %g", part, progress)
				}
				progress = part
			}
			var got spy
			if err := tt.lapse.Play(t.Context(), &got, each(all)); err != nil {
				t.Fatal(err)
			}
			if got, want := got.delays(), tt.want; !equalDelays(got, want) {
				t.Errorf("pictures are shown for %v, want %v", got, want)
			}
			final := newBoard(t, 32, 32, white)
			for _, a := range all {
				final.Apply(a.step.Entry.Op)
			}
			if last := got.shown[len(got.shown)-1]; !bytes.Equal(last.im.Pix, final.im.Pix) {
				t.Error("the last picture is not that of all")
			}
		})
	}
}

func equalDelays(a, b []time.Duration) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if (a[i] - b[i]).Abs() > time.Microsecond {
			return false
		}
	}
	return true
}

// TestTimelapsePictures plays several pens that draw, undo and clear: each
// picture must be that of a log that has taken in as much.
func TestTimelapsePictures(t *testing.T) {
	r := newRand(21)
	written := history(t, r, 120)
	now := time.Unix(0, 0)
	var all []arrival
	for range 120 {
		all = append(all, arrival{now, take(r, written)})
		now = now.Add(time.Second / 10)
	}
	var got spy
	lapse := Timelapse{Viewport: Viewport{Width: viewWidth, Height: viewHeight}, Background: white}
	if err := lapse.Play(t.Context(), &got, each(all)); err != nil {
		t.Fatal(err)
	}
	if len(got.shown) != len(all) {
		t.Fatalf("%d pictures of %d entries, want one of each", len(got.shown), len(all))
	}
	log := canvas.NewUnsigned(canvas.Site{})
	for i, a := range all {
		if _, err := log.Step(a.step); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.shown[i].im.Pix, fromScratch(t, log, canvas.Key{}).Pix) {
			t.Fatalf("picture %d is not that of the first %d entries", i, i+1)
		}
	}
}

func TestTimelapseErrors(t *testing.T) {
	all := arrivals(t, 0, time.Second, time.Second)
	port := Viewport{Width: 8, Height: 8}
	for _, lapse := range []Timelapse{{}, {Viewport: port, Speed: -1}, {Viewport: port, FrameRate: -1}, {Viewport: port, Length: -1}} {
		if err := lapse.Play(t.Context(), &spy{}, each(all)); err == nil {
			t.Errorf("%+v: no error", lapse)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (Timelapse{Viewport: port}).Play(ctx, &spy{}, each(all)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}
