package script

import (
	"errors"
	"fmt"
	"image"
	"math"

	"go.starlark.net/starlark"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
)

// What a program draws with unless it says.
const (
	defaultColor = "black"
	defaultWidth = 3.0   // CSS pixels
	maxWidth     = 512.0 // CSS pixels, of a pen that is pressed as hard as can be
)

// A number is an argument: an int or a float.
type number float64

// Unpack reads it: starlark.Unpacker.
func (n *number) Unpack(v starlark.Value) error {
	f, ok := starlark.AsFloat(v)
	if !ok {
		return fmt.Errorf("want a number, got %s", v.Type())
	}
	*n = number(f)
	return nil
}

// A pen is what to draw with.
type pen struct {
	color canvas.Color
	width float64 // CSS pixels
}

func newPen(color string, width number) (pen, error) {
	if !(width > 0 && width <= maxWidth) {
		return pen{}, fmt.Errorf("%v is no width: above 0, and %v pixels at most", width, maxWidth)
	}
	c, err := canvas.ParseColor(color)
	if err != nil {
		return pen{}, fmt.Errorf("%q is no CSS color, such as tomato, #9900ff or rgb(153, 0, 255)", cut(color))
	}
	return pen{c, float64(width)}, nil
}

// segment is a straight piece of the pen's: see [canvas.Segment.Width].
func (p pen) segment(from, to canvas.Point) canvas.Segment {
	return canvas.Segment{From: from, To: to, Force: math.Sqrt(math.Sqrt(p.width / 2)), Color: p.color}
}

func (b *bot) stroke(c call) (starlark.Value, error) {
	var list starlark.Iterable
	color, width := defaultColor, number(defaultWidth)
	if err := c.unpack("points", &list, "color?", &color, "width?", &width); err != nil {
		return nil, err
	}
	p, err := newPen(color, width)
	if err != nil {
		return nil, err
	}
	points, err := pointsOf(list)
	if err != nil {
		return nil, err
	}
	ops := make([]canvas.PlainOp, len(points)-1)
	for i := range ops {
		ops[i] = p.segment(points[i], points[i+1])
	}
	return b.draw(canvas.Stroke{}, ops...)
}

// draw draws what belongs to one stroke, a new one if that is none.
func (b *bot) draw(s canvas.Stroke, ops ...canvas.PlainOp) (handle, error) {
	s, err := b.peer.Continue(s, ops...)
	return handle(s), err
}

func (b *bot) rect(c call) (starlark.Value, error) {
	var x, y, w, h number
	color, width := defaultColor, number(defaultWidth)
	if err := c.unpack("x", &x, "y", &y, "w", &w, "h", &h, "color?", &color, "width?", &width); err != nil {
		return nil, err
	}
	p, err := newPen(color, width)
	if err != nil {
		return nil, err
	}
	origin, err := place(float64(x), float64(y))
	if err == nil {
		_, err = place(float64(x+w), float64(y+h))
	}
	if err != nil {
		return nil, err
	}
	return b.draw(canvas.Stroke{}, canvas.Rect{Origin: origin, Width: float64(w), Height: float64(h), LineWidth: p.width, Color: p.color})
}

func (b *bot) undo(c call) (starlark.Value, error) {
	var s handle
	if err := c.unpack("stroke", &s); err != nil {
		return nil, err
	}
	return starlark.None, b.peer.Undo(canvas.Stroke(s))
}

func (b *bot) redo(c call) (starlark.Value, error) {
	var s handle
	if err := c.unpack("stroke", &s); err != nil {
		return nil, err
	}
	return starlark.None, b.peer.Redo(canvas.Stroke(s))
}

func (b *bot) clear(c call) (starlark.Value, error) {
	if err := c.unpack(); err != nil {
		return nil, err
	}
	_, err := b.peer.Draw(canvas.Clear{})
	return starlark.None, err
}

// maxPixels bounds a picture that a program asks for: four bytes each.
const maxPixels = 4 << 20

// paint paints a part of the canvas as it is now, one pixel for each of its own.
func (b *bot) paint(x, y, width, height int) (*picture, error) {
	if width < 1 || height < 1 || width > maxPixels/height {
		return nil, fmt.Errorf("a picture has 1 to %d pixels", maxPixels)
	}
	origin, err := place(float64(x), float64(y))
	if err != nil {
		return nil, err
	}
	view, err := raster.NewViewOf(raster.Viewport{Width: width, Height: height, Origin: origin}, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		return nil, err
	}
	b.peer.Look(func(log *canvas.Log) { view.Take(log, canvas.Change{Kind: canvas.Everything}) })
	view.Paint()
	return &picture{x, y, view.Image()}, nil
}

func (b *bot) pixel(c call) (starlark.Value, error) {
	var x, y int
	if err := c.unpack("x", &x, "y", &y); err != nil {
		return nil, err
	}
	p, err := b.paint(x, y, 1, 1)
	if err != nil {
		return nil, err
	}
	return p.at(x, y)
}

func (b *bot) picture(c call) (starlark.Value, error) {
	x, y, width, height := 0, 0, 1280, 720
	if err := c.unpack("x?", &x, "y?", &y, "width?", &width, "height?", &height); err != nil {
		return nil, err
	}
	return b.paint(x, y, width, height)
}

// A picture is a part of the canvas as it was.
type picture struct {
	x, y int // of its top left corner
	im   *image.RGBA
}

// at is the color of a pixel of the canvas.
func (p *picture) at(x, y int) (starlark.Value, error) {
	at := image.Pt(x-p.x, y-p.y)
	if !at.In(p.im.Rect) {
		return nil, fmt.Errorf("(%d, %d) is not in the picture", x, y)
	}
	c := p.im.RGBAAt(at.X, at.Y) // which is opaque
	return starlark.String(canvas.Color(c).String()), nil
}

func (p *picture) Attr(name string) (starlark.Value, error) {
	switch name {
	case "width":
		return starlark.MakeInt(p.im.Rect.Dx()), nil
	case "height":
		return starlark.MakeInt(p.im.Rect.Dy()), nil
	case "pixel":
		return builtin(name, func(c call) (starlark.Value, error) {
			var x, y int
			if err := c.unpack("x", &x, "y", &y); err != nil {
				return nil, err
			}
			return p.at(x, y)
		}), nil
	}
	return nil, nil
}

func (p *picture) AttrNames() []string   { return []string{"height", "pixel", "width"} }
func (p *picture) String() string        { return fmt.Sprintf("<picture of %v>", p.im.Rect.Size()) }
func (p *picture) Type() string          { return "picture" }
func (p *picture) Freeze()               {}
func (p *picture) Truth() starlark.Bool  { return true }
func (p *picture) Hash() (uint32, error) { return 0, errors.New("unhashable: picture") }
