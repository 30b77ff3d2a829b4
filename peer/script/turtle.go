package script

import (
	"errors"
	"fmt"
	"math"

	"go.starlark.net/starlark"

	"drawmesh/canvas"
)

// A turtle walks over the canvas and draws with its pen: a stroke from each time
// that the pen is put down to when it is lifted or changed. It belongs to its
// bot's thread.
type turtle struct {
	bot     *bot
	at      canvas.Point
	heading float64 // degrees clockwise from the right, as y points down
	pen     pen
	up      bool
	stroke  canvas.Stroke // that it is at; none if it has yet to begin
}

func (b *bot) turtle(c call) (starlark.Value, error) {
	t := &turtle{bot: b}
	x, y := number(640), number(360)
	color, width := defaultColor, number(defaultWidth)
	err := c.unpack("x?", &x, "y?", &y, "color?", &color, "width?", &width)
	if err == nil {
		t.pen, err = newPen(color, width)
	}
	if err == nil {
		t.at, err = place(float64(x), float64(y))
	}
	return t, err
}

var turtleMethods = map[string]func(t *turtle, c call) error{
	"forward": (*turtle).forward, "turn": (*turtle).turn, "pen": (*turtle).change, "goto": (*turtle).goTo,
}

// forward walks so many pixels ahead, or back if that is negative.
func (t *turtle) forward(c call) error {
	var d number
	if err := c.unpack("pixels", &d); err != nil {
		return err
	}
	sin, cos := math.Sincos(t.heading * math.Pi / 180)
	return t.walk(t.at.X+float64(d)*cos, t.at.Y+float64(d)*sin)
}

// turn turns clockwise.
func (t *turtle) turn(c call) error {
	var degrees number
	if err := c.unpack("degrees", &degrees); err != nil {
		return err
	}
	heading := math.Mod(t.heading+float64(degrees), 360)
	if math.IsNaN(heading) {
		return fmt.Errorf("%v is no angle", degrees)
	}
	t.heading = heading
	return nil
}

func (t *turtle) goTo(c call) error {
	var x, y number
	if err := c.unpack("x", &x, "y", &y); err != nil {
		return err
	}
	return t.walk(float64(x), float64(y))
}

// walk goes to a place in a straight line.
func (t *turtle) walk(x, y float64) error {
	to, err := place(x, y)
	if err != nil {
		return err
	}
	if !t.up && to != t.at {
		s, err := t.bot.draw(t.stroke, t.pen.segment(t.at, to))
		if err != nil {
			return err
		}
		t.stroke = canvas.Stroke(s)
	}
	t.at = to
	return nil
}

// change lifts the pen, puts it down, or takes another.
func (t *turtle) change(c call) error {
	down, color, width := !t.up, t.pen.color.String(), number(t.pen.width)
	if err := c.unpack("down?", &down, "color?", &color, "width?", &width); err != nil {
		return err
	}
	p, err := newPen(color, width)
	if err != nil {
		return err
	}
	t.up, t.pen, t.stroke = !down, p, canvas.Stroke{}
	return nil
}

func (t *turtle) Attr(name string) (starlark.Value, error) {
	switch name {
	case "x":
		return starlark.Float(t.at.X), nil
	case "y":
		return starlark.Float(t.at.Y), nil
	case "heading":
		return starlark.Float(t.heading), nil
	case "stroke":
		return handle(t.stroke), nil
	}
	m := turtleMethods[name]
	if m == nil {
		return nil, nil
	}
	return builtin(name, func(c call) (starlark.Value, error) { return starlark.None, m(t, c) }), nil
}

func (t *turtle) AttrNames() []string {
	return []string{"forward", "goto", "heading", "pen", "stroke", "turn", "x", "y"}
}

func (t *turtle) String() string        { return fmt.Sprintf("<turtle at %.0f, %.0f>", t.at.X, t.at.Y) }
func (t *turtle) Type() string          { return "turtle" }
func (t *turtle) Freeze()               {} // it belongs to one thread
func (t *turtle) Truth() starlark.Bool  { return true }
func (t *turtle) Hash() (uint32, error) { return 0, errors.New("unhashable: turtle") }
