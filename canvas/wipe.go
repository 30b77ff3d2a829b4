package canvas

// TakeClear takes in a clear at the time now, from whomever: Taken where it counts
// from now on, and then it is passed on to everybody.
func (l *Log) TakeClear(c Clear, now uint64) (Verdict, Change) {
	l.edge = l.end
	switch {
	case !l.clear.Less(c):
		return Known, Change{}
	case !c.Signed():
		return Bad, Change{}
	case c.T > now+Tolerance:
		return Early, Change{}
	}
	return Taken, l.wipe(c)
}

// wipe makes c the clear that counts.
func (l *Log) wipe(c Clear) (change Change) {
	l.Sign() // what is on its way to others, or its author could not go on after it
	for _, s := range l.list {
		if len(s.pending) > 0 { // a witness is vouched for
			change = l.verify()
			break
		}
	}
	l.clear, l.clock = c, max(l.clock, c.T)
	l.version++
	l.whole = l.version
	any := false
	for _, s := range l.list {
		any = s.drop(s.from(Key{T: c.T + 1})-1) || any
		if s.isOver() {
			l.over.add(s.keptOver())
			any = any || s.key == PublicKey{} // which was in the list without anything that lives
		}
	}
	l.compact((*siteLog).isOver)
	if !any {
		return change
	}
	return l.lost()
}

// TakeProof takes in a proof, from whomever: Taken where it is the first one about
// its site, and then it is passed on to everybody. The site is void from now on:
// nothing of it is painted, kept or taken.
func (l *Log) TakeProof(p *Proof) (Verdict, Change) {
	site := p.Site()
	switch {
	case l.void[site] != nil:
		return Known, Change{}
	case site == l.own || !p.Holds():
		return Bad, Change{}
	case len(l.void) == MaxVoid:
		return Early, Change{}
	}
	l.edge = l.end
	l.void[site] = p.least()
	l.version++
	l.whole = l.version
	l.over.take(site)
	s := l.sites[site]
	if s == nil {
		return Taken, Change{}
	}
	if len(s.pending) > 0 {
		l.pending--
	}
	s.keep(1, 0)
	l.remove(s)
	return Taken, l.lost()
}

// Void returns the proof against a site, nil if there is none.
func (l *Log) Void(site Site) *Proof { return l.void[site] }
