package canvas

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// A Site is one writer of a log: a process or a page load, not a person. It is
// the first 16 bytes of the SHA-256 of its public key, and its text is base64url,
// 22 characters. The zero Site is nobody's.
//
// A site of the first log, as old recordings have them, is its 11 letters and
// digits followed by zero bytes, and its text those 11.
type Site [16]byte

const firstSite = 11 // bytes of a site of the first log

// ParseSite reads what String writes, and nothing else.
func ParseSite(text string) (Site, error) { return parseSite([]byte(text)) }

func parseSite(text []byte) (s Site, err error) {
	if len(text) == firstSite {
		copy(s[:], text)
		if !s.first() {
			return Site{}, fmt.Errorf("site %q is not of letters and digits", text)
		}
		return s, nil
	}
	if err := decode64(s[:], text); err != nil {
		return Site{}, fmt.Errorf("site: %w", err)
	}
	if s == (Site{}) {
		return s, errors.New("site is nobody's")
	}
	return s, nil
}

// first reports whether s is one of the first log.
func (s Site) first() bool {
	for i, c := range s {
		alphanumeric := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if i < firstSite && !alphanumeric || i >= firstSite && c != 0 {
			return false
		}
	}
	return true
}

// String is the site's text; the zero Site's is empty.
func (s Site) String() string {
	switch {
	case s == Site{}:
		return ""
	case s.first():
		return string(s[:firstSite])
	}
	return base64.RawURLEncoding.EncodeToString(s[:])
}

// MarshalText is String.
func (s Site) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is [ParseSite].
func (s *Site) UnmarshalText(text []byte) (err error) {
	*s, err = parseSite(text)
	return err
}

func (s Site) compare(t Site) int { return bytes.Compare(s[:], t[:]) }

// A Vector counts, for each site, its first entries: n stands for the entries 1
// to n. No member is the same as zero.
type Vector map[Site]uint32

// Clone returns a copy.
func (v Vector) Clone() Vector {
	if v == nil {
		return Vector{}
	}
	return maps.Clone(v)
}

// Join raises each member of v to w's.
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

// Sites are those of v, in byte order.
func (v Vector) Sites() []Site { return slices.SortedFunc(maps.Keys(v), Site.compare) }

// AppendVector appends v as JSON to dst, in byte order of the sites, so that equal
// vectors have equal texts.
func AppendVector(dst []byte, v Vector) []byte {
	dst = append(dst, '{')
	for i, s := range v.Sites() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), s.String()...), `":`...)
		dst = strconv.AppendUint(dst, uint64(v[s]), 10)
	}
	return append(dst, '}')
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

// decode64 reads base64url without padding that fills dst exactly (RFC 4648,
// section 5); bits that are left over must be zero.
func decode64(dst, text []byte) error {
	if len(text) != base64.RawURLEncoding.EncodedLen(len(dst)) {
		return fmt.Errorf("%d characters, not %d", len(text), base64.RawURLEncoding.EncodedLen(len(dst)))
	}
	if bytes.ContainsAny(text, "\r\n") { // which the decoder would pass over
		return fmt.Errorf("%q is not of base64url", text)
	}
	if _, err := base64.RawURLEncoding.Strict().Decode(dst, text); err != nil {
		return fmt.Errorf("%q is not of base64url", text)
	}
	return nil
}
