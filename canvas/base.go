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

// Of sites that are over the latest are kept, so many and of so many bytes of
// witnesses. Of others, what their authors write next is a gap, which is filled
// beginning with the witness that the author holds.
const (
	keptOver  = 1 << 16
	overBytes = 16 << 20
)

// overSites are the latest sites that are over.
type overSites struct {
	bySite map[Site]overSite
	queue  []Site // in the order in which they came, and those that were taken out since
	bytes  int
}

func (o *overSites) add(s overSite) {
	if o.bySite == nil {
		o.bySite = make(map[Site]overSite)
	}
	o.take(s.site)
	o.bySite[s.site] = s
	o.bytes += s.witness.canonicalLen()
	o.queue = append(o.queue, s.site)
	for len(o.queue) > keptOver || o.bytes > overBytes {
		o.take(o.queue[0])
		o.queue = o.queue[1:]
	}
}

// take takes a site out, if it is there.
func (o *overSites) take(site Site) (overSite, bool) {
	s, ok := o.bySite[site]
	if ok {
		o.bytes -= s.witness.canonicalLen()
		delete(o.bySite, site)
	}
	return s, ok
}
