package canvas

import "testing"

func TestParseStroke(t *testing.T) {
	old, err := ParseSite("Jx3kQ9aPz1M")
	if err != nil {
		t.Fatal(err)
	}
	minus := Site{0xfb, 0xef, 0xbe} // whose text begins with three minus signs
	tests := []struct {
		text string
		want Stroke // none: refused
	}{
		{"Jx3kQ9aPz1M-38", Stroke{old, 38}},
		{"Jx3kQ9aPz1M-4294967294", Stroke{old, MaxN}},
		{"----AAAAAAAAAAAAAAAAAA-7", Stroke{minus, 7}},
		{"Jx3kQ9aPz1M-4294967295", Stroke{}},
		{"Jx3kQ9aPz1M-0", Stroke{}},
		{"Jx3kQ9aPz1M-+1", Stroke{}},
		{"Jx3kQ9aPz1M-", Stroke{}},
		{"Jx3kQ9aPz1M", Stroke{}},
		{"Jx3kQ9aPz1M-3.5", Stroke{}},
		{"Jx3k-38", Stroke{}},
		{"", Stroke{}},
	}
	for _, tt := range tests {
		got, err := ParseStroke(tt.text)
		if got != tt.want || (err != nil) != (tt.want == Stroke{}) {
			t.Errorf("%q: got %v and %v, want %v", tt.text, got, err, tt.want)
		}
		if err == nil && got.String() != tt.text {
			t.Errorf("%q comes back as %q", tt.text, got)
		}
	}
}

// What the pen drew can be asked for by its number, whatever becomes of it.
func TestShows(t *testing.T) {
	l := NewLog(NewSigner())
	draw := func(k uint32) uint32 {
		e, err := l.Draw(Segment{To: Point{9, 9}, Force: 1, Color: Color{A: 255}}, k, 0)
		if err != nil {
			t.Fatal(err)
		}
		return e.K
	}
	check := func(when string, k uint32, wantShows, wantFound bool) {
		t.Helper()
		if shows, found := l.Shows(k); shows != wantShows || found != wantFound {
			t.Errorf("%s: stroke %d shows %t, found %t; want %t and %t", when, k, shows, found, wantShows, wantFound)
		}
	}
	first, second := draw(0), draw(0)
	draw(first)
	check("drawn", first, true, true)
	check("drawn", second, true, true)
	check("never drawn", 3, false, false)
	l.Undo(first, 0)
	check("undone", first, false, true)
	check("another undone", second, true, true)
	l.Redo(first, 0)
	check("redone", first, true, true)
	l.Clear(0)
	check("cleared", first, false, false)
	check("cleared", second, false, false)
}
