package record

import "drawmesh/canvas"

// wiped are the sites of which all that follows what is written and that a clear has
// wiped since was heard, as its author has signed it. Of others a part may be missing,
// or was taken back: then nobody vouches for what was heard.
func (l *logWriter) wiped(log *canvas.Log) map[canvas.Site]bool {
	heard := make(map[canvas.Site][]canvas.Entry)
	for _, h := range l.heard {
		e := h.entry
		if _, dead := log.Holds(e.Site); e.N > 0 && e.N <= dead && e.N == l.have[e.Site]+uint32(len(heard[e.Site]))+1 {
			heard[e.Site] = append(heard[e.Site], e)
		}
	}
	sites := make(map[canvas.Site]bool)
	for site, entries := range heard {
		_, dead := log.Holds(site)
		head, ok := log.Head(site)
		for n := dead + 1; n <= head.N; n++ {
			e, _ := log.Entry(site, n)
			entries = append(entries, e)
		}
		sites[site] = ok && l.signed.Covers(head, entries)
	}
	return sites
}
