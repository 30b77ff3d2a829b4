package raster

import (
	"math"
	"strconv"

	"drawmesh/canvas"
)

// A person is what somebody drew, as one group of an SVG: a group for each
// colour in turn, and in it paths and rectangles.
type person struct {
	name  string
	boxes []canvas.Box // of strokes: where something is painted
	body  []byte       // all colours but the last

	color    canvas.Color // the last one
	elements int          // of this colour
	colored  []byte       // these elements

	open   bool // the last element is a path that may go on
	stroke stroke
	width  int // thousandths of a CSS pixel
	x, y   int // where the path ends
}

// A stroke is whose it is, and which.
type stroke struct {
	site canvas.Site
	k    uint32
}

// mostBoxes bounds how long it takes to look through the boxes of a person.
const mostBoxes = 256

// overlaps tells whether something was painted in box.
func (p *person) overlaps(box canvas.Box) bool {
	for _, b := range p.boxes {
		if b.Overlaps(box) {
			return true
		}
	}
	return false
}

// add adds what e paints, on top.
func (p *person) add(e canvas.Entry) {
	s := stroke{e.Site, e.K}
	if n := len(p.boxes); n > 0 && s == p.stroke {
		p.boxes[n-1] = p.boxes[n-1].Union(canvas.Bounds(e.Op))
	} else {
		p.boxes = append(p.boxes, canvas.Bounds(e.Op))
	}
	switch op := e.Op.(type) {
	case canvas.Segment:
		p.turn(op.Color)
		p.segment(op, s)
	case canvas.Rect:
		p.turn(op.Color)
		p.rect(op)
	}
	p.stroke = s
}

// turn makes c the colour of what comes now.
func (p *person) turn(c canvas.Color) {
	if c != p.color {
		p.close()
		p.color = c
	}
}

// segment goes on with the path if that looks the same, or else begins one. A
// line as thin as a hairline is translucent to a canvas, whatever its colour.
func (p *person) segment(s canvas.Segment, of stroke) {
	const hairline = 1000 // thousandths
	x, y, width := units(s.From.X), units(s.From.Y), thousandths(s.Width())
	joined := p.open && x == p.x && y == p.y
	if !(p.open && width == p.width && width > hairline && s.Color.A == 255 && (of == p.stroke || joined)) {
		p.element("<path")
		p.strokeWidth(width)
		p.colored = append(p.colored, ` d="`...)
		p.open, p.width, joined = true, width, false
	}
	if !joined {
		p.pair('M', x, y)
	}
	p.x, p.y = units(s.To.X), units(s.To.Y)
	p.pair('l', p.x-x, p.y-y)
}

// rect adds a rectangle, or a line with butt ends if it has no width or no
// height.
func (p *person) rect(r canvas.Rect) {
	x, y, w, h := units(r.Origin.X), units(r.Origin.Y), units(r.Width), units(r.Height)
	if w == 0 || h == 0 {
		p.element("<path")
		p.strokeWidth(thousandths(r.LineWidth))
		p.colored = append(p.colored, ` stroke-linecap="butt" d="`...)
		p.pair('M', x, y)
		p.pair('l', w, h)
		p.colored = append(p.colored, "\"/>\n"...)
		return
	}
	x, y, w, h = min(x, x+w), min(y, y+h), max(w, -w), max(h, -h)
	p.element("<rect")
	p.strokeWidth(thousandths(r.LineWidth))
	for _, a := range [...]struct {
		name  string
		value int
	}{{"x", x}, {"y", y}, {"width", w}, {"height", h}} {
		p.colored = append(p.colored, ` `+a.name+`="`...)
		p.colored = strconv.AppendInt(p.colored, int64(a.value), 10)
		p.colored = append(p.colored, '"')
	}
	p.colored = append(p.colored, ` stroke-linejoin="miter"`+"/>\n"...)
}

// element begins an element, whose tag has four letters.
func (p *person) element(tag string) {
	p.end()
	p.elements++
	p.colored = append(p.colored, tag...)
}

// end ends the path that is open.
func (p *person) end() {
	if p.open {
		p.colored = append(p.colored, "\"/>\n"...)
		p.open = false
	}
}

// close ends the colour: as a group, or as an attribute if there is but one
// element.
func (p *person) close() {
	p.end()
	attributes := paintAttributes("stroke", p.color)
	switch p.elements {
	case 0:
	case 1:
		const tag = len("<path")
		p.body = append(append(append(p.body, p.colored[:tag]...), attributes...), p.colored[tag:]...)
	default:
		p.body = append(append(append(p.body, "<g"...), attributes...), ">\n"...)
		p.body = append(append(p.body, p.colored...), "</g>\n"...)
	}
	p.elements, p.colored = 0, p.colored[:0]
}

// strokeWidth appends a width: hundredths, and a tenth of one if need be.
func (p *person) strokeWidth(w int) {
	p.colored = append(p.colored, ` stroke-width="`...)
	p.colored = strconv.AppendInt(p.colored, int64(w/10), 10)
	if w%10 != 0 {
		p.colored = append(p.colored, '.', '0'+byte(w%10))
	}
	p.colored = append(p.colored, '"')
}

// pair appends a command of a path with two numbers. A minus parts them, too.
func (p *person) pair(command byte, x, y int) {
	p.colored = strconv.AppendInt(append(p.colored, command), int64(x), 10)
	if y >= 0 {
		p.colored = append(p.colored, ' ')
	}
	p.colored = strconv.AppendInt(p.colored, int64(y), 10)
}

// units is v, in CSS pixels, in those of an SVG.
func units(v float64) int { return int(math.Floor(float64(v*perPixel) + .5)) }

// thousandths is a width in thousandths of a CSS pixel. What is wider than a
// hairline stays wider.
func thousandths(w float64) int {
	least := 1
	if w > 1 {
		least = 1001
	}
	return max(least, int(math.Round(w*1000)))
}
