package canvas

import (
	"iter"
	"slices"
)

// NextFrame returns the first frame of the runs that a neighbour lacks who holds
// have, and raises have to what it holds with that. It returns nil when nothing is
// lacking. Taken one after another they leave no gaps, and what arrives is painted
// nearly in order. The log may change from one frame to the next. A greater clear
// goes before them, and proofs: see [Log.Lacking].
func (l *Log) NextFrame(have Vector) []byte {
	limit, most := l.fit, fullRuns
	for {
		runs := l.collect(have, limit, most)
		if len(runs) == 0 {
			return nil
		}
		f := l.deflater.frame(frameRuns, l.payload(runs, false))
		rows := 0
		for _, r := range runs {
			rows += len(r.rows)
		}
		l.fit = min(max(rows*goodFrame/len(f), milestoneEvery), fullFrame)
		if len(f) > goodFrame*5/4 && len(runs) > 1 {
			limit, most = min(l.fit, rows-1), max(1, min(len(runs)-1, len(runs)*goodFrame/len(f)))
			continue
		}
		for _, r := range runs {
			have[r.Site] = r.Last()
		}
		return f
	}
}

// Frames yields all frames of [Log.NextFrame]. The log must not change meanwhile.
func (l *Log) Frames(have Vector) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		have := have.Clone()
		for f := l.NextFrame(have); f != nil && yield(f); {
			f = l.NextFrame(have)
		}
	}
}

// Lacking is what somebody lacks who holds h, apart from runs: the clear, unless
// his is as great, and proofs.
func (l *Log) Lacking(h Have) (clear Clear, proofs []*Proof) {
	if h.Clear.Less(l.clear) {
		clear = l.clear
	}
	for _, site := range l.voidSites() {
		if !slices.Contains(h.Void, site) {
			proofs = append(proofs, l.void[site])
		}
	}
	return clear, proofs
}

// HeadFrames yields frames of the newest heads alone. Where two hold the same but
// for the digest, they send each other these, and a fork shows: see [Log.Merge].
func (l *Log) HeadFrames() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for part := range slices.Chunk(l.newestHeads(), fullRuns) {
			if !yield(l.deflater.frame(frameRuns, l.payload(part, false))) {
				return
			}
		}
	}
}

func (l *Log) newestHeads() (heads []Run) {
	for _, s := range l.list {
		if s.counts() {
			m := s.newest()
			heads = append(heads, Run{Site: s.site, First: m.n + 1, Before: m.chain, Sig: m.sig})
		}
	}
	return heads
}

// Runs are the entries of a site from one on, as far as verified heads cover them:
// from the witness on where that one is dead. They are for [Run.Live].
func (l *Log) Runs(site Site, from uint32) (runs []Run) {
	s := l.sites[site]
	if s == nil || !s.counts() {
		return nil
	}
	for n := s.start(from); n <= s.vouched; n = runs[len(runs)-1].Last() + 1 {
		runs = append(runs, s.run(n))
	}
	return runs
}

// start is where an answer begins to whoever holds the entries before from.
func (s *siteLog) start(from uint32) uint32 { return max(from, s.dead, 1) }

// A source is a site of which somebody lacks something.
type source struct {
	of   *siteLog
	next uint32
	t    uint64 // of the first live row from next on
}

// collect takes the first runs that have does not count, in the paint order of
// their first entries, up to so many rows and runs, but at least one.
func (l *Log) collect(have Vector, limit, most int) (runs []Run) {
	var h []source
	for _, s := range l.list {
		if n := have[s.site]; s.counts() && n < s.vouched {
			h = append(h, s.source(n+1))
		}
	}
	for i := len(h)/2 - 1; i >= 0; i-- {
		down(h, i, source.before)
	}
	for rows := 0; len(h) > 0 && len(runs) < most; {
		r := h[0].of.run(h[0].next)
		if rows += len(r.rows); rows > limit && len(runs) > 0 {
			break
		}
		if have[r.Site] > 0 {
			r.Key = PublicKey{}
		}
		runs = append(runs, r)
		if n := r.Last() + 1; n <= h[0].of.vouched {
			h[0] = h[0].of.source(n)
		} else {
			h[0] = h[len(h)-1]
			h = h[:len(h)-1]
		}
		down(h, 0, source.before)
	}
	return runs
}

func (s *siteLog) source(n uint32) source {
	n = s.start(n)
	return source{s, n, s.row(max(n, s.dead+1)).t}
}

// before orders sources by the places of their first live rows.
func (s source) before(o source) bool {
	return Key{s.t, s.of.site, s.next}.Compare(Key{o.t, o.of.site, o.next}) < 0
}
