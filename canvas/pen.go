package canvas

import (
	"errors"
	"fmt"
)

// errPen means that the log is only read.
var errPen = errors.New("log has no site to write as")

// Next is the time at which the pen would write now: greater than all that has
// been taken in, and not before the clock.
func (l *Log) Next(now uint64) uint64 { return max(l.clock+1, now) }

// Draw writes a shape at the time now. The stroke k that it continues is the K of
// the entry that began it; zero begins one. The entry that is returned is what to
// send: its op is rounded (see [Round]). Nothing counts for others before [Log.Sign].
func (l *Log) Draw(op Shape, k uint32, now uint64) (Entry, error) {
	return l.write(Entry{Op: op, K: k}, now)
}

// Adopt writes a shape that was heard from the plain peer by. Adopting what
// somebody else has adopted is harmless: see [Log.Adopted].
func (l *Log) Adopt(by string, op Shape, now uint64) (Entry, error) {
	if by == "" {
		return Entry{}, errors.New("nobody's op adopted")
	}
	return l.write(Entry{Op: op, By: by}, now)
}

// Undo hides a stroke of one's own, which has the number k, as it is by now.
func (l *Log) Undo(k uint32, now uint64) (Entry, Change, error) { return l.switchTo(Undo{}, k, now) }

// Redo shows it again.
func (l *Log) Redo(k uint32, now uint64) (Entry, Change, error) { return l.switchTo(Redo{}, k, now) }

func (l *Log) switchTo(op LogOp, k uint32, now uint64) (Entry, Change, error) {
	if k == 0 {
		return Entry{}, Change{}, errors.New("no stroke has the number 0")
	}
	return l.writeChange(Entry{Op: op, K: k}, now)
}

// Write writes an op of another kind, which is about the stroke k, or about itself
// if that is zero.
func (l *Log) Write(op Other, k uint32, now uint64) (Entry, error) {
	return l.write(Entry{Op: op, K: k}, now)
}

// Clear wipes all that the log holds, and whatever else was drawn before now. It
// cannot be undone.
func (l *Log) Clear(now uint64) (Clear, Change, error) { return l.ClearAt(l.Next(now)) }

// ClearAt wipes what was drawn up to the time t, which [Log.Next] said when it was
// heard that somebody cleared who cannot say it himself.
func (l *Log) ClearAt(t uint64) (Clear, Change, error) {
	if l.own == (Site{}) {
		return Clear{}, Change{}, errPen
	}
	c := Clear{T: t}
	if l.signer != nil {
		c.Key, c.Sig = l.signer.Key(), l.signer.sign(clearText(t))
	}
	l.edge = l.end
	if !l.clear.Less(c) {
		return l.clear, Change{}, nil
	}
	return c, l.wipe(c), nil
}

// Sign vouches for all that the pen has written. What was not signed counts for
// nobody else, so whoever sends something signs before: once for all that goes
// together.
func (l *Log) Sign() {
	if s := l.sites[l.own]; s != nil && l.signer != nil && s.vouched < s.have {
		l.signHead(s, false)
	}
}

// Signed is the pen's newest head, as it is told to those who know whose it is. It
// covers all that the pen has written up to Sign or a milestone.
func (l *Log) Signed() Head {
	s := l.sites[l.own]
	if s == nil || len(s.heads) == 0 {
		return Head{}
	}
	m := s.newest()
	return Head{N: m.n, Sig: m.sig}
}

func (l *Log) signHead(s *siteLog, mile bool) {
	l.accept(s, mark{s.have, s.tip, l.signer.sign(headText(s.have, s.tip)), mile})
}

func (l *Log) write(e Entry, now uint64) (Entry, error) {
	e, _, err := l.writeChange(e, now)
	return e, err
}

// writeChange stamps e with the next number and time, and takes it in.
func (l *Log) writeChange(e Entry, now uint64) (Entry, Change, error) {
	if l.own == (Site{}) {
		return Entry{}, Change{}, errPen
	}
	full := MaxLive
	if e.By != "" { // somebody else's: a store of the first log may hold as many
		full = 2*MaxLive - 8
	}
	if l.weight >= full {
		return Entry{}, Change{}, ErrFull
	}
	e.Site, e.N, e.T = l.own, 1, l.Next(now)
	s := l.sites[l.own]
	if s != nil {
		e.N = s.have + 1
	}
	if e.K == 0 {
		e.K = e.N
	}
	if err := e.Check(); err != nil {
		return Entry{}, Change{}, fmt.Errorf("not written: %w", err)
	}
	if s == nil {
		b := base{site: l.own}
		if l.signer != nil {
			b.key = l.signer.Key()
		}
		s = l.open(b)
	}
	r := rowOf(e)
	e.Op = r.op()
	l.edge = l.end
	c := Chain{}
	if l.signer != nil {
		c = s.tip.next(&r)
	}
	change := l.put(s, &r, c)
	if l.signer != nil && r.milestone(e.N) {
		l.signHead(s, true)
	}
	return e, change, nil
}
