package canvas

// A base is what the live entries of a site stand on: its key, and the last entry
// that is dead. That one is the witness that all before it are dead too, for times
// increase; with it an answer begins to whoever knows nothing of the site.
type base struct {
	site    Site
	key     PublicKey // zero of what is unsigned
	dead    uint32    // the witness's number, 0 if nothing is dead
	before  Chain     // chain(dead−1), of a witness
	witness row       // entry dead, if it is known
}

// chain is chain(dead).
func (b *base) chain() Chain {
	switch {
	case b.dead == 0:
		return genesis(b.key)
	case b.witness.t == 0: // of what is unsigned
		return Chain{}
	}
	return b.before.next(&b.witness)
}

// An overSite is a site of which nothing lives, and its last head. It counts for
// nothing, and is kept for what its author may write next.
type overSite struct {
	base
	head mark
}

// keptOver is how many sites that are over are kept: some 20 MiB. Of others, what
// their authors write next is a gap, which they fill beginning with their witness.
const keptOver = 1 << 16

// overSites are the latest sites that are over, in a ring.
type overSites struct {
	bySite map[Site]overSite
	ring   []Site // in the order in which they came; those that were taken out again are still in it
	next   int
}

func (o *overSites) add(s overSite) {
	if s.witness.canonicalLen() > largeEntry {
		return // what is kept beside is bounded
	}
	if o.bySite == nil {
		o.bySite = make(map[Site]overSite)
	}
	if _, again := o.bySite[s.site]; !again {
		if len(o.ring) < keptOver {
			o.ring = append(o.ring, s.site)
		} else {
			delete(o.bySite, o.ring[o.next])
			o.ring[o.next] = s.site
			o.next = (o.next + 1) % keptOver
		}
	}
	o.bySite[s.site] = s
}

// take takes a site out, if it is there.
func (o *overSites) take(site Site) (overSite, bool) {
	s, ok := o.bySite[site]
	delete(o.bySite, site)
	return s, ok
}
