package raster

import (
	"image"
	"iter"

	"drawmesh/canvas"
)

// A source is what a view paints: a log, or a snapshot of one.
type source interface {
	Len() int
	Paint(from canvas.Key) iter.Seq[canvas.Entry]
	PaintIn(from canvas.Key, box canvas.Box) iter.Seq[canvas.Entry]
}

// follow follows a change of s.
func (v *View) follow(s source, c canvas.Change) {
	if c.Kind == canvas.Nothing {
		return
	}
	total := v.done + max(0, s.Len()-v.seen)
	v.seen = s.Len()
	switch {
	case c.Kind == canvas.Appended, c.Kind == canvas.Region && c.From.Compare(v.end) > 0:
		v.paint(s, c.From, total)
	case c.Kind == canvas.Region:
		area := v.board.port.pixels(c.Box, v.board.im.Rect)
		if most(area, v.board.im.Rect) {
			v.repaint(s, c.From, total)
		} else {
			v.repaintIn(s, c.From, area, total)
		}
	default:
		v.kept.drop()
		v.repaint(s, canvas.Key{}, s.Len())
	}
}

// most reports whether area is at least half of whole.
func most(area, whole image.Rectangle) bool {
	return 2*area.Dx()*area.Dy() >= whole.Dx()*whole.Dy()
}

// paint paints what s has from a place on, on top of all that it has before. It
// has about total operations.
func (v *View) paint(s source, from canvas.Key, total int) {
	for e := range s.Paint(from) {
		v.step(e, total)
	}
	v.flush(v.board.im.Rect)
}

// repaint goes back to before a place, and paints all again from there. Nothing
// has changed before from.
func (v *View) repaint(s source, from canvas.Key, total int) {
	was := v.done
	start := v.kept.rewind(from)
	v.restore(start, v.board.im.Rect)
	v.done = start.done
	met := false
	for e := range s.Paint(start.key) {
		key := e.Key()
		if key.Compare(start.key) <= 0 {
			continue // the checkpoint has it
		}
		if !met && key.Compare(from) >= 0 {
			met, v.late = true, max(was-v.done, v.late-v.late/8)
		}
		v.step(e, total)
	}
	v.flush(v.board.im.Rect)
}

// step has e painted on top, and keeps a checkpoint if that is due.
func (v *View) step(e canvas.Entry, total int) {
	whole := v.board.im.Rect
	v.add(e, whole)
	v.done++
	v.end = e.Key()
	if v.kept.due(v.done, total, v.late) {
		v.flush(whole)
		v.kept.add(v.end, v.done)
	}
}

// repaintIn paints area again, in the checkpoints too, and keeps one more if
// that is due. Nothing has changed before from.
func (v *View) repaintIn(s source, from canvas.Key, area image.Rectangle, total int) {
	if !area.Empty() {
		v.paintIn(s, from, area)
	}
	v.done = total
	if v.kept.due(total, total, 0) {
		v.kept.add(v.end, total)
	}
}

func (v *View) paintIn(s source, from canvas.Key, area image.Rectangle) {
	start, later := v.kept.around(from)
	v.restore(start, area)
	for e := range s.PaintIn(start.key, v.board.port.box(area)) {
		key := e.Key()
		if key.Compare(start.key) <= 0 {
			continue // the checkpoint has it
		}
		for len(later) > 0 && key.Compare(later[0].key) > 0 {
			v.flush(area)
			copyArea(later[0].im, v.board.im, area)
			later = later[1:]
		}
		if key.Compare(v.end) > 0 {
			v.end = key
		}
		if v.board.port.bounds(e.Op, area) != (image.Rectangle{}) {
			v.add(e, area)
		}
	}
	v.flush(area)
	for _, c := range later {
		copyArea(c.im, v.board.im, area)
	}
}

// restore makes area what it was at c; the zero checkpoint has nothing in it.
func (v *View) restore(c checkpoint, area image.Rectangle) {
	if c.im == nil {
		v.board.paintOne(canvas.Clear{}, area)
		return
	}
	v.board.touch(canvas.Clear{}, area)
	copyArea(v.board.im, c.im, area)
}

// add has e painted, if it is to be shown, where it lies in area.
func (v *View) add(e canvas.Entry, area image.Rectangle) {
	const batch = 4096 // operations
	if v.show != nil && !v.show(e) {
		return
	}
	if v.ops = append(v.ops, e.Op); len(v.ops) == batch {
		v.flush(area)
	}
}

// flush paints v.ops where they lie in area.
func (v *View) flush(area image.Rectangle) {
	v.board.paint(v.ops, area)
	v.ops = v.ops[:0]
}
