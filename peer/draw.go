package peer

import (
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas"
)

// ErrNoStroke means that a stroke is none of our own, or was cleared.
var ErrNoStroke = errors.New("no such stroke of our own")

// Draw puts ops into the drawing, and sends them to everybody. It does not wait
// for the network: see Flush. It returns the stroke that the last op belongs to.
//
// A segment that begins where the last one ended, in the same color, continues
// its stroke. A [canvas.Clear] wipes all that we have seen; it belongs to no
// stroke, and neither does a [canvas.Preview]. The first op that is out of
// bounds, or finds the room full, ends it with an error that says so.
func (p *Peer) Draw(ops ...canvas.PlainOp) (canvas.Stroke, error) {
	var stroke canvas.Stroke
	if p.ctx.Err() != nil {
		return stroke, ErrClosed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.ship()
	now := time.Now()
	for _, op := range ops {
		k, err := p.drawing.Draw(op, now)
		if err != nil {
			return stroke, err
		}
		stroke = p.own(k)
	}
	return stroke, nil
}

// Continue is Draw of what belongs to one of our own strokes, wherever that
// ended, or begins one if s is none. It is for who draws several at a time: what
// Draw is at goes on afterwards as if nothing had come between. It fails with
// [ErrNoStroke] if there is no such stroke.
func (p *Peer) Continue(s canvas.Stroke, ops ...canvas.PlainOp) (canvas.Stroke, error) {
	if p.ctx.Err() != nil {
		return canvas.Stroke{}, ErrClosed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.ship()
	if _, found := p.shows(s); !found && s != (canvas.Stroke{}) {
		return canvas.Stroke{}, fmt.Errorf("%w: %q", ErrNoStroke, s)
	}
	now := time.Now()
	for _, op := range ops {
		k, err := p.drawing.Extend(s.K, op, now)
		if err != nil {
			return s, err
		}
		s = p.own(k)
	}
	return s, nil
}

// shows reports whether s is one of our own strokes, and whether it shows. p.mu
// is held.
func (p *Peer) shows(s canvas.Stroke) (shows, found bool) {
	log := p.drawing.Log()
	if s.Site != log.Site() {
		return false, false
	}
	return log.Shows(s.K)
}

// own is our own stroke k; none if that is 0.
func (p *Peer) own(k uint32) canvas.Stroke {
	if k == 0 {
		return canvas.Stroke{}
	}
	return canvas.Stroke{Site: p.drawing.Log().Site(), K: k}
}

// Undo hides one of our own strokes, as far as it has been drawn. If it is hidden
// already, nothing happens. It fails with [ErrNoStroke] if there is none.
func (p *Peer) Undo(s canvas.Stroke) error { return p.toggle(s, true) }

// Redo shows again what Undo hid.
func (p *Peer) Redo(s canvas.Stroke) error { return p.toggle(s, false) }

func (p *Peer) toggle(s canvas.Stroke, hide bool) error {
	if p.ctx.Err() != nil {
		return ErrClosed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.ship()
	shows, found := p.shows(s)
	switch {
	case !found:
		return fmt.Errorf("%w: %q", ErrNoStroke, s)
	case shows != hide:
		return nil
	case hide:
		return p.drawing.Undo(s.K, time.Now())
	}
	return p.drawing.Redo(s.K, time.Now())
}

// Undoable is the latest of our own strokes that shows, none if there is none:
// what an undo button undoes.
func (p *Peer) Undoable() canvas.Stroke {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.own(p.drawing.Log().Undoable())
}

// Redoable is what was undone last, none if something has been drawn since: what
// a redo button redoes.
func (p *Peer) Redoable() canvas.Stroke {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.own(p.drawing.Log().Redoable())
}
