// Package caption puts a line under the pictures of an animation that tells how
// long it has been since the beginning, and who draws.
package caption

import (
	"fmt"
	"image"
	"image/draw"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/trace"
	"drawmesh/canvas/trace/lettering"
)

// now is for how long, as it is watched, somebody who has drawn is said to draw.
const now = time.Second

// An Animation is one whose pictures get a caption before they go to another. Note
// may be called at any time; all else is for one goroutine at a time.
type Animation struct {
	to    raster.Animation
	strip *strip // nil before the first picture
	frame *image.RGBA

	mu    sync.Mutex // guards what follows
	shown time.Duration
	at    time.Duration            // of the last thing drawn, in the time of those who drew
	drew  map[string]time.Duration // when somebody drew last, as it is watched
}

// New returns an animation that adds its pictures to another.
func New(to raster.Animation) *Animation {
	return &Animation{to: to, drew: make(map[string]time.Duration)}
}

// Note takes note of who drew, so long after the beginning. What cannot be written of
// a name, is not.
func (a *Animation) Note(name string, at time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.drew[name], a.at = a.shown, at
}

// Add adds a picture above its caption.
func (a *Animation) Add(im *image.RGBA, d time.Duration) error {
	if a.strip == nil {
		var err error
		if a.strip, err = newStrip(im.Rect.Max); err != nil {
			return err
		}
		a.frame = image.NewRGBA(image.Rect(0, 0, im.Rect.Dx(), im.Rect.Dy()+a.strip.height()))
	}
	at, names := a.said(d)
	if err := a.strip.write(Clock(at), names); err != nil {
		return err
	}
	if im.Rect.Dx() != a.frame.Rect.Dx() || im.Rect.Dy()+a.strip.height() != a.frame.Rect.Dy() {
		return fmt.Errorf("caption: a picture of %v, unlike the one before", im.Rect.Max)
	}
	draw.Draw(a.frame, im.Rect, im, image.Point{}, draw.Src)
	draw.Draw(a.frame, a.strip.board.Image().Rect.Add(image.Pt(0, im.Rect.Dy())), a.strip.board.Image(), image.Point{}, draw.Src)
	return a.to.Add(a.frame, d)
}

// said is what to say for so long.
func (a *Animation) said(d time.Duration) (at time.Duration, names []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.drew, func(_ string, last time.Duration) bool { return a.shown-last >= now })
	a.shown += d
	return a.at, slices.Sorted(maps.Keys(a.drew))
}

// Close closes the animation underneath.
func (a *Animation) Close() error { return a.to.Close() }

// Clock is a time as on a stopwatch.
func Clock(at time.Duration) string {
	s := int(at / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// A strip is where a caption is written: white on what is nearly black, whatever is
// drawn above it.
type strip struct {
	board   *raster.Board
	capital float64 // pixels that a capital letter is high
}

var (
	paper = canvas.Color{R: 34, G: 34, B: 34, A: 255}
	ink   = canvas.Color{R: 255, G: 255, B: 255, A: 255}
)

// newStrip returns one for pictures of a size.
func newStrip(size image.Point) (*strip, error) {
	capital := min(max(math.Round(float64(size.Y)/60), 9), 40)
	board, err := raster.NewBoard(size.X, int(math.Ceil(2.6*capital)), paper)
	return &strip{board: board, capital: capital}, err
}

func (s *strip) height() int { return s.board.Image().Rect.Dy() }

// write writes a time, and as many names as there is room for.
func (s *strip) write(clock string, names []string) error {
	for i := range names {
		names[i] = legible(names[i])
	}
	text := lettering.Set(clock + "   " + strings.Join(names, ", "))
	for n := len(names) - 1; n >= 0 && s.scale()*text.Width > float64(s.board.Image().Rect.Dx())-2*s.capital; n-- {
		list := append(slices.Clone(names[:n]), fmt.Sprintf("+%d", len(names)-n))
		text = lettering.Set(clock + "   " + strings.Join(list, ", "))
	}
	place := trace.Translate(s.capital, 1.8*s.capital).Times(trace.Scale(s.scale(), s.scale())).Times(trace.Translate(0, -text.Baseline))
	strokes, err := text.Strokes(place, trace.DefaultTolerance, max(1, s.capital/9), ink)
	if err != nil {
		return err
	}
	s.board.Apply(canvas.Clear{})
	for segment := range trace.Segments(strokes, 0) {
		s.board.Apply(segment)
	}
	return nil
}

// scale is the pixels for one of lettering's.
func (s *strip) scale() float64 { return s.capital / (14 * lettering.PixelsPerUnit) }

// legible is a name in one line, with a question mark for each letter that the font
// has not.
func legible(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		if len(lettering.Set(string(r)).Unknown()) > 0 {
			return '?'
		}
		return r
	}, norm.NFC.String(name))
}
