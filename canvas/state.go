package canvas

import (
	"bytes"
	"encoding/hex"
	"errors"
	"iter"
	"maps"
	"slices"
)

// Site is what one's own pen writes as.
func (l *Log) Site() Site { return l.own }

// PublicKey is the key of what one's own pen writes, zero if nobody signs that.
func (l *Log) PublicKey() PublicKey {
	if l.signer == nil {
		return PublicKey{}
	}
	return l.signer.Key()
}

// Len is how many live entries the log holds.
func (l *Log) Len() int { return l.live }

// Sites is how many sites with live entries there are, about: one's own counts if
// it has ever written.
func (l *Log) Sites() int { return len(l.list) }

// LastClear is the clear that counts, the zero one if there was none.
func (l *Log) LastClear() Clear { return l.clear }

// A Digest tells whether two peers hold the same: the first 16 bytes of a SHA-256.
// Its text is 32 hexadecimal digits. The first 8 are for people to compare.
type Digest [16]byte

// String is the digest's text.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText is String.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// ErrDigest means a text that is no digest.
var ErrDigest = errors.New("digest is not of 32 hexadecimal digits")

// UnmarshalText reads what String writes, and nothing else.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(d)) || bytes.ContainsAny(text, "ABCDEF") {
		return ErrDigest
	}
	if _, err := hex.Decode(d[:], text); err != nil {
		return ErrDigest
	}
	return nil
}

// A Have is what somebody holds.
type Have struct {
	Sites Vector // the entries of each site that is not over, as far as a verified head covers them
	Clear Clear
	Void  []Site // in byte order

	// Digest is over all of it, and the chains of Sites.
	Digest Digest
}

// Have is what the log holds.
func (l *Log) Have() Have {
	h, _ := l.HaveSince(0)
	return h
}

// Version grows with every change of what Have tells.
func (l *Log) Version() uint64 { return l.version }

// HaveSince is what has changed of Have since a Version, and whether it is all of
// it, as after a clear and when a site has become void. Else it tells no more than
// the sites that have grown, and the digest.
func (l *Log) HaveSince(version uint64) (h Have, whole bool) {
	whole = version < l.whole || version == 0
	h = Have{Sites: make(Vector), Digest: l.Digest()}
	if whole {
		h.Clear, h.Void = l.clear, l.voidSites()
	}
	for _, s := range l.list {
		if s.counts() && (whole || s.changed > version) {
			h.Sites[s.site] = s.vouched
		}
	}
	return h, whole
}

// counts reports whether something of s lives that a verified head covers.
func (s *siteLog) counts() bool { return s.vouched > s.dead && s.key != (PublicKey{}) }

func (l *Log) voidSites() []Site { return slices.SortedFunc(maps.Keys(l.void), Site.compare) }

// Holds is how many entries of a site the log has, or knows to be dead, and how
// many of these are dead. Of what has been forgotten it knows nothing.
func (l *Log) Holds(site Site) (have, dead uint32) {
	if s := l.sites[site]; s != nil {
		return s.have, s.dead
	}
	if o, ok := l.over.bySite[site]; ok {
		return o.dead, o.dead
	}
	return 0, 0
}

// Vouched is how many entries of a site Have tells, 0 if it does not tell of it.
func (l *Log) Vouched(site Site) uint32 {
	if s := l.sites[site]; s != nil && s.counts() {
		return s.vouched
	}
	return 0
}

// Digest is the digest of what the log holds.
func (l *Log) Digest() Digest {
	if l.hashed == l.version {
		return l.digest
	}
	d := digester{void: l.voidSites()}
	for _, s := range l.list {
		if s.counts() {
			d.sites = append(d.sites, digested{s.site, s.vouched, s.newest().chain})
		}
	}
	l.digest, l.hashed = d.sum(l.clear), l.version
	return l.digest
}

// Entry returns a live entry.
func (l *Log) Entry(site Site, n uint32) (Entry, bool) {
	s := l.sites[site]
	if s == nil || n <= s.dead || n > s.have {
		return Entry{}, false
	}
	c := cursor{of: s}
	c.seek(n)
	return c.row.entry(site, n), true
}

// Entries yields those of a span that live. The log must not change meanwhile.
func (l *Log) Entries(of Span) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		s := l.sites[of.Site]
		if s == nil {
			return
		}
		c := cursor{of: s}
		for c.seek(of.First); c.ok && c.n <= of.Last && yield(c.row.entry(of.Site, c.n)); {
			c.next()
		}
	}
}

// Key returns the key of a site, if it is known.
func (l *Log) Key(site Site) (PublicKey, bool) {
	if s := l.sites[site]; s != nil && s.key != (PublicKey{}) {
		return s.key, true
	}
	o, ok := l.over.bySite[site]
	return o.key, ok
}

// Head is a site's newest head that has been verified, if there is one.
func (l *Log) Head(site Site) (Head, bool) {
	if s := l.sites[site]; s != nil && len(s.heads) > 0 {
		m := s.newest()
		return Head{site, s.key, m.n, m.sig}, true
	}
	o, over := l.over.bySite[site]
	return Head{site, o.key, o.head.n, o.head.sig}, over
}

// Lacks reports whether somebody who holds h holds something that the log does not:
// entries, a greater clear, a void site.
func (l *Log) Lacks(h Have) bool {
	for site, n := range h.Sites {
		if have, _ := l.Holds(site); n > have && site != l.own && l.void[site] == nil {
			return true
		}
	}
	return l.clear.Less(h.Clear) || slices.ContainsFunc(h.Void, func(s Site) bool { return l.void[s] == nil })
}
