package canvas

import (
	"iter"
	"slices"
)

// A Head vouches for all entries of a site up to N. Of one that came as text, the
// Site is zero if it is the sender's own, and Key is zero if it was not told; what
// it is about is the entries before it.
type Head struct {
	Site Site
	Key  PublicKey
	N    uint32
	Sig  Signature
}

// A Run is what travels: entries of one site in sequence, of which the last is at
// a head. None goes past a milestone, where an author signs: an entry whose number
// is divisible by 256, or whose canonical bytes are more than 128.
//
// One without entries is a head alone, at First−1. What a Run from elsewhere says
// has been verified by nobody until [Log.Take] has.
type Run struct {
	Site   Site
	Key    PublicKey // zero where it is not told, for who knows the site
	First  uint32    // the number of the first entry
	Before Chain     // chain(First−1)
	Sig    Signature // of the head at Last

	rows  []row
	links []Chain // what chains returned, if it has, and otherwise empty
}

// Len is how many entries there are.
func (r Run) Len() int { return len(r.rows) }

// Last is the number of the last entry, First−1 if there is none.
func (r Run) Last() uint32 { return r.First + uint32(len(r.rows)) - 1 }

// Entries yields the entries.
func (r Run) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range r.rows {
			if !yield(r.rows[i].entry(r.Site, r.First+uint32(i))) {
				return
			}
		}
	}
}

// Live appends the lines that a text message has of r: entries, and the head that
// covers them. The author's own neighbours know whose they are; others are told,
// and the key with a site's first entries.
func (r Run) Live(dst []byte, forwarded bool) []byte {
	h := Head{N: r.Last(), Sig: r.Sig}
	if forwarded {
		h.Site = r.Site
		if r.First == 1 {
			h.Key = r.Key
		}
	}
	for e := range r.Entries() {
		e.Site = h.Site
		dst = append(AppendMessage(dst, e), '\n')
	}
	return AppendMessage(dst, h)
}

// chains are chain(First−1) to chain(Last).
func (r *Run) chains() []Chain {
	if len(r.links) == 0 {
		r.links = append(slices.Grow(r.links, len(r.rows)+1), r.Before)
		for i := range r.rows {
			r.links = append(r.links, r.links[i].next(&r.rows[i]))
		}
	}
	return r.links
}

// formed reports whether r is as a run has to be, as far as it tells by itself: no
// milestone lies within it, time goes on, and it begins where it says.
func (r Run) formed() bool {
	if r.Site == (Site{}) || r.First == 0 || uint64(r.First)+uint64(len(r.rows)) > MaxN+1 {
		return false
	}
	if r.First == 1 && (len(r.rows) == 0 || r.Key != (PublicKey{}) && r.Before != genesis(r.Key)) {
		return false
	}
	for i := range r.rows {
		last := i == len(r.rows)-1
		if !last && (r.rows[i].milestone(r.First+uint32(i)) || r.rows[i+1].t <= r.rows[i].t) {
			return false
		}
	}
	return true
}

// head is the head at r's end alone.
func (r Run) head(end Chain) Run {
	return Run{Site: r.Site, Key: r.Key, First: r.Last() + 1, Before: end, Sig: r.Sig}
}

// From is what there is of r from the entry n on, which is First to Last+1.
func (r Run) From(n uint32) Run { return r.tail(n, r.chains()[n-r.First]) }

// tail is what there is of r from n on, which may be First to Last+1.
func (r Run) tail(n uint32, before Chain) Run {
	return Run{Site: r.Site, Key: r.Key, First: n, Before: before, Sig: r.Sig, rows: r.rows[n-r.First:]}
}
