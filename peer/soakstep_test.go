package peer

import (
	"slices"
	"time"

	"drawmesh/canvas"
)

// step does one step of the schedule.
func (r *soakRoom) step(st step) {
	switch st.what {
	case enter:
		r.join(st.seat)
	case leave, quit, crash:
		r.end(st.seat, st.what)
	case draw, undo, redo, wipe:
		if s := r.seats[st.seat]; s != nil && !s.stalled() {
			r.act(s, st)
		}
	case besiege:
		r.besiege()
	case joinPlain, leavePlain, drawPlain, wipePlain:
		r.stepPlain(st)
	case reset:
		if a, b := r.seats[st.seat], r.seats[st.more]; a != nil && b != nil {
			a.Reset(b.ID())
		}
	case stall, freeze, wake:
		r.stepHold(st)
	case cut:
		r.http.Cut()
	case cutAfter:
		r.http.CutAfter(st.more)
	case kill:
		r.down = true
		r.http.Kill()
	case start, startNew:
		r.restart(st.what == startNew)
	default:
		r.lost.step(st)
		r.wan.Drop(r.lost.filter())
	}
}

// act lets a peer draw, undo, redo or clear.
func (r *soakRoom) act(s *seated, st step) {
	switch st.what {
	case draw:
		r.drawStroke(s, st.more)
	case wipe:
		r.sees(s.life, s.look())
		if _, err := s.Draw(canvas.Clear{}); err != nil {
			r.complain("%s could not clear: %v", s.name, err)
			return
		}
		r.cleared(s.life, s.lastClear())
	case undo:
		r.toggle(s, s.Undoable(), s.Undo, true)
	case redo:
		r.toggle(s, s.Redoable(), s.Redo, false)
	}
}

// toggle undoes or redoes, and sees which stroke that was.
func (r *soakRoom) toggle(s *seated, stroke canvas.Stroke, do func(canvas.Stroke) error, hides bool) {
	before := s.look()
	done := stroke != canvas.Stroke{}
	var err error
	if done {
		err = do(stroke)
	}
	after := s.look()
	if err != nil {
		r.complain("%s could not undo or redo: %v", s.name, err)
		return
	}
	if !hides {
		before, after = after, before
	}
	latest, changed := -1, -1
	for i, own := range s.mine {
		for _, op := range own.ops {
			if before[op] {
				latest = i
				if !after[op] {
					changed = i
				}
			}
		}
	}
	if done != (changed >= 0) || hides && latest != changed {
		r.complain("%s: undo or redo is %t, of stroke %d of its own, where %d is the latest to show", s.name, done, changed, latest)
		return
	}
	if done {
		for op := range before {
			if !after[op] && !slices.Contains(s.mine[changed].ops, op) {
				r.complain("%s: an undo or redo of stroke %d changed %+v too", s.name, changed, op)
			}
		}
		r.toggled(s.life, s.written(), s.mine[changed].number, hides)
	}
}

// drawStroke draws n segments, each in a place of its own, that are one stroke.
func (r *soakRoom) drawStroke(s *seated, n int) {
	r.parts++
	own := &ownStroke{number: r.parts}
	ops := make([]canvas.PlainOp, n)
	from := r.point()
	for i := range ops {
		op := canvas.Segment{From: from, To: r.point(), Force: 1, Color: canvas.Color{R: uint8(r.drawn), G: uint8(r.drawn >> 8), A: 255}}
		if i > 0 {
			op.Color = own.ops[0].Color
		}
		ops[i], from = op, op.To
		own.ops = append(own.ops, op)
		r.drew(s.life, op, own.number)
	}
	if _, err := s.Draw(ops...); err != nil {
		r.complain("%s could not draw: %v", s.name, err)
	}
	s.mine = append(s.mine, own)
}

// point is one that no segment ended at before.
func (r *soakRoom) point() canvas.Point {
	r.drawn++
	return canvas.Point{X: float64(r.drawn%640) / 10, Y: float64(r.drawn/640) / 10}
}

func (r *soakRoom) complain(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.accuse(format, args...)
}

// look follows the drawing, and is what shows.
func (s *seated) look() map[canvas.Segment]bool {
	shows := make(map[canvas.Segment]bool)
	for _, op := range s.shown() {
		shows[op] = true
	}
	return shows
}

// shown follows the drawing, and is what shows of honest ones, in paint order.
func (s *seated) shown() (ops []canvas.Segment) {
	s.follow.Look(func(log *canvas.Log, c canvas.Change) {
		s.view.Update(log, c)
		for e := range log.Paint(canvas.Key{}) {
			if !s.room.drewIt(e.Op, e) {
				ops = append(ops, e.Op.(canvas.Segment))
			}
		}
	})
	return ops
}

// lastClear is the time of the clear that counts.
func (s *seated) lastClear() (at time.Time) {
	s.Look(func(log *canvas.Log) { at = canvas.TimeOf(log.LastClear().T) })
	return at
}

// written is the name of the entry that it wrote last.
func (s *seated) written() (n uint32) {
	s.Peer.mu.Lock()
	defer s.Peer.mu.Unlock()
	n, _ = s.drawing.Log().Holds(s.site)
	return n
}

// stepPlain lets a plain peer do something.
func (r *soakRoom) stepPlain(st step) {
	p := r.plains[st.seat]
	switch {
	case st.what == joinPlain:
		r.joinPlain(st.seat)
	case p == nil:
	case st.what == leavePlain:
		p.close()
		r.plains[st.seat] = nil
	case st.what == wipePlain:
		p.draw(canvas.Clear{})
	default:
		for range st.more {
			op := canvas.Segment{From: r.point(), To: r.point(), Force: 1, Color: canvas.Color{B: 255, A: 255}}
			r.drew(nil, op, 0)
			p.draw(op)
		}
	}
}

// stepHold stops a peer from hearing, or lets it go on.
func (r *soakRoom) stepHold(st step) {
	s := r.seats[st.seat]
	if s == nil {
		return
	}
	switch st.what {
	case wake:
		r.release(s)
		delete(r.lost.frozen, s.ip)
	case freeze:
		r.lost.frozen[s.ip] = true
		fallthrough
	default:
		r.holdBack(s)
	}
	r.wan.Drop(r.lost.filter())
}
