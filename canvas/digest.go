package canvas

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// A digester collects what a [Digest] is of.
type digester struct {
	sites []digested
	void  []Site
}

type digested struct {
	site  Site
	n     uint32
	chain Chain
}

// sum hashes site, n as a 32-bit little-endian word and chain(n) of each site in byte
// order; then the clear's time as a 64-bit one, and its site; then the void sites.
func (d *digester) sum(clear Clear) Digest {
	slices.SortFunc(d.sites, func(a, b digested) int { return a.site.compare(b.site) })
	slices.SortFunc(d.void, Site.compare)
	h := sha256.New()
	for _, s := range d.sites {
		b := binary.LittleEndian.AppendUint32(s.site[:len(s.site):len(s.site)], s.n)
		h.Write(append(b, s.chain[:]...))
	}
	site := clear.Site()
	h.Write(append(binary.LittleEndian.AppendUint64(nil, clear.T), site[:]...))
	for _, site := range d.void {
		h.Write(site[:])
	}
	return Digest(h.Sum(nil))
}
