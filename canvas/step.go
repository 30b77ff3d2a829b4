package canvas

// A Step is what somebody who reads a log of what was recorded takes in next, into
// a log of [NewUnsigned]. One of its members is set.
type Step struct {
	Entry Entry
	First *FirstEntry // a clear of the first log
	Clear Clear
	Dead  Vector // so much had been cleared before
	Gone  Site   // its entries proved to be wrong, and others may follow
	Proof *Proof
}

// Step takes in a step. The error is one of [Log.Add]'s.
func (l *Log) Step(s Step) (Change, error) {
	switch {
	case s.Entry.N > 0:
		return l.Add(s.Entry)
	case s.First != nil:
		return l.AddFirst(*s.First)
	case s.Clear.T > 0:
		return l.MarkClear(s.Clear), nil
	case s.Dead != nil:
		return l.MarkDead(s.Dead), nil
	case s.Proof != nil:
		_, change := l.TakeProof(s.Proof)
		return change, nil
	}
	return l.Forget(s.Gone), nil
}

// Forget gives up, in a log of [NewUnsigned], the live entries of a site.
func (l *Log) Forget(site Site) Change {
	l.edge = l.end
	s := l.sites[site]
	if s == nil || s.have == s.dead {
		return Change{}
	}
	s.keep(s.dead+1, s.dead)
	s.have = s.dead
	clear(s.toggles)
	s.note(s.dead + 1)
	return l.lost()
}
