package exchange

import "drawmesh/canvas"

// answerBytes of an answer may wait, so that live drawing is not delayed.
const answerBytes = 64 << 10

// A request is what a neighbour asked for.
type request struct {
	want   *Want   // collects
	answer *answer // while it is under way
}

// An answer is what is still to be sent.
type answer struct {
	proofs []*canvas.Proof
	have   canvas.Vector // of the neighbour, and what it was sent
}

// answers sends neighbours what they asked for.
type answers struct {
	*drawing
	near  *neighbours
	tell  interface{ tell(*synced) }
	wire  Wire
	under bool // an answer may be under way
}

// wanted takes a request, which may come in several messages.
func (a *answers) wanted(n *synced, m Want) error {
	if n.want == nil {
		n.want = &Want{Have: make(canvas.Vector)}
	}
	n.want.Have.Join(m.Have)
	n.want.Void = append(n.want.Void, m.Void...)
	n.want.Clear = m.Clear
	if len(n.want.Have) > canvas.MaxSites || len(n.want.Void) > canvas.MaxVoid {
		n.want = nil
		return canvas.ErrSites
	}
	if m.More {
		return nil
	}
	want := n.want
	n.want = nil
	a.begin(n, want)
	return nil
}

// begin answers a request.
func (a *answers) begin(n *synced, want *Want) {
	a.verify()
	clear, proofs := a.log.Lacking(canvas.Have{Sites: want.Have, Clear: canvas.Clear{T: want.Clear}, Void: want.Void})
	if clear.T > want.Clear {
		a.wire.Send(n.id, AppendMessage(nil, clear), true)
	}
	n.answer = &answer{proofs, want.Have}
	a.under = true
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
		frame := a.next(n.answer)
		if frame == nil {
			n.answer = nil
			a.tell.tell(n) // which says that this was all
		} else if !a.wire.Send(n.id, frame, false) {
			n.answer = nil
		}
	}
}

// next is the next frame of an answer, nil if that is all.
func (a *answers) next(of *answer) []byte {
	if len(of.proofs) > 0 {
		p := of.proofs[0]
		of.proofs = of.proofs[1:]
		return canvas.AppendProof(nil, p)
	}
	a.verify()
	return a.log.NextFrame(of.have)
}
