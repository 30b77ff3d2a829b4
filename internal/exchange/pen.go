package exchange

import (
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A pen writes into the log under our own site, and publishes that.
type pen struct {
	*drawing
	out interface {
		publish(e canvas.Entry, plain bool, now time.Time)
		post(data []byte, op canvas.Op, toPlain bool)
		flush()
	}

	// The stroke that is being drawn: its number, 0 for none, and where it is.
	stroke uint32
	tip    canvas.Point
	color  canvas.Color
}

// draw draws an op, and returns the number of its stroke, 0 where it has none.
func (p *pen) draw(op canvas.PlainOp, now time.Time) (stroke uint32, err error) {
	e, err := p.put(op, p.continues(op), now)
	if e.K == 0 {
		return 0, err
	}
	p.lift()
	if s, ok := e.Op.(canvas.Segment); ok {
		p.stroke, p.tip, p.color = e.K, s.To, s.Color
	}
	return e.K, nil
}

// extend draws an op that is part of the stroke k, or of a new one if that is 0.
// The stroke that draw is at goes on afterwards.
func (p *pen) extend(k uint32, op canvas.PlainOp, now time.Time) (stroke uint32, err error) {
	e, err := p.put(op, k, now)
	return e.K, err
}

// put draws an op, and returns what it became in the log, if anything.
func (p *pen) put(op canvas.PlainOp, k uint32, now time.Time) (e canvas.Entry, err error) {
	if err := canvas.Check(op); err != nil {
		return e, err
	}
	switch op := op.(type) {
	case canvas.Preview:
		p.out.post(canvas.AppendOp(nil, op), op, true)
		return e, nil
	case canvas.Clear:
		_, err := p.clear(p.log.Next(p.ticks(now)), true)
		return e, err
	case canvas.Shape:
		if e, err = p.log.Draw(canvas.Round(op), k, p.ticks(now)); err != nil {
			return canvas.Entry{}, err
		}
		p.painted(e, op)
		p.out.publish(e, true, now)
	}
	return e, nil
}

// continues is the stroke that op goes on with, 0 if it begins one: a segment
// belongs to the stroke at whose tip it begins, in the same color.
func (p *pen) continues(op canvas.PlainOp) uint32 {
	s, ok := op.(canvas.Segment)
	if ok && canvas.Check(s) == nil {
		s = canvas.Round(s).(canvas.Segment)
		if s.From == p.tip && s.Color == p.color {
			return p.stroke
		}
	}
	return 0
}

// lift ends the stroke.
func (p *pen) lift() { p.stroke, p.tip, p.color = 0, canvas.Point{}, canvas.Color{} }

// clear wipes what was drawn up to the time t of the log, and tells plain neighbours
// too if they are to know.
func (p *pen) clear(t uint64, plain bool) (canvas.Clear, error) {
	p.out.flush() // what it wipes would not be sent any more
	c, change, err := p.log.ClearAt(t)
	if err != nil {
		return c, err
	}
	p.lift()
	p.changed(change)
	if plain {
		p.outdated(c)
	}
	p.out.post(canvas.AppendMessage(nil, c), c, plain)
	return c, nil
}

// toggle hides or shows our own stroke k.
func (p *pen) toggle(what func(uint32, uint64) (canvas.Entry, canvas.Change, error), k uint32, now time.Time) error {
	e, change, err := what(k, p.ticks(now))
	if err != nil {
		return err
	}
	p.lift()
	p.changed(change)
	p.outdated(e.Op)
	p.out.publish(e, false, now)
	return nil
}

// adopt writes what a plain peer drew.
func (p *pen) adopt(by signaling.ID, op canvas.Shape, now time.Time) (canvas.Entry, error) {
	e, err := p.log.Adopt(string(by), op, p.ticks(now))
	if err != nil {
		return e, err
	}
	p.painted(e, op)
	p.out.publish(e, false, now)
	return e, nil
}

// painted notes that an entry, which draws a shape, has been painted on top.
func (p *pen) painted(e canvas.Entry, s canvas.Shape) {
	p.changed(canvas.Change{Kind: canvas.Appended, From: e.Key(), Box: canvas.Bounds(s)})
}
