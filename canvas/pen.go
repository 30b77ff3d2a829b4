package canvas

import "errors"

// errPen means that the log is only read.
var errPen = errors.New("log has no site to write as")

// Draw writes a shape. The stroke k that it continues is the K of
// the entry that began it; zero begins one. The entry that is returned is what
// to send: its op is rounded (see [Round]).
func (l *Log) Draw(op Shape, k uint32) (Entry, error) { return l.write(Entry{Op: op, K: k}) }

// Adopt writes a shape that was heard from the plain peer by. Adopting what
// somebody else has adopted is harmless: see [Log.Adopted].
func (l *Log) Adopt(by string, op Shape) (Entry, error) {
	if by == "" {
		return Entry{}, errors.New("nobody's op adopted")
	}
	return l.write(Entry{Op: op, By: by})
}

// Undo hides a stroke of one's own, which has the number k, as it is by now.
func (l *Log) Undo(k uint32) (Entry, Change, error) { return l.toggle(Undo{}, k) }

// Redo shows it again.
func (l *Log) Redo(k uint32) (Entry, Change, error) { return l.toggle(Redo{}, k) }

func (l *Log) toggle(op LogOp, k uint32) (Entry, Change, error) {
	if k == 0 {
		return Entry{}, Change{}, errors.New("no stroke has the number 0")
	}
	return l.writeChange(Entry{Op: op, K: k})
}

// Clear wipes all that the log holds, and nothing that is drawn meanwhile
// elsewhere. It cannot be undone. In a room of more than [MaxCut] sites it takes
// several entries.
func (l *Log) Clear() ([]Entry, Change, error) {
	var entries []Entry
	var change Change
	for _, cut := range l.Have().Split() {
		e, c, err := l.writeChange(Entry{Op: Clear{}, Cut: cut})
		if err != nil {
			return entries, change, err
		}
		entries, change = append(entries, e), change.Join(c)
	}
	return entries, change, nil
}

func (l *Log) write(e Entry) (Entry, error) {
	e, _, err := l.writeChange(e)
	return e, err
}

// writeChange stamps e with the next number and time, and takes it in.
func (l *Log) writeChange(e Entry) (Entry, Change, error) {
	if l.own == (Site{}) {
		return Entry{}, Change{}, errPen
	}
	if _, clear := e.Op.(Clear); !clear && l.live >= MaxLive {
		return Entry{}, Change{}, ErrFull
	}
	e.Site, e.N = l.own, 1
	if s := l.sites[l.own]; s != nil {
		e.N = s.have + 1
	}
	if _, clear := e.Op.(Clear); !clear && e.K == 0 {
		e.K = e.N
	}
	// Whoever drives the clock up must not lead honest pens out of bounds.
	e.T = min(l.clock+1, l.ownT+MaxTimeStep, MaxTime)
	if err := e.Check(); err != nil {
		return Entry{}, Change{}, err
	}
	r := rowOf(e)
	e.Op = r.op()
	l.edge = l.end
	c, err := l.add(e.Site, e.N, &r)
	if err != nil {
		return Entry{}, Change{}, errors.Unwrap(err)
	}
	l.ownT = e.T
	return e, c, nil
}
