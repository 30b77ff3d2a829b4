// Package lettering writes text in a font of single lines, as a pen writes: Latin with
// accents, Greek and Cyrillic. The font is this project's own.
package lettering

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

// The font's measures, in its units.
const (
	lead   = 26.0 // from one base line to the next
	gap    = 4.0  // between two letters
	blank  = 5.0  // a space, beside the gaps around it
	tabs   = 4    // spaces in a tab
	above  = 2.4  // from a letter to an accent
	raised = 4.2  // from one accent to the next
)

// PixelsPerUnit is how large text is in its own size: a capital has 42 CSS pixels.
const PixelsPerUnit = 3

// A Text has been set in lines.
type Text struct {
	// Width and Height are its size in CSS pixels.
	Width, Height float64

	// Baseline is how far below its top the letters of the first line stand.
	Baseline float64

	letters []letter
	unknown []string
}

// A letter has its place, in units from the top left corner.
type letter struct {
	path string
	x, y float64
}

// Set sets text. Lines are as they are there. Its size is that of what is seen of it,
// between the middles of the lines.
func Set(text string) *Text {
	t := new(Text)
	y := 0.0
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		t.set(line, y)
		y += lead
	}
	t.trim()
	return t
}

// trim puts what is seen into the corner. A line that is only upright has some width,
// so that it can be fitted.
func (t *Text) trim() {
	if len(t.letters) == 0 {
		return
	}
	seen := canvas.Box{Min: canvas.Point{X: math.Inf(1), Y: math.Inf(1)}, Max: canvas.Point{X: math.Inf(-1), Y: math.Inf(-1)}}
	for _, l := range t.letters {
		b := boundsOf(l.path)
		seen.Min = canvas.Point{X: math.Min(seen.Min.X, l.x+b.Min.X), Y: math.Min(seen.Min.Y, l.y+b.Min.Y)}
		seen.Max = canvas.Point{X: math.Max(seen.Max.X, l.x+b.Max.X), Y: math.Max(seen.Max.Y, l.y+b.Max.Y)}
	}
	for i := range t.letters {
		t.letters[i].x -= seen.Min.X
		t.letters[i].y -= seen.Min.Y
	}
	t.Baseline = -seen.Min.Y * PixelsPerUnit
	t.Width = math.Max(1, seen.Max.X-seen.Min.X) * PixelsPerUnit
	t.Height = math.Max(1, seen.Max.Y-seen.Min.Y) * PixelsPerUnit
}

// Unknown are the characters that the font has not, each once, by name.
func (t *Text) Unknown() []string { return t.unknown }

// Strokes writes the text. Matrix leads from its pixels to those of the canvas.
func (t *Text) Strokes(m trace.Matrix, tolerance, width float64, color canvas.Color) ([]trace.Stroke, error) {
	left := trace.MaxPoints
	var strokes []trace.Stroke
	m = m.Times(trace.Scale(PixelsPerUnit, PixelsPerUnit))
	for _, l := range t.letters {
		f := trace.Flattener{Matrix: m.Times(trace.Translate(l.x, l.y)), Tolerance: tolerance, Left: &left}
		if err := f.Path(l.path); err != nil {
			return nil, err
		}
		for _, line := range f.Lines {
			strokes = append(strokes, trace.Stroke{Points: line.Points, Width: width, Color: color})
		}
	}
	return strokes, nil
}

// set sets a line.
func (t *Text) set(line string, y float64) {
	runes := []rune(norm.NFD.String(line))
	x := 0.0
	for i := 0; i < len(runes); {
		n := 1
		for i+n < len(runes) && unicode.Is(unicode.Mn, runes[i+n]) {
			n++
		}
		wide, ok := t.cluster(runes[i:i+n], x, y)
		if ok {
			x += wide + gap
		}
		i += n
	}
}

// cluster sets a letter and its marks, and returns how wide the letter is; ok is false
// if nothing has a place there.
func (t *Text) cluster(runes []rune, x, y float64) (width float64, ok bool) {
	base, combining := runes[0], runes[1:]
	switch {
	case base == '\t':
		return tabs*(blank+gap) - gap, true
	case unicode.IsControl(base) || unicode.Is(unicode.Cf, base) && base != '\u00ad':
		return 0, false
	}
	if other, ok := alike[base]; ok {
		base = other
	}
	path, known := glyphs[base]
	if !known {
		t.miss(runes[0])
	}
	for _, c := range combining {
		if _, known := marks[c]; !known {
			t.miss(c)
		}
	}
	if path == "" {
		return blank, true
	}
	if d, ok := dotless[base]; ok && hasAbove(combining) {
		path = glyphs[d]
	}
	box := boundsOf(path)
	t.letters = append(t.letters, letter{path, x, y})
	top := y + box.Min.Y - above
	for _, c := range combining {
		switch m := marks[c]; {
		case m.below:
			t.letters = append(t.letters, letter{m.path, x + box.Max.X/2, y + math.Max(0, box.Max.Y)})
		case m.path != "":
			t.letters = append(t.letters, letter{m.path, x + box.Max.X/2, top})
			if !m.beside {
				top -= raised
			}
		}
	}
	return box.Max.X, true
}

// dotless are the letters that lose their dot under an accent.
var dotless = map[rune]rune{'i': 'ı', 'j': 'ȷ'}

func hasAbove(combining []rune) bool {
	for _, c := range combining {
		if m, ok := marks[c]; ok && !m.below {
			return true
		}
	}
	return false
}

// boundsOf is the box around a glyph. The font's paths are right: a test draws all.
func boundsOf(path string) canvas.Box {
	left := trace.MaxPoints
	f := trace.Flattener{Matrix: trace.Identity, Tolerance: 0.02, Left: &left}
	_ = f.Path(path)
	var lines []trace.Stroke
	for _, l := range f.Lines {
		lines = append(lines, trace.Stroke{Points: l.Points})
	}
	box, _ := trace.Bounds(lines)
	return box
}

// maxUnknown is how many are named.
const maxUnknown = 20

func (t *Text) miss(r rune) {
	name := fmt.Sprintf("%c (U+%04X)", r, r)
	if !unicode.IsPrint(r) || unicode.Is(unicode.Mn, r) {
		name = fmt.Sprintf("U+%04X", r)
	}
	for _, u := range t.unknown {
		if u == name {
			return
		}
	}
	if len(t.unknown) < maxUnknown {
		t.unknown = append(t.unknown, name)
	}
}
