package canvas

import (
	"crypto/sha256"
	"slices"
)

// An author writes as a site without a log: whatever it is told to, lawful or not.
type author struct {
	*Signer
	rows   []row
	chains []Chain // chain(0), chain(1), …
}

// newAuthor is the author of a name: its seed is the name's SHA-256.
func newAuthor(name string) *author {
	s := NewSignerFromSeed(sha256.Sum256([]byte(name)))
	return &author{Signer: s, chains: []Chain{genesis(s.Key())}}
}

func (a *author) have() uint32 { return uint32(len(a.rows)) }

// write appends an entry at the time t that is part of, or about, the stroke k, or
// about itself if that is zero.
func (a *author) write(op LogOp, t uint64, k uint32) *author {
	if k == 0 {
		k = a.have() + 1
	}
	return a.put(Entry{T: t, K: k, Op: op})
}

func (a *author) put(e Entry) *author {
	r := rowOf(e)
	a.rows = append(a.rows, r)
	a.chains = append(a.chains, a.chains[len(a.chains)-1].next(&r))
	return a
}

// upTo is another author under the same key, who has written the same up to n.
func (a *author) upTo(n uint32) *author {
	return &author{a.Signer, slices.Clone(a.rows[:n]), slices.Clone(a.chains[:n+1])}
}

// run is the entries first to last with a head, wherever milestones are.
func (a *author) run(first, last uint32) Run {
	return Run{
		Site: a.Site(), Key: a.Key(), First: first, Before: a.chains[first-1],
		Sig: a.sign(headText(last, a.chains[last])), rows: slices.Clone(a.rows[first-1 : last]),
	}
}

// runs are the entries from first on, each run ending where it must.
func (a *author) runs(first uint32) (runs []Run) {
	for n := first; n <= a.have(); n = runs[len(runs)-1].Last() + 1 {
		last := n
		for last < a.have() && !a.rows[last-1].milestone(last) {
			last++
		}
		runs = append(runs, a.run(n, last))
	}
	return runs
}

// frame is one frame of runs.
func frameOf(runs ...Run) []byte {
	var l Log
	return l.deflater.frame(frameRuns, l.payload(runs, false))
}

func (a *author) clear(t uint64) Clear { return Clear{t, a.Key(), a.sign(clearText(t))} }
