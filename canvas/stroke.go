package canvas

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Stroke names what somebody drew from pen down to pen up: the site that
// wrote it, and the number of its first entry. The zero Stroke is none.
type Stroke struct {
	Site Site
	K    uint32
}

// Stroke is the stroke that the entry is part of or about; none of a clear, and
// of what was adopted, for that cannot be undone.
func (e Entry) Stroke() Stroke {
	if e.K == 0 || e.By != "" {
		return Stroke{}
	}
	return Stroke{e.Site, e.K}
}

// String is such as "Jx3kQ9aPz1M-38"; the zero Stroke's is empty.
func (s Stroke) String() string {
	if s == (Stroke{}) {
		return ""
	}
	return fmt.Sprintf("%s-%d", s.Site, s.K)
}

// ParseStroke reads what String writes.
func ParseStroke(text string) (Stroke, error) {
	dash := max(strings.LastIndexByte(text, '-'), 0) // a site may have some, too
	site, err := ParseSite(text[:dash])
	k, numberErr := strconv.ParseUint(strings.TrimPrefix(text[dash:], "-"), 10, 32)
	if err != nil || numberErr != nil || k == 0 || k > MaxN {
		return Stroke{}, fmt.Errorf("%q is no stroke's id, such as Jx3kQ9aPz1M-38", text)
	}
	return Stroke{site, uint32(k)}, nil
}

// MarshalText is String.
func (s Stroke) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is [ParseStroke].
func (s *Stroke) UnmarshalText(text []byte) (err error) {
	*s, err = ParseStroke(string(text))
	return err
}

// A span is a stroke of one's own that is live, at least in part.
type span struct{ k, last uint32 } // the numbers of its first and last entry

// extend takes note of an entry of one's own, which is part of the stroke k.
func (l *Log) extend(k, n uint32) {
	for i := len(l.strokes) - 1; i >= 0 && l.strokes[i].k >= k; i-- {
		if l.strokes[i].k == k {
			l.strokes[i].last = n
			return
		}
	}
	l.strokes = append(l.strokes, span{k, n})
}

// forgetStrokes forgets those that have died.
func (l *Log) forgetStrokes() {
	s := l.sites[l.own]
	if s == nil {
		return
	}
	alive := l.strokes[:0]
	for _, st := range l.strokes {
		if st.last > s.dead {
			alive = append(alive, st)
		}
	}
	l.strokes = alive
}

// Shows reports whether one's own stroke k is there, and whether it shows: it
// does not where it has been undone, in whole.
func (l *Log) Shows(k uint32) (shows, found bool) {
	i, found := slices.BinarySearchFunc(l.strokes, k, func(s span, k uint32) int { return cmp.Compare(s.k, k) })
	return found && l.shows(l.strokes[i]), found
}

func (l *Log) shows(s span) bool {
	t := l.sites[l.own].toggles[s.k]
	return !t.undo || s.last > t.n
}

// Undoable is the number of one's own latest stroke that shows, 0 if there is
// none: what an undo button undoes.
func (l *Log) Undoable() uint32 {
	for _, s := range slices.Backward(l.strokes) {
		if l.shows(s) {
			return s.k
		}
	}
	return 0
}

// Redoable is the number of one's own stroke that was undone last, 0 if there
// is none or something was drawn since: what a redo button redoes.
func (l *Log) Redoable() uint32 {
	var k, n, drawn uint32
	for _, s := range l.strokes {
		drawn = max(drawn, s.last)
		if t := l.sites[l.own].toggles[s.k]; t.undo && t.n > n {
			k, n = s.k, t.n
		}
	}
	if drawn > n {
		return 0
	}
	return k
}
