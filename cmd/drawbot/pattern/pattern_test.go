package pattern

import (
	"bufio"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
)

var update = flag.Bool("update", false, "accept what the patterns are now")

// shape is a figure away from the origin, with room around it.
func shape(seed uint64, radius float64) Figure {
	return Figure{Seed: seed, Center: canvas.Point{X: 700, Y: 400}, Radius: radius}
}

func TestDrawKeepsToItsDisc(t *testing.T) {
	for _, name := range Names() {
		for _, radius := range []float64{1, 12, 150, 735} {
			for seed := range uint64(8) {
				segments := Draw(name, shape(seed, radius))
				if radius >= 12 && len(segments) < 20 {
					t.Errorf("%s, radius %v, seed %d: got %d segments, want a drawing", name, radius, seed, len(segments))
				}
				for _, s := range segments {
					checkSegment(t, name, s, radius)
				}
			}
		}
	}
}

func checkSegment(t *testing.T, name string, s canvas.Segment, radius float64) {
	t.Helper()
	for _, p := range []canvas.Point{s.From, s.To} {
		// A hundredth of a pixel is the rounding.
		if r := math.Hypot(p.X-700, p.Y-400); !(r <= radius+0.01) {
			t.Fatalf("%s: got a point %v px from the center, want %v at most", name, r, radius)
		}
	}
	if !(s.Force > 0 && s.Force <= 4) {
		t.Fatalf("%s: got force %v, want one in (0, 4]", name, s.Force)
	}
	if s.Color.A != 255 {
		t.Fatalf("%s: got %v, want opaque colors", name, s.Color)
	}
}

func TestDrawIsTheSameForTheSameSeed(t *testing.T) {
	for _, name := range Names() {
		f := shape(5, 150)
		f.Colors = Blend(0, 0xffffff)
		first, again := Draw(name, f), Draw(name, f)
		if !slices.Equal(first, again) {
			t.Errorf("%s: two drawings of one seed differ", name)
		}
		f.Seed++
		if other := Draw(name, f); slices.Equal(first, other) {
			t.Errorf("%s: two seeds give one drawing", name)
		}
	}
}

// TestDrawStaysAsItWas holds what a seed draws to what it drew when the golden
// files were written: within rounding, for processors multiply and add with
// different precision.
func TestDrawStaysAsItWas(t *testing.T) {
	const every = 97 // of the segments one is kept
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			var got []canvas.Segment
			for i, s := range Draw(name, shape(1, 150)) {
				if i%every == 0 {
					got = append(got, s)
				}
			}
			path := filepath.Join("testdata", name+".golden")
			if *update {
				writeGolden(t, path, got)
			}
			want := readGolden(t, path)
			if len(got) != len(want) {
				t.Fatalf("got %d segments, want %d", len(got), len(want))
			}
			for i := range want {
				if distance(got[i], want[i]) > 0.05 {
					t.Fatalf("segment %d: got %v, want %v", i*every, got[i], want[i])
				}
			}
		})
	}
}

const goldenLine = "%g %g %g %g %g %d %d %d\n"

func writeGolden(t *testing.T, path string, segments []canvas.Segment) {
	t.Helper()
	var b strings.Builder
	for _, s := range segments {
		fmt.Fprintf(&b, goldenLine, s.From.X, s.From.Y, s.To.X, s.To.Y, s.Force, s.Color.R, s.Color.G, s.Color.B)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

func readGolden(t *testing.T, path string) []canvas.Segment {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var segments []canvas.Segment
	for lines := bufio.NewScanner(f); lines.Scan(); {
		s := canvas.Segment{Color: canvas.Color{A: 255}}
		_, err := fmt.Sscanf(lines.Text()+"\n", goldenLine, &s.From.X, &s.From.Y, &s.To.X, &s.To.Y, &s.Force,
			&s.Color.R, &s.Color.G, &s.Color.B)
		if err != nil {
			t.Fatal(err)
		}
		segments = append(segments, s)
	}
	return segments
}

// distance is the largest difference between two segments, in pixels, forces
// or hundreds of color levels.
func distance(a, b canvas.Segment) float64 {
	d := 0.0
	for _, pair := range [][2]float64{
		{a.From.X, b.From.X}, {a.From.Y, b.From.Y}, {a.To.X, b.To.X}, {a.To.Y, b.To.Y}, {a.Force, b.Force},
		{float64(a.Color.R) / 100, float64(b.Color.R) / 100},
		{float64(a.Color.G) / 100, float64(b.Color.G) / 100},
		{float64(a.Color.B) / 100, float64(b.Color.B) / 100},
	} {
		d = math.Max(d, math.Abs(pair[0]-pair[1]))
	}
	return d
}

func TestDrawLeavesOutWhatIsOutside(t *testing.T) {
	f := Figure{Seed: 1, Center: canvas.Point{X: 0, Y: 300}, Radius: 200}
	all := Draw("walk", f)
	f.Width, f.Height = 400, 600
	cut := Draw("walk", f)
	if !(len(cut) < len(all)*2/3 && len(cut) > len(all)/3) {
		t.Errorf("half outside: got %d of %d segments, want about half", len(cut), len(all))
	}
	for _, s := range cut {
		if math.Max(s.From.X, s.To.X) < -s.Width()/2 {
			t.Fatalf("got %v, which shows nowhere on the canvas", s)
		}
	}
}

func TestDrawInOneColor(t *testing.T) {
	f := shape(1, 100)
	f.Colors = Plain(canvas.Color{R: 1, G: 2, B: 3, A: 4})
	for _, s := range Draw("flower", f) {
		if s.Color != f.Colors[0] {
			t.Fatalf("got %v, want %v everywhere", s.Color, f.Colors[0])
		}
	}
}

func TestDrawKnowsNoOtherPattern(t *testing.T) {
	if got := Draw("doodle", shape(1, 100)); len(got) != 0 {
		t.Errorf("got %d segments, want none", len(got))
	}
}

func TestPlaceKeepsNeighborsApart(t *testing.T) {
	const width, height = 1280, 720
	for seed := range uint64(300) {
		f := Place(seed, width, height)
		for _, edge := range []float64{f.Center.X, width - f.Center.X, f.Center.Y, height - f.Center.Y} {
			if edge < f.Radius {
				t.Fatalf("seed %d: got center %v, want the whole figure on the canvas", seed, f.Center)
			}
		}
		for next := seed + 1; next < seed+3; next++ {
			other := Place(next, width, height)
			if d := math.Hypot(f.Center.X-other.Center.X, f.Center.Y-other.Center.Y); d < f.Radius {
				t.Fatalf("seeds %d and %d: got %.0f px between them, want %v at least", seed, next, d, f.Radius)
			}
		}
	}
	quarters := make(map[[2]bool]bool)
	for seed := range uint64(8) {
		f := Place(seed, width, height)
		quarters[[2]bool{f.Center.X < width/2, f.Center.Y < height/2}] = true
	}
	if len(quarters) != 4 {
		t.Errorf("got eight seeds in %d quarters of the canvas, want all 4", len(quarters))
	}
}
