package canvas

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// The oracle knows the definitions of docs/sync.md and nothing of a Log: what it is
// given is all that was ever written, and the greatest clear.

// oracleBytes are an entry's canonical bytes.
func oracleBytes(e Entry) []byte {
	var b bytes.Buffer
	words := func(values ...any) {
		for _, v := range values {
			if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
				panic(err)
			}
		}
	}
	hundredths := func(v float64) int32 { return int32(math.Round(v * 100)) }
	color := func(c Color) [4]uint8 { return [4]uint8{c.A, c.B, c.G, c.R} }
	switch op := e.Op.(type) {
	case Segment:
		words(uint32(1), e.T, e.K, hundredths(op.From.X), hundredths(op.From.Y), hundredths(op.To.X), hundredths(op.To.Y))
		words(uint32(math.Round(op.Force*1000)), color(op.Color), uint32(len(e.By)), []byte(e.By))
	case Rect:
		words(uint32(2), e.T, e.K, hundredths(op.Origin.X), hundredths(op.Origin.Y), hundredths(op.Width), hundredths(op.Height))
		words(uint32(hundredths(op.LineWidth)), color(op.Color), uint32(len(e.By)), []byte(e.By))
	case Undo:
		words(uint32(4), e.T, e.K)
	case Redo:
		words(uint32(5), e.T, e.K)
	case Other:
		words(uint32(3), e.T, e.K, []byte(op.Name+"\x00"+op.Payload))
	}
	return b.Bytes()
}

// oracleChain is the chain after entries 1 to len(entries) of a site.
func oracleChain(key PublicKey, entries []Entry) Chain {
	c := sha256.Sum256([]byte("drawmesh 2" + string(key[:])))
	for _, e := range entries {
		c = sha256.Sum256(append(c[:], oracleBytes(e)...))
	}
	return c
}

// A story is all that a site has written, from its first entry on.
type story struct {
	key     PublicKey
	entries []Entry
}

// oracleDigest is what peers must agree on who hold all of the stories.
func oracleDigest(stories []story, c Clear, void []Site) Digest {
	slices.SortFunc(stories, func(a, b story) int { return compareSites(a.key.Site(), b.key.Site()) })
	var b []byte
	for _, s := range stories {
		n := len(s.entries)
		if n == 0 || s.entries[n-1].T <= c.T {
			continue
		}
		site, chain := s.key.Site(), oracleChain(s.key, s.entries)
		b = binary.LittleEndian.AppendUint32(append(b, site[:]...), uint32(n))
		b = append(b, chain[:]...)
	}
	site := c.Site()
	b = append(binary.LittleEndian.AppendUint64(b, c.T), site[:]...)
	slices.SortFunc(void, compareSites)
	for _, s := range void {
		b = append(b, s[:]...)
	}
	sum := sha256.Sum256(b)
	return Digest(sum[:16])
}

func compareSites(a, b Site) int { return cmp.Compare(string(a[:]), string(b[:])) }

// oracleLive are the entries that no clear is later than, in the paint order.
func oracleLive(entries []Entry, c Clear) []Entry {
	live := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return e.T <= c.T })
	slices.SortFunc(live, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.T, b.T), compareSites(a.Site, b.Site), cmp.Compare(a.N, b.N))
	})
	return live
}

// oraclePainted are those of the live entries, in the paint order, that are to be
// seen.
func oraclePainted(live []Entry) (painted []Entry) {
	type adoption struct {
		by string
		op Op
	}
	seen := make(map[adoption]bool)
	for _, e := range live {
		switch e.Op.(type) {
		case Segment, Rect:
		default:
			continue
		}
		if e.By != "" {
			if !seen[adoption{e.By, e.Op}] {
				painted = append(painted, e)
			}
			seen[adoption{e.By, e.Op}] = true
			continue
		}
		var last Entry // undo or redo of its stroke
		for _, u := range live {
			switch u.Op.(type) {
			case Undo, Redo:
				if u.Site == e.Site && u.K == e.K && u.N > last.N {
					last = u
				}
			}
		}
		if _, undone := last.Op.(Undo); !undone || e.N > last.N {
			painted = append(painted, e)
		}
	}
	return painted
}

// oracleCompare says how what is painted differs from what should be.
func oracleCompare(got, want []Entry) error {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return fmt.Errorf("%v is missing", want[i])
		case i >= len(want):
			return fmt.Errorf("%v should not be there", got[i])
		case got[i] != want[i]:
			return fmt.Errorf("place %d: got %v, want %v", i, got[i], want[i])
		}
	}
	return nil
}

// allLive are the live entries of l, in the paint order.
func allLive(l *Log) (live []Entry) {
	for c := range l.rows(func(s *siteLog) uint32 { return s.dead + 1 }, nil) {
		live = append(live, c.row.entry(c.of.site, c.n))
	}
	return live
}
