package canvas

import "slices"

// TakeLive takes in what one text message said of a site: entries in sequence, and
// the head that covers them. The Head's Site is whose they are, and its Key may be
// zero if the site is known. If lazily, the signature is not looked at before
// [Log.Verify]; that is for the link of the site's own peer.
//
// A text does not say which chain it continues. So where the signature does not
// hold, the verdict is Gap: in the frames that are asked for then, it shows whether
// somebody told two stories.
func (l *Log) TakeLive(entries []Entry, h Head, now uint64, lazily bool) (Verdict, Change, *Proof) {
	if len(entries) == 0 || len(entries) > milestoneEvery {
		return Bad, Change{}, nil
	}
	r := Run{Site: h.Site, Key: h.Key, First: entries[0].N, Sig: h.Sig, rows: l.liveRows[:0], links: l.liveLinks[:0]}
	defer func() { l.liveRows, l.liveLinks = r.rows, r.links }()
	for i, e := range entries {
		if uint64(e.N) != uint64(r.First)+uint64(i) || e.checkFields() != nil {
			return Bad, Change{}, nil
		}
		r.rows = append(r.rows, rowOf(e))
	}
	if r.Last() != h.N || h.Key != (PublicKey{}) && h.Key.Site() != h.Site {
		return Bad, Change{}, nil
	}
	if v := l.locate(&r); v != Taken {
		return v, Change{}, nil
	}
	l.edge = l.end
	r.chains()
	v, change, proof := l.take(r, now, lazily)
	if proof != nil { // which is kept
		proof.First.rows, proof.Second.rows = slices.Clone(proof.First.rows), slices.Clone(proof.Second.rows)
	}
	if v == Bad && r.formed() {
		v = Gap
	}
	return v, change, proof
}

// locate finds the chain that a run of a text message continues.
func (l *Log) locate(r *Run) Verdict {
	if r.Site == l.own || l.void[r.Site] != nil {
		return Known
	}
	s := l.sites[r.Site]
	if s == nil {
		o, over := l.over.bySite[r.Site]
		switch {
		case over && r.Last() <= o.dead:
			return Known
		case over && r.First == o.dead+1:
			r.Before = o.chain()
		case r.First > 1 || r.Key == (PublicKey{}):
			return Gap
		default:
			r.Before = genesis(r.Key)
		}
		return Taken
	}
	if r.Last() <= s.vouched {
		return Known
	}
	var ok bool
	if r.Before, ok = s.chainAt(r.First - 1); !ok {
		return Gap
	}
	return Taken
}
