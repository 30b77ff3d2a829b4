package lettering

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"drawmesh/canvas"
	"drawmesh/canvas/trace"
)

var ink = canvas.Color{A: 255}

func write(t testing.TB, text string) (*Text, []trace.Stroke) {
	t.Helper()
	set := Set(text)
	strokes, err := set.Strokes(trace.Identity, 0.1, 2, ink)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return set, strokes
}

// alphabets are what the font has, as people who write so would list it.
var alphabets = map[string]string{
	"ascii":      ` !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_` + "`abcdefghijklmnopqrstuvwxyz{|}~",
	"latin":      "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĸĹĺĻļĽľŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžſẞȘșȚțǍǎ",
	"vietnamese": "ĂăÂâĐđÊêÔôƠơƯưẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ",
	"greek":      "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏΪΫαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
	"polytonic":  "ἀἁἂἃἄἅἆἇᾀᾳᾶῖῥὕὧ",
	"cyrillic":   "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяЄІЇҐЎЂЃЈЉЊЋЌЏєіїґўђѓјљњћќџЅѕ",
	"signs":      "«»‹›–—‘’‚“”„…·•°×÷±€£¥¢§©®№¹²³¡¿ªº¬¦¶¤µ−",
}

// TestAlphabets writes all letters: each is there, in its place, and is no other.
func TestAlphabets(t *testing.T) {
	for name, letters := range alphabets {
		t.Run(name, func(t *testing.T) {
			seen := make(map[string]rune)
			for _, r := range letters {
				set, strokes := write(t, string(r))
				if u := set.Unknown(); len(u) > 0 {
					t.Errorf("%c: got unknown %v", r, u)
				}
				if r == ' ' {
					continue
				}
				box, ok := trace.Bounds(strokes)
				const slack = 0.3 // CSS pixels
				if !ok || box.Min.X < -slack || box.Min.Y < -slack || box.Max.Y > set.Height+slack || box.Max.X > set.Width+slack {
					t.Errorf("%c: got %v, want it in %g×%g", r, box, set.Width, set.Height)
				}
				drawn := fmt.Sprint(strokes)
				if other, same := seen[drawn]; same && !twins[string([]rune{other, r})] {
					t.Errorf("%c looks as %c does", r, other)
				}
				seen[drawn] = r
			}
		})
	}
}

// twins look the same in print, too.
var twins = map[string]bool{"ÐĐ": true, "κк": true, "‘’": true, "“”": true, "κĸ": true}

// TestAccents puts marks above the letter and below it, whichever way it is composed;
// an i under one has no dot.
func TestAccents(t *testing.T) {
	for _, text := range []string{"é", "ǖ", "Ñ", "ç", "ệ", "й", "ΐ", "Å"} {
		_, composed := write(t, norm.NFC.String(text))
		_, apart := write(t, norm.NFD.String(text))
		if fmt.Sprint(composed) != fmt.Sprint(apart) {
			t.Errorf("%s: got another picture where it is in parts", text)
		}
		base := string([]rune(norm.NFD.String(text))[:1])
		_, plain := write(t, base)
		plainBox, _ := trace.Bounds(plain)
		box, _ := trace.Bounds(composed)
		if box == plainBox || len(composed) <= len(plain) {
			t.Errorf("%s: got no more than %s", text, base)
		}
	}
	_, dotted := write(t, "i")
	_, accented := write(t, "í")
	if len(dotted) != 2 || len(accented) != 2 {
		t.Errorf("got %d strokes of i and %d of í, want a stem and what is above it", len(dotted), len(accented))
	}
}

// TestUnknown names once each what the font has not, and leaves room for it.
func TestUnknown(t *testing.T) {
	set, strokes := write(t, "a字b🎉字\u05b0")
	if got, want := strings.Join(set.Unknown(), ", "), "字 (U+5B57), 🎉 (U+1F389), U+05B0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, without := write(t, "ab"); len(strokes) != len(without) {
		t.Errorf("got %d strokes, want those of what is known: %d", len(strokes), len(without))
	}
	many := make([]rune, 100)
	for i := range many {
		many[i] = rune(0x4e00 + i)
	}
	if set := Set(string(many)); len(set.Unknown()) != maxUnknown {
		t.Errorf("got %d names of a hundred, want %d", len(set.Unknown()), maxUnknown)
	}
}

// TestLines sets each line below the last, from left to right.
func TestLines(t *testing.T) {
	one, _ := write(t, "Ag")
	two, strokes := write(t, "Ag\r\nAg\n\tA")
	g, _ := write(t, "g") // which hangs from the last line but one
	a, _ := write(t, "A")
	if want := one.Height + 2*lead*PixelsPerUnit - (one.Height - a.Height); two.Height != want || two.Width <= one.Width || g.Height >= one.Height {
		t.Errorf("got %g×%g, want two lines more than %g×%g", two.Width, two.Height, one.Width, one.Height)
	}
	if box, _ := trace.Bounds(strokes); box.Max.Y > two.Height || box.Max.X > two.Width+0.01 || box.Min.X < 0 || box.Min.Y < 0 {
		t.Errorf("got %v, want it within %g×%g", box, two.Width, two.Height)
	}
	for _, nothing := range []string{"", "\n\n", "\u200b\u0007"} {
		if set, strokes := write(t, nothing); len(strokes) > 0 || set.Width != 0 {
			t.Errorf("%q: got %d strokes, %g wide", nothing, len(strokes), set.Width)
		}
	}
	if set, _ := write(t, "I"); set.Width <= 0 {
		t.Error("I has no width to fit")
	}
}

// TestGlyphs reads all path data: each begins on the left, and is drawn without errors.
func TestGlyphs(t *testing.T) {
	for _, r := range slices.Sorted(maps.Keys(glyphs)) {
		left := trace.MaxPoints
		f := trace.Flattener{Matrix: trace.Identity, Tolerance: 0.1, Left: &left}
		if err := f.Path(glyphs[r]); err != nil {
			t.Errorf("%c: %v", r, err)
		}
		if box := boundsOf(glyphs[r]); glyphs[r] != "" && (box.Min.X < -0.1 || box.Min.X > 1.1 || box.Max.X > 18 || box.Min.Y < -17 || box.Max.Y > 6) {
			t.Errorf("%c: got %v, want it from 0 on, between -17 and 6", r, box)
		}
	}
	for r, other := range alike {
		if _, ok := glyphs[other]; !ok {
			t.Errorf("%c is to look as %c, which is not there", r, other)
		}
	}
	for r, m := range marks {
		left := trace.MaxPoints
		f := trace.Flattener{Matrix: trace.Identity, Tolerance: 0.1, Left: &left}
		if err := f.Path(m.path); err != nil || !unicode.Is(unicode.Mn, r) {
			t.Errorf("U+%04X: %v", r, err)
		}
	}
}

// FuzzTextInput sets anything: nothing of it is outside of all bounds.
func FuzzTextInput(f *testing.F) {
	f.Add("Ωmega, ёлка & ñandú\n\t…")
	f.Add("a\u0301\u0301\u0301\u0327\U0001f389\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		set := Set(text)
		strokes, err := set.Strokes(trace.Identity, 0.1, 2, ink)
		if err != nil {
			return // too much, or too far up
		}
		for s := range trace.Segments(strokes, 0) {
			if err := canvas.Check(s); err != nil {
				t.Fatalf("%+v: %v", s, err)
			}
		}
		if len(set.Unknown()) > maxUnknown {
			t.Errorf("got %d names", len(set.Unknown()))
		}
	})
}
