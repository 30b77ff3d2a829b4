package main

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

// picture is what a picture shows of the canvas, and how: the flags.
type picture struct {
	Size       size    `placeholder:"WxH" help:"The canvas's size in CSS pixels (default: that of the log, or 1280x720)."`
	Background color   `placeholder:"CSS" help:"The background, any CSS color (default: that of the log, or white)."`
	Scale      float64 `default:"1" placeholder:"N" help:"Pixels of the picture for one of the canvas (default ${default})."`
	Crop       area    `placeholder:"X,Y,WxH" help:"Show only this part of the canvas."`
}

// A look is how a picture is made. With the same look and the same drawing it
// is the same, byte by byte. A PNG bears it, so that verify needs no flags.
type look struct {
	Raster     int      `json:"raster"`
	Width      int      `json:"width"` // of the canvas
	Height     int      `json:"height"`
	Background string   `json:"background"`
	Scale      float64  `json:"scale"`
	Crop       *area    `json:"crop,omitempty"`
	Only       []string `json:"only,omitempty"`
	Without    []string `json:"without,omitempty"`
	At         string   `json:"at,omitempty"`
	Sum        string   `json:"sum"` // of the drawing
}

// look is what the flags ask for. What they leave open is as in the header.
func (p picture) look(h recording.Header) (look, error) {
	l := look{
		Raster: raster.Version,
		Width:  cmp.Or(p.Size.Width, h.Width, 1280), Height: cmp.Or(p.Size.Height, h.Height, 720),
		Background: cmp.Or(p.Background.text, h.Background, "white"),
		Scale:      p.Scale,
	}
	if p.Crop != (area{}) {
		l.Crop = &p.Crop
	}
	if err := l.check(); err != nil {
		return l, misused("%w", err)
	}
	return l, nil
}

// check says which bound l misses: it may come from a file.
func (l look) check() error {
	if !(l.Scale >= raster.MinScale && l.Scale <= raster.MaxScale) {
		return fmt.Errorf("--scale %v: %v to %v", l.Scale, raster.MinScale, raster.MaxScale)
	}
	port := l.port()
	if port.Width < 1 || port.Height < 1 || port.Width > raster.MaxSide || port.Height > raster.MaxSide || port.Width*port.Height > raster.MaxPixels {
		return fmt.Errorf("a picture of %s: a side has 1 to %d, and a picture %d at most", l.pixels(), raster.MaxSide, raster.MaxPixels)
	}
	_, err := canvas.ParseColor(l.Background)
	return err
}

// port is the part of the canvas that is shown.
func (l look) port() raster.Viewport {
	box := canvas.Box{Max: canvas.Point{X: float64(l.Width), Y: float64(l.Height)}}
	if c := l.Crop; c != nil {
		box = canvas.Box{Min: canvas.Point{X: c.X, Y: c.Y}, Max: canvas.Point{X: c.X + c.Width, Y: c.Y + c.Height}}
	}
	return raster.Crop(box, l.Scale)
}

// view is one of an empty log.
func (l look) view() (*raster.View, error) {
	background, err := canvas.ParseColor(l.Background)
	if err != nil {
		return nil, err
	}
	return raster.NewViewOf(l.port(), background)
}

// board is an empty one for painting op by op.
func (l look) board() (*raster.Board, error) {
	background, err := canvas.ParseColor(l.Background)
	if err != nil {
		return nil, err
	}
	return raster.NewBoardOf(l.port(), background)
}

// touched is the pixels that op may touch, and some around them.
func (l look) touched(op canvas.Op) image.Rectangle {
	box, port := canvas.Bounds(op), l.port()
	at := func(c, origin float64) int { return int(min(max(math.Round((c-origin)*l.Scale), -1<<20), 1<<20)) }
	const room = 3
	return image.Rect(at(box.Min.X, port.Origin.X)-room, at(box.Min.Y, port.Origin.Y)-room,
		at(box.Max.X, port.Origin.X)+room, at(box.Max.Y, port.Origin.Y)+room)
}

// translucent reports whether the background lets something through.
func (l look) translucent() bool {
	background, err := canvas.ParseColor(l.Background)
	return err == nil && background.A != 255
}

// header is that of a recording of a room.
func (l look) header(room string) recording.Header {
	return recording.Header{Raster: l.Raster, Room: room, Width: l.Width, Height: l.Height, Background: l.Background}
}

// pixels is the picture's size.
func (l look) pixels() string {
	port := l.port()
	return fmt.Sprintf("%dx%d pixels", port.Width, port.Height)
}

// area is a flag: a part of the canvas, in CSS pixels.
type area struct{ X, Y, Width, Height float64 }

// UnmarshalText reads X,Y,WIDTHxHEIGHT.
func (p *area) UnmarshalText(text []byte) error {
	fields := strings.FieldsFunc(string(text), func(r rune) bool { return r == ',' || r == 'x' })
	var v [4]float64
	ok := len(fields) == len(v) && strings.Count(string(text), ",") == 2
	for i := 0; ok && i < len(v); i++ {
		var err error
		v[i], err = strconv.ParseFloat(fields[i], 64)
		ok = err == nil && abs(v[i]) <= canvas.MaxCoordinate && (i < 2 || v[i] > 0)
	}
	if !ok {
		return fmt.Errorf("%q is no part of the canvas, such as 100,50,640x360", text)
	}
	*p = area{v[0], v[1], v[2], v[3]}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (p area) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%v,%v,%vx%v", p.X, p.Y, p.Width, p.Height), nil
}
