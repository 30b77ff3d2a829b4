// Package picture makes pictures of recordings that say themselves how they were
// made, and proves that a picture is that of recordings.
package picture

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"strconv"
	"strings"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
)

// A Look is how a picture is made. With the same Look and the same drawing it is
// the same, byte by byte.
type Look struct {
	Raster     int      `json:"raster"` // see [raster.Version]
	Width      int      `json:"width"`  // of the canvas, in CSS pixels
	Height     int      `json:"height"`
	Background string   `json:"background"` // a CSS color
	Scale      float64  `json:"scale"`      // pixels of the picture for one of the canvas
	Crop       *Area    `json:"crop,omitempty"`
	Only       []string `json:"only,omitempty"` // whose strokes are in it, see [recording.Authors.Filter]
	Without    []string `json:"without,omitempty"`

	At  recording.Moment `json:"at,omitzero"` // of which moment of the recordings it is
	Sum string           `json:"sum"`         // of the drawing
}

// Of fills in what l leaves open: size and background as h has them, or else as a
// page has them, a scale of 1, and the version of the pixels.
func (l Look) Of(h recording.Header) Look {
	l.Raster = raster.Version
	l.Width, l.Height = cmp.Or(l.Width, h.Width, 1280), cmp.Or(l.Height, h.Height, 720)
	l.Background = cmp.Or(l.Background, h.Background, "white")
	l.Scale = cmp.Or(l.Scale, 1)
	return l
}

// Check says which bound l misses: it may come from a file.
func (l Look) Check() error {
	if !(l.Scale >= raster.MinScale && l.Scale <= raster.MaxScale) {
		return fmt.Errorf("a scale of %v: it is %v to %v", l.Scale, raster.MinScale, raster.MaxScale)
	}
	port := l.Viewport()
	if port.Width < 1 || port.Height < 1 || port.Width > raster.MaxSide || port.Height > raster.MaxSide || port.Width*port.Height > raster.MaxPixels {
		return fmt.Errorf("a picture of %dx%d pixels: a side has 1 to %d, and a picture %d at most", port.Width, port.Height, raster.MaxSide, raster.MaxPixels)
	}
	_, err := l.color()
	return err
}

func (l Look) color() (canvas.Color, error) { return canvas.ParseColor(l.Background) }

// Viewport is the part of the canvas that is shown.
func (l Look) Viewport() raster.Viewport {
	box := canvas.Box{Max: canvas.Point{X: float64(l.Width), Y: float64(l.Height)}}
	if c := l.Crop; c != nil {
		box = canvas.Box{Min: canvas.Point{X: c.X, Y: c.Y}, Max: canvas.Point{X: c.X + c.Width, Y: c.Y + c.Height}}
	}
	return raster.Crop(box, l.Scale)
}

// View is a picture that follows a log, which is empty so far.
func (l Look) View() (*raster.View, error) {
	background, err := l.color()
	if err != nil {
		return nil, err
	}
	return raster.NewViewOf(l.Viewport(), background)
}

// board is an empty one for painting op by op.
func (l Look) board() (*raster.Board, error) {
	background, err := l.color()
	if err != nil {
		return nil, err
	}
	return raster.NewBoardOf(l.Viewport(), background)
}

// touched is the pixels that op may touch, and some around them.
func (l Look) touched(op canvas.Op) image.Rectangle {
	box, port := canvas.Bounds(op), l.Viewport()
	at := func(c, origin float64) int { return int(min(max(math.Round((c-origin)*l.Scale), -1<<20), 1<<20)) }
	const room = 3
	return image.Rect(at(box.Min.X, port.Origin.X)-room, at(box.Min.Y, port.Origin.Y)-room,
		at(box.Max.X, port.Origin.X)+room, at(box.Max.Y, port.Origin.Y)+room)
}

// Header is that of a recording of a room, so that pictures of it look so.
func (l Look) Header(room string) recording.Header {
	return recording.Header{Raster: l.Raster, Room: room, Width: l.Width, Height: l.Height, Background: l.Background}
}

// An Area is a part of the canvas, in CSS pixels.
type Area struct{ X, Y, Width, Height float64 }

// UnmarshalText reads X,Y,WIDTHxHEIGHT.
func (p *Area) UnmarshalText(text []byte) error {
	fields := strings.FieldsFunc(string(text), func(r rune) bool { return r == ',' || r == 'x' })
	var v [4]float64
	ok := len(fields) == len(v) && strings.Count(string(text), ",") == 2
	for i := 0; ok && i < len(v); i++ {
		var err error
		v[i], err = strconv.ParseFloat(fields[i], 64)
		ok = err == nil && math.Abs(v[i]) <= canvas.MaxCoordinate && (i < 2 || v[i] > 0)
	}
	if !ok {
		return fmt.Errorf("%q is no part of the canvas, such as 100,50,640x360", text)
	}
	*p = Area{v[0], v[1], v[2], v[3]}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (p Area) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%v,%v,%vx%v", p.X, p.Y, p.Width, p.Height), nil
}
