package exchange

import (
	"drawmesh/canvas"
)

// answerBytes of an answer may wait, so that live drawing is not delayed.
const answerBytes = 64 << 10

// A request is what a neighbour asked for.
type request struct {
	want   Want  // collects
	answer *Want // what it still lacks, while frames are under way
}

// answers sends neighbours frames of what they asked for.
type answers struct {
	*drawing
	near  *neighbours
	tell  interface{ tell(*synced) }
	wire  Wire
	under bool // an answer may be under way
}

// wanted takes a request, which may come in several messages.
func (a *answers) wanted(n *synced, m Want) error {
	n.want.Have, n.want.Dead = join(n.want.Have, m.Have), join(n.want.Dead, m.Dead)
	if len(n.want.Have) > canvas.MaxSites || len(n.want.Dead) > canvas.MaxSites {
		n.want = Want{}
		return canvas.ErrSites
	}
	if !m.More {
		n.answer = &Want{Have: n.want.Have, Dead: n.want.Dead}
		n.want = Want{}
		a.under = true
	}
	return nil
}

// pump sends frames, a few at a time, and reports whether there are more to
// come.
func (a *answers) pump() bool {
	if !a.under { // most of the time
		return false
	}
	a.under = false
	for _, n := range a.near.synced {
		a.pumpTo(n)
		a.under = a.under || n.answer != nil
	}
	return a.under
}

func (a *answers) pumpTo(n *synced) {
	for n.answer != nil && a.wire.Queued(n.id) < answerBytes {
		frame := a.log.NextFrame(n.answer.Have, n.answer.Dead)
		if frame == nil {
			n.answer = nil
			a.tell.tell(n) // which says that this was all
		} else if !a.wire.Send(n.id, frame, false) {
			n.answer = nil
		}
	}
}
