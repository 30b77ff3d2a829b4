package canvas

import "slices"

// A Proof shows that a site has told two stories. Each half is signed by it, and
// one of these is so:
//
//   - Second begins where First ends, after another chain;
//   - Second is later in number, and its first entry is not later in time than
//     First's last.
//
// Nobody but the site itself can make one, and an honest one never does. Either
// half may be a head alone.
type Proof struct{ First, Second Run }

// Site is whose proof it is.
func (p *Proof) Site() Site { return p.First.Site }

// Holds reports whether p proves what it says.
func (p *Proof) Holds() bool {
	a, b := p.First, p.Second
	if a.Key.Site() != a.Site || a.Key != b.Key || a.Site != b.Site || !a.formed() || !b.formed() {
		return false
	}
	endOfA, endOfB := a.chains()[len(a.rows)], b.chains()[len(b.rows)]
	if !a.Key.signed(headText(a.Last(), endOfA), a.Sig) || !b.Key.signed(headText(b.Last(), endOfB), b.Sig) {
		return false
	}
	fork := b.First == a.Last()+1 && b.Before != endOfA
	back := len(a.rows) > 0 && len(b.rows) > 0 && b.First > a.Last() && b.rows[0].t <= a.rows[len(a.rows)-1].t
	return fork || back
}

// least is p without the entries of First that it does not need: where a room keeps
// many proofs, they are what takes memory.
func (p *Proof) least() *Proof {
	a, b := p.First, p.Second
	a.links, b.links = nil, nil
	n := len(a.rows)
	if n == 0 {
		return &Proof{a, b}
	}
	chains := a.chains()
	if b.First == a.Last()+1 && b.Before != chains[n] {
		return &Proof{a.head(chains[n]), b}
	}
	last := a.tail(a.Last(), chains[n-1])
	last.rows = slices.Clone(last.rows) // and no part of all of them
	return &Proof{last, b}
}
