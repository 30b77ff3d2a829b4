package canvas

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"maps"
)

// A Site is one writer of a log: a process or a page load, not a person. It is
// 11 letters and digits that hold 64 random bits. The zero Site is nobody's.
type Site [11]byte

// NewSite returns a site that nobody else has.
func NewSite() Site {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	var random [8]byte
	rand.Read(random[:]) // never fails
	v := binary.LittleEndian.Uint64(random[:])
	var s Site
	for i := range s { // 62¹¹ > 2⁶⁴
		s[i] = digits[v%62]
		v /= 62
	}
	return s
}

// ParseSite reads what String writes.
func ParseSite(text string) (Site, error) { return parseSite([]byte(text)) }

func parseSite(text []byte) (s Site, err error) {
	if len(text) != len(s) {
		return s, fmt.Errorf("site of %d bytes, not %d", len(text), len(s))
	}
	for _, c := range text {
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') {
			return s, fmt.Errorf("site %q is not of letters and digits", text)
		}
	}
	return Site(text), nil
}

// String is the site's 11 characters; the zero Site's is empty.
func (s Site) String() string {
	if s == (Site{}) {
		return ""
	}
	return string(s[:])
}

// MarshalText is String.
func (s Site) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is [ParseSite].
func (s *Site) UnmarshalText(text []byte) (err error) {
	*s, err = parseSite(text)
	return err
}

func (s Site) compare(t Site) int { return bytes.Compare(s[:], t[:]) }

// A Vector counts, for each site, its first operations: an entry n stands for
// the operations 1 to n. No entry is the same as zero.
type Vector map[Site]uint32

// Clone returns a copy.
func (v Vector) Clone() Vector {
	if v == nil {
		return Vector{}
	}
	return maps.Clone(v)
}

// Join raises each entry of v to w's.
func (v Vector) Join(w Vector) {
	for s, n := range w {
		v[s] = max(v[s], n)
	}
}

// Covers reports whether v counts everything that w does.
func (v Vector) Covers(w Vector) bool {
	for s, n := range w {
		if n > v[s] {
			return false
		}
	}
	return true
}

// A Key is a place in the paint order: by time, then site, then number. The
// zero Key comes before everything.
type Key struct {
	T    uint64
	Site Site
	N    uint32
}

// Compare is negative if k is painted before l, positive if after.
func (k Key) Compare(l Key) int {
	if k.T != l.T {
		return cmp.Compare(k.T, l.T)
	}
	if c := k.Site.compare(l.Site); c != 0 {
		return c
	}
	return cmp.Compare(k.N, l.N)
}
