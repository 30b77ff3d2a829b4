package trace

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"drawmesh/canvas"
)

func at(x, y float64) canvas.Point { return canvas.Point{X: x, Y: y} }

var red = canvas.Color{R: 255, A: 255}

// TestSegments makes what is drawn of strokes.
func TestSegments(t *testing.T) {
	tests := []struct {
		name    string
		stroke  Stroke
		longest float64
		want    []canvas.Point // the first from, and each to
	}{
		{"line", Stroke{[]canvas.Point{at(0, 0), at(9, 0), at(9, 5)}, 2, red}, 0, []canvas.Point{at(0, 0), at(9, 0), at(9, 5)}},
		{"rounded", Stroke{[]canvas.Point{at(0.004, -0.001), at(0.994, 0)}, 2, red}, 0, []canvas.Point{at(0, 0), at(0.99, 0)}},
		{"same_when_rounded", Stroke{[]canvas.Point{at(0, 0), at(0.001, 0), at(0.004, 0), at(3, 0)}, 2, red}, 0, []canvas.Point{at(0, 0), at(3, 0)}},
		{"dot", Stroke{[]canvas.Point{at(5, 5), at(5, 5)}, 2, red}, 0, []canvas.Point{at(5, 5), at(5.01, 5)}},
		{"dot_of_one_point", Stroke{[]canvas.Point{at(5, 5)}, 2, red}, 4, []canvas.Point{at(5, 5), at(5.01, 5)}},
		{"in_pieces", Stroke{[]canvas.Point{at(0, 0), at(10, 0), at(10, 1)}, 2, red}, 4, []canvas.Point{at(0, 0), at(3.33, 0), at(6.67, 0), at(10, 0), at(10, 1)}},
		{"no_point", Stroke{nil, 2, red}, 0, nil},
		{"no_width", Stroke{[]canvas.Point{at(0, 0), at(9, 0)}, 0, red}, 0, nil},
		{"no_color", Stroke{[]canvas.Point{at(0, 0), at(9, 0)}, 1, canvas.Color{}}, 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []canvas.Point
			for s := range Segments([]Stroke{tt.stroke}, tt.longest) {
				if len(got) == 0 {
					got = append(got, s.From)
				}
				if s.From != got[len(got)-1] {
					t.Errorf("%v begins elsewhere than at %v", s, got[len(got)-1])
				}
				if canvas.Round(s) != canvas.Op(canvas.Segment{From: s.From, To: s.To, Force: 1, Color: red}) {
					t.Errorf("got %v, which a log rounds to %v", s, canvas.Round(s))
				}
				got = append(got, s.To)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestForce draws lines as wide as they are to be, and no wider than there are.
func TestForce(t *testing.T) {
	for _, tt := range []struct{ width, want float64 }{{2, 2}, {0.5, 0.5}, {512, 512}, {9000, 512}} {
		if got := (canvas.Segment{Force: Force(tt.width)}).Width(); math.Abs(got-tt.want) > 0.003*tt.want {
			t.Errorf("%g: got %g, want %g", tt.width, got, tt.want)
		}
	}
}

// TestPlacement leads the corners of a drawing of 200×100 to their places.
func TestPlacement(t *testing.T) {
	tests := []struct {
		name     string
		p        Placement
		min, max canvas.Point
	}{
		{"own_size", Placement{}, at(0, 0), at(200, 100)},
		{"moved", Placement{At: at(10, 20), Margin: 5}, at(15, 25), at(215, 125)},
		{"fit_across", Placement{At: at(10, 20), Width: 400, Height: 400}, at(10, 120), at(410, 320)},
		{"fit_down", Placement{Width: 1000, Height: 50}, at(450, 0), at(550, 50)},
		{"margin", Placement{Width: 120, Height: 120, Margin: 10}, at(10, 35), at(110, 85)},
	}
	for _, tt := range tests {
		m, err := tt.p.Matrix(200, 100)
		if err != nil {
			t.Fatal(err)
		}
		if lo, hi := m.Apply(at(0, 0)), m.Apply(at(200, 100)); lo != tt.min || hi != tt.max {
			t.Errorf("%s: got %v to %v, want %v to %v", tt.name, lo, hi, tt.min, tt.max)
		}
	}
	for _, p := range []Placement{{Width: 10, Height: 10, Margin: 5}} {
		if _, err := p.Matrix(200, 100); err == nil {
			t.Errorf("%+v: got no error", p)
		}
	}
	if _, err := (Placement{}).Matrix(0, 100); err == nil {
		t.Error("no size: got no error")
	}
}

// travel is how far a pen goes with nothing to draw.
func travel(strokes []Stroke) (sum float64) {
	for i, s := range strokes[1:] {
		from, to := strokes[i].Points[len(strokes[i].Points)-1], s.Points[0]
		sum += math.Hypot(to.X-from.X, to.Y-from.Y)
	}
	return sum
}

// TestSort keeps all strokes, and travels as the plain search for the nearest end does.
func TestSort(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	strokes := make([]Stroke, 500)
	for i := range strokes {
		x, y := random.Float64()*1000, random.Float64()*300
		strokes[i] = Stroke{[]canvas.Point{at(x, y), at(x+9, y), at(x+random.Float64()*50, y+9)}, float64(i + 1), red}
	}
	sorted := Sort(strokes)
	if got, want := travel(sorted), travel(plainSort(strokes)); math.Abs(got-want) > 1e-6 || got > travel(strokes)/5 {
		t.Errorf("got %.0f pixels of travel, want %.0f; unsorted %.0f", got, want, travel(strokes))
	}
	back := slices.Clone(sorted)
	slices.SortFunc(back, func(a, b Stroke) int { return int(a.Width - b.Width) })
	for i, s := range back {
		turned := slices.Clone(s.Points)
		slices.Reverse(turned)
		if !slices.Equal(s.Points, strokes[i].Points) && !slices.Equal(turned, strokes[i].Points) {
			t.Fatalf("stroke %d: got %v, want %v either way", i, s.Points, strokes[i].Points)
		}
	}
	if got := Sort([]Stroke{{}, {}}); len(got) != 0 {
		t.Errorf("got %v of nothing", got)
	}
}

func plainSort(strokes []Stroke) (sorted []Stroke) {
	left := slices.Clone(strokes)
	for p := left[0].Points[0]; len(left) > 0; p = sorted[len(sorted)-1].Points[2] {
		best, turn, distance := 0, false, math.Inf(1)
		for i, s := range left {
			for _, last := range []bool{false, true} {
				q := s.Points[0]
				if last {
					q = s.Points[2]
				}
				if d := math.Hypot(p.X-q.X, p.Y-q.Y); d < distance {
					best, turn, distance = i, last, d
				}
			}
		}
		s := left[best]
		if turn {
			s.Points = []canvas.Point{s.Points[2], s.Points[1], s.Points[0]}
		}
		sorted = append(sorted, s)
		left = slices.Delete(left, best, best+1)
	}
	return sorted
}

// TestSortSoon sorts as many as a large drawing has, crowded in one place, and half of
// them in one point.
func TestSortSoon(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	strokes := make([]Stroke, 50_000)
	for i := range strokes {
		x, y := random.NormFloat64(), random.NormFloat64()
		if i%2 == 0 {
			x, y = 0, 0
		}
		strokes[i] = Stroke{[]canvas.Point{at(100*x*x*x, y), at(100*x*x*x+1, y)}, 1, red}
	}
	begin := time.Now()
	Sort(strokes)
	if took := time.Since(begin); took > 30*time.Second { // a second, on a machine with nothing else to do
		t.Errorf("took %v", took)
	}
}

// TestHand takes longer for what is longer, farther away, and not straight on.
func TestHand(t *testing.T) {
	takes := func(points ...canvas.Point) time.Duration {
		var h Hand
		var last time.Duration
		for i := 0; i+1 < len(points); i += 2 {
			last = h.After(canvas.Segment{From: points[i], To: points[i+1]})
		}
		return last
	}
	if got := takes(at(0, 0), at(900, 0)); got != time.Second {
		t.Errorf("900 pixels: got %v, want 1s", got)
	}
	straight := takes(at(0, 0), at(90, 0), at(90, 0), at(180, 0))
	corner := takes(at(0, 0), at(90, 0), at(90, 0), at(90, 90))
	back := takes(at(0, 0), at(90, 0), at(90, 0), at(0, 0))
	near := takes(at(0, 0), at(90, 0), at(95, 0), at(185, 0))
	far := takes(at(0, 0), at(90, 0), at(995, 0), at(1085, 0))
	if !slices.IsSorted([]time.Duration{straight, corner, back, far}) || near <= straight || straight != 200*time.Millisecond {
		t.Errorf("got %v straight on, %v round a corner, %v back, %v after a gap, %v after a long one", straight, corner, back, near, far)
	}
}

// TestSimplify leaves out what nobody sees, and never more.
func TestSimplify(t *testing.T) {
	var wave []canvas.Point
	for i := range 1000 {
		wave = append(wave, at(float64(i), 20*math.Sin(float64(i)/50)))
	}
	for _, tolerance := range []float64{0.01, 0.5, 5, 100} {
		left := Simplify(wave, tolerance)
		if left[0] != wave[0] || left[len(left)-1] != wave[999] || len(left) > 999 && tolerance > 0.1 {
			t.Fatalf("tolerance %g: got %d points from %v to %v", tolerance, len(left), left[0], left[len(left)-1])
		}
		j := 0
		for _, p := range wave {
			for left[j+1].X < p.X {
				j++
			}
			if d := offLine(p, left[j], left[j+1]); d > tolerance {
				t.Fatalf("tolerance %g: %v is %g off", tolerance, p, d)
			}
		}
	}
	if got := Simplify([]canvas.Point{at(1, 1), at(5, 5), at(1, 1)}, 1); len(got) != 3 {
		t.Errorf("there and back: got %v", got)
	}
	if got := Simplify([]canvas.Point{at(0, 0), at(1, 0), at(2, 0)}, 0.1); len(got) != 2 {
		t.Errorf("straight on: got %v", got)
	}
}
