package loadtest

import (
	"math/rand/v2"
	"testing"

	"drawmesh/canvas"
)

// A watermark survives the log's rounding and the wire of plain peers, whatever it is
// put on.
func TestWatermarksSurvive(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	coordinate := func() float64 { return (random.Float64() - 0.3) * 4000 }
	for range 10_000 {
		now := 1_700_000_000_000_000 + random.Int64N(1e15)
		want := watermark{now - random.Int64N(3600*1e6)}
		s := want.stamp(canvas.Segment{
			From: canvas.Point{X: coordinate(), Y: coordinate()}, To: canvas.Point{X: coordinate(), Y: coordinate()},
			Force: 2, Color: canvas.Color{R: 1, A: 3}, // which it keeps
		})
		if got := canvas.Round(s); got != canvas.Op(s) {
			t.Fatalf("the log makes %v of %v", got, s)
		}
		op, err := canvas.ParseOp(canvas.AppendOp(nil, s))
		if err != nil {
			t.Fatal(err)
		}
		if got := watermarkOf(op.(canvas.Segment), now); got != want {
			t.Fatalf("got %v from the wire, want %v", got, want)
		}
	}
}

// A segment with a watermark stays where it was, to a pixel.
func TestWatermarksHardlyShow(t *testing.T) {
	s := watermark{1_700_000_000_123_456}.stamp(canvas.Segment{From: canvas.Point{X: 10.9, Y: -3.2}, To: canvas.Point{X: 0, Y: 99}})
	for name, v := range map[string][2]float64{"from x": {s.From.X, 10}, "from y": {s.From.Y, -4}, "to x": {s.To.X, 0}, "to y": {s.To.Y, 99}} {
		if v[0] < v[1] || v[0] >= v[1]+1 {
			t.Errorf("%s: got %v, want %v to a pixel more", name, v[0], v[1])
		}
	}
	if w := s.Width(); w < 2 || w > 3 {
		t.Errorf("it is %v pixels wide, want 2 to 3", w)
	}
}

func TestRecent(t *testing.T) {
	const now = 1_700_000_000_000_000
	for name, due := range map[string]int64{
		"now": now, "a second ago": now - 1e6, "two hours ago": now - 7200*1e6, "from a clock that is ahead": now + 600*1e6,
	} {
		if got := recent(due%watermarkCycle, now); got != due {
			t.Errorf("%s: got %d, want %d", name, got-now, due-now)
		}
	}
}

func TestProbes(t *testing.T) {
	const now = 1_700_000_012_345_678
	for _, at := range []int64{now, now - 1, now - 99_999, now - 100_000, now - 5e6} {
		op, err := canvas.ParseOp(canvas.AppendOp(nil, probe(at)))
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := probeTime(op.(canvas.Preview), now); !ok || got != at {
			t.Errorf("got %d before now, %t, want %d", now-got, ok, now-at)
		}
	}
	if _, ok := probeTime(canvas.Preview{Width: 10}, now); ok {
		t.Error("a rectangle that somebody drags is taken for a probe")
	}
}
