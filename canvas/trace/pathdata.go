package trace

import (
	"fmt"

	"drawmesh/canvas"
)

// Path draws path data as in SVG's d attribute (SVG 2, section 9.3). What is wrong is
// an error, and what came before it has been drawn.
func (f *Flattener) Path(data string) error {
	p := pathReader{Scanner: Scanner{Text: data}, f: f}
	for p.More() && p.err == nil && f.Err == nil {
		p.command()
	}
	if p.err != nil {
		return p.err
	}
	return f.Err
}

// A pathReader reads path data, command by command.
type pathReader struct {
	Scanner
	f       *Flattener
	last    byte         // the command before, in capitals; zero at first
	control canvas.Point // of the curve before
	err     error
}

func (p *pathReader) fail(what string) {
	if p.err == nil {
		p.err = fmt.Errorf("path data: %s at character %d", what, p.Offset()+1)
	}
}

// number reads one of a command's arguments.
func (p *pathReader) number() float64 {
	p.Separator()
	v, err := p.Number()
	if err != nil {
		p.fail(err.Error())
	}
	return v
}

// flag reads a 0 or a 1, which needs nothing between it and what follows.
func (p *pathReader) flag() bool {
	p.Separator()
	c := p.Peek()
	if c != '0' && c != '1' {
		p.fail("no flag")
		return false
	}
	p.Skip()
	return c == '1'
}

// command reads a command with all of its arguments, which may repeat.
func (p *pathReader) command() {
	c := p.Peek()
	upper := c &^ 0x20
	switch upper {
	case 'M', 'L', 'H', 'V', 'C', 'S', 'Q', 'T', 'A', 'Z':
	default:
		p.fail(fmt.Sprintf("%q is no command", p.Rest(12)))
		return
	}
	if p.last == 0 && upper != 'M' {
		p.fail("it does not begin with a move")
		return
	}
	p.Skip()
	if upper == 'Z' {
		p.f.Close()
		p.last = 'Z'
		return
	}
	for {
		p.draw(upper, c != upper)
		p.last = upper
		if upper == 'M' {
			upper, c = 'L', c-'M'+'L'
		}
		p.Separator()
		if !p.AtNumber() || p.err != nil || p.f.Err != nil {
			return
		}
	}
}

// draw draws one command.
func (p *pathReader) draw(command byte, relative bool) {
	var origin canvas.Point
	at := p.f.at
	if relative {
		origin = at
	}
	point := func() canvas.Point {
		x := p.number()
		return canvas.Point{X: origin.X + x, Y: origin.Y + p.number()}
	}
	do := func(draw func()) {
		if p.err == nil {
			draw()
		}
	}
	switch command {
	case 'M':
		to := point()
		do(func() { p.f.Move(to) })
	case 'L':
		to := point()
		do(func() { p.f.Line(to) })
	case 'H':
		x := origin.X + p.number()
		do(func() { p.f.Line(canvas.Point{X: x, Y: at.Y}) })
	case 'V':
		y := origin.Y + p.number()
		do(func() { p.f.Line(canvas.Point{X: at.X, Y: y}) })
	case 'C', 'S':
		c1 := p.reflected('C', 'S')
		if command == 'C' {
			c1 = point()
		}
		c2, to := point(), point()
		p.control = c2
		do(func() { p.f.Cubic(c1, c2, to) })
	case 'Q', 'T':
		c := p.reflected('Q', 'T')
		if command == 'Q' {
			c = point()
		}
		to := point()
		p.control = c
		do(func() { p.f.Quad(c, to) })
	case 'A':
		rx, ry, turn := p.number(), p.number(), p.number()
		large, sweep := p.flag(), p.flag()
		to := point()
		do(func() { p.f.Arc(rx, ry, turn, large, sweep, to) })
	}
}

// reflected is where a curve that goes on smoothly has its first control point. It
// goes on if the command before was one of the two.
func (p *pathReader) reflected(a, b byte) canvas.Point {
	at := p.f.at
	if p.last != a && p.last != b {
		return at
	}
	return canvas.Point{X: 2*at.X - p.control.X, Y: 2*at.Y - p.control.Y}
}
