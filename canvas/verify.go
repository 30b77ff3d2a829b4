package canvas

// A Verifier says, of entries that somebody kept together with their heads, whether
// their authors signed them: it is for who reads recordings. The zero value is ready
// to use. It is for one goroutine at a time.
type Verifier struct {
	authors map[Site]*authorship
	order   []*authorship
}

type authorship struct {
	Signed
	chain Chain
	known bool   // chain is that of the entry Last
	t     uint64 // of the entry Last
	never uint32 // the first entry that no head can cover any more, 0 if there is none
}

// Signed says how far an author has signed what was read of him.
type Signed struct {
	Site Site
	Key  PublicKey // zero if none was told

	First, Last uint32 // the numbers of the entries that were read; what is dead is not
	Void        bool   // it was proved that the site told two stories

	// Uncovered is the first entry that no head covers, 0 if all are signed.
	Uncovered uint32

	// Refuted is the first entry under a head that does not hold, 0 if all do: from it
	// on, there is another text than the author has signed.
	Refuted uint32
}

// Base takes note of a site's key, and of the chain at n, where what is there of it
// does not begin with 1. Whoever keeps a [Run] knows both. What came before and no
// head covers, none that follows can.
func (v *Verifier) Base(key PublicKey, n uint32, chain Chain) {
	a := v.author(key.Site())
	a.never = a.Uncovered
	a.Key, a.chain, a.known = key, chain, true
	if n == 0 {
		a.chain = genesis(key)
	}
	a.Last = n
}

// Add takes the next entry of its site, of whatever order among the sites.
func (v *Verifier) Add(e Entry) {
	a := v.author(e.Site)
	if e.N <= a.Last {
		return
	}
	if a.First == 0 {
		a.First = e.N
	}
	a.known = a.known && e.N == a.Last+1
	a.Last, a.t = e.N, e.T
	if a.Uncovered == 0 {
		a.Uncovered = e.N
	}
	if a.known {
		r := rowOf(e)
		a.chain = a.chain.next(&r)
	}
}

// Head takes a head of the last entry that was added of its site, which covers it
// and all before it. It reports whether it does: there is another text under the
// author's name if not.
func (v *Verifier) Head(h Head) bool {
	a := v.author(h.Site)
	if !a.known || h.N != a.Last {
		return false
	}
	if !a.Key.signed(headText(h.N, a.chain), h.Sig) {
		if a.Refuted == 0 {
			a.Refuted = max(a.Uncovered, 1)
		}
		return false
	}
	a.Uncovered = a.never
	return true
}

// Covers reports whether h would cover entries of its site, which follow what was added
// of it. It takes nothing in.
func (v *Verifier) Covers(h Head, entries []Entry) bool {
	var chain Chain
	last := uint32(0)
	if a := v.authors[h.Site]; a != nil && a.known {
		chain, last = a.chain, a.Last
	} else if chain = genesis(h.Key); h.Key.Site() != h.Site {
		return false
	}
	for _, e := range entries {
		if last++; e.Site != h.Site || e.N != last {
			return false
		}
		r := rowOf(e)
		chain = chain.next(&r)
	}
	return h.N == last && h.Key.signed(headText(h.N, chain), h.Sig)
}

// Proof takes a proof, and reports whether it holds.
func (v *Verifier) Proof(p *Proof) bool {
	if !p.Holds() {
		return false
	}
	v.author(p.Site()).Void = true
	return true
}

// Knows reports whether anything was read of a site.
func (v *Verifier) Knows(site Site) bool { return v.authors[site] != nil }

// Digest is what [Log.Digest] is of a log that holds what was read, after a clear.
func (v *Verifier) Digest(clear Clear) Digest {
	var d digester
	for _, a := range v.authors {
		switch {
		case a.Void:
			d.void = append(d.void, a.Site)
		case a.known && a.First > 0 && a.t > clear.T:
			d.sites = append(d.sites, digested{a.Site, a.Last, a.chain})
		}
	}
	return d.sum(clear)
}

// Authors are the authors of what was read, in the order in which they came.
func (v *Verifier) Authors() []Signed {
	list := make([]Signed, 0, len(v.order))
	for _, a := range v.order {
		list = append(list, a.Signed)
	}
	return list
}

func (v *Verifier) author(site Site) *authorship {
	a := v.authors[site]
	if a == nil {
		if v.authors == nil {
			v.authors = make(map[Site]*authorship)
		}
		a = &authorship{Signed: Signed{Site: site}}
		v.authors[site] = a
		v.order = append(v.order, a)
	}
	return a
}
