package signaling

import "slices"

// A span is a range of runes, both ends in it. These tables are of spans, and not
// of properties, so that the page has the same ones whatever version of Unicode
// both know: they are in web/names.js of cmd/server too.
type span struct{ from, to rune }

// in reports whether r is in a list of spans, which are in order.
func in(list []span, r rune) bool {
	i, _ := slices.BinarySearchFunc(list, r, func(s span, r rune) int { return int(s.to) - int(r) })
	return i < len(list) && list[i].from <= r
}

var (
	// hidden are those that show nothing and may hide or turn their neighbours:
	// all that Unicode calls default ignorable, line and paragraph separators,
	// what annotates or stands in for something else, and what is no character.
	hidden = []span{
		{0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
		{0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f},
		{0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
	}

	// blank are those that are as empty as a space: in Braille, and of no note.
	blank = []span{{0x2800, 0x2800}, {0x1d159, 0x1d159}}

	// connecting are the blocks of scripts whose letters take other shapes beside
	// one another: Arabic and its kin, those of India and its neighbours as far as
	// Java, Mongolian, and old ones of Iran and Central Asia.
	connecting = []span{
		{0x600, 0x7ff}, {0x840, 0xdff}, {0x1000, 0x109f}, {0x1700, 0x18af}, {0x1a00, 0x1aaf}, {0x1b00, 0x1c4f},
		{0x1cd0, 0x1cff}, {0xa800, 0xa8ff}, {0xa930, 0xa95f}, {0xa980, 0xa9ff}, {0xaa00, 0xaa7f}, {0xaae0, 0xaaff},
		{0xabc0, 0xabff}, {0xfb50, 0xfdcf}, {0xfe70, 0xfefc}, {0x10a00, 0x10a5f}, {0x10ac0, 0x10aff}, {0x10b80, 0x10baf},
		{0x10d00, 0x10d3f}, {0x10ec0, 0x10fdf}, {0x11000, 0x11fff}, {0x1e900, 0x1e95f},
	}

	// emoji are the blocks that have emoji, and those that stand alone.
	emoji = []span{
		{0xa9, 0xa9}, {0xae, 0xae}, {0x203c, 0x203c}, {0x2049, 0x2049}, {0x2122, 0x2122}, {0x2139, 0x2139},
		{0x2190, 0x21ff}, {0x2300, 0x23ff}, {0x24c2, 0x24c2}, {0x25a0, 0x27bf}, {0x2900, 0x297f}, {0x2b00, 0x2bff},
		{0x3030, 0x3030}, {0x303d, 0x303d}, {0x3297, 0x3297}, {0x3299, 0x3299}, {0x1f000, 0x1faff}, {0x1fc00, 0x1fffd},
	}

	// variants are what a selector chooses a variant of, and those selectors.
	variants = []struct{ of, by []span }{
		{emoji, []span{{0xfe0e, 0xfe0f}}},
		{[]span{{'#', '#'}, {'*', '*'}, {'0', '9'}}, []span{{0xfe0e, 0xfe0f}}},                                         // for keycaps
		{[]span{{0x3400, 0x9fff}, {0xf900, 0xfaff}, {0x20000, 0x3ffff}}, []span{{0xfe00, 0xfe0f}, {0xe0100, 0xe01ef}}}, // Han
		{[]span{{0x1000, 0x109f}, {0xa840, 0xa87f}, {0xaa60, 0xaa7f}}, []span{{0xfe00, 0xfe00}}},                       // Myanmar, Phags-pa
		{[]span{{0x1800, 0x18af}}, []span{{0x180b, 0x180d}, {0x180f, 0x180f}}},                                         // Mongolian
	}
)
