package signaling

import (
	"errors"
	"strings"
	"unicode"
)

// ErrNoName means that a name holds nothing that anybody could see.
var ErrNoName = errors.New("a name needs at least one character that can be seen")

const (
	maxName    = 64 // runes
	maxCluster = 16 // runes that stand for one character, such as those of a family
	maxMarks   = 4  // that stack up on one character and take no room beside it
)

// The characters that a name keeps only where they do something.
const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
	blackFlag = '\U0001f3f4' // begins the flags of parts of countries
	tagEnd    = '\U000e007f' // ends them
)

// CleanName makes a name fit to be shown to others: 64 runes at most, cut where a
// character ends, and none that hides or turns its neighbours. What joins letters
// or emoji, or chooses a variant of one, stays where it does. The result is empty
// if there is nothing to be seen. It is what the page makes of a name too.
func CleanName(name string) string {
	var c cleaner
	for _, r := range name {
		if c.take(r); len(c.name) > maxName {
			break
		}
	}
	if len(c.name) > maxName {
		c.name = c.name[:c.begun]
	}
	return strings.TrimFunc(string(c.name), isBlank)
}

// A cleaner is in the middle of a name. A cluster is what is one character to a
// reader: a letter with its marks, a flag, a family.
type cleaner struct {
	name    []rune
	begun   int    // where the last cluster begins
	base    rune   // what marks and selectors now belong to; 0: nothing
	marks   int    // on it
	waiting []rune // for what shows that it does something: a joiner, or tags
	half    bool   // the last cluster is half a flag
}

// take takes the next rune, or passes over it.
func (c *cleaner) take(r rune) {
	switch {
	case r == joiner || r == nonJoiner:
		if c.base != 0 && len(c.waiting) == 0 {
			c.waiting = append(c.waiting, r)
		}
	case isTag(r):
		c.tag(r)
	case in(hidden, r):
		if c.base != 0 && c.last() == c.base && len(c.waiting) == 0 && varies(c.base, r) {
			c.add(r)
		}
	case unicode.IsControl(r), r&0xfffe == 0xfffe: // the latter are no characters
	case isMark(r):
		c.mark(r)
	default:
		c.begin(r)
	}
}

// begin takes what can be seen by itself, or a blank.
func (c *cleaner) begin(r rune) {
	if isBlank(r) && len(c.name) == 0 {
		return
	}
	joined := c.joins(r)
	paired := c.half && isIndicator(r)
	tinted := isSkin(r) && in(emoji, c.base) && !isSkin(c.base)
	if !(joined && c.waiting[0] == joiner || paired || tinted) {
		c.begun = len(c.name)
	}
	if joined {
		c.name = append(c.name, c.waiting...)
	}
	c.base, c.marks, c.half = r, 0, isIndicator(r) && !paired
	c.add(r)
	if isBlank(r) {
		c.base = 0
	}
}

// mark takes what belongs to the character before it.
func (c *cleaner) mark(r rune) {
	stacks := !unicode.Is(unicode.Mc, r)
	if c.base == 0 || c.full() || stacks && c.marks == maxMarks {
		return
	}
	if stacks {
		c.marks++
	}
	if c.joins(r) {
		c.name = append(c.name, c.waiting...)
	}
	c.add(r)
}

// tag takes a part of a flag's name. Without the flag it would be hidden text.
func (c *cleaner) tag(r rune) {
	if len(c.waiting) == 0 && c.base == blackFlag && c.last() == c.base || len(c.waiting) > 0 && isTag(c.waiting[0]) {
		c.waiting = append(c.waiting, r)
	}
	if r != tagEnd {
		return
	}
	if n := len(c.waiting) - 1; n >= 3 && n <= 6 { // a country's letters, and a part's
		c.name = append(c.name, c.waiting...)
	}
	c.waiting = nil
}

// joins reports whether a joiner that waits joins what is there with r.
func (c *cleaner) joins(r rune) bool {
	if len(c.waiting) == 0 || isTag(c.waiting[0]) || c.full() {
		return false
	}
	return connects(c.base) && connects(r) || c.waiting[0] == joiner && in(emoji, c.base) && in(emoji, r)
}

// full reports whether the last cluster has no room for a joiner and another.
func (c *cleaner) full() bool { return len(c.name)-c.begun+2 > maxCluster }

func (c *cleaner) last() rune { return c.name[len(c.name)-1] }

// add takes r, after which nothing waits.
func (c *cleaner) add(r rune) {
	c.name = append(c.name, r)
	c.waiting = nil
}

func isBlank(r rune) bool     { return unicode.IsSpace(r) || in(blank, r) }
func isIndicator(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }
func isSkin(r rune) bool      { return r >= 0x1f3fb && r <= 0x1f3ff }
func connects(r rune) bool    { return in(connecting, r) && unicode.In(r, unicode.L, unicode.M) }

// isTag reports whether r may be in a flag's name: digits, small letters, the end.
func isTag(r rune) bool {
	return r >= 0xe0030 && r <= 0xe0039 || r >= 0xe0061 && r <= 0xe007a || r == tagEnd
}

// isMark reports whether r belongs to what is before it: also what arranges
// hieroglyphs.
func isMark(r rune) bool { return unicode.Is(unicode.M, r) || r >= 0x13430 && r <= 0x1343f }

// varies reports whether r is a selector that chooses a variant of base.
func varies(base, r rune) bool {
	for _, v := range variants {
		if in(v.of, base) && in(v.by, r) {
			return true
		}
	}
	return false
}
