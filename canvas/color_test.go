package canvas

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// What Chromium accepts and we refuse: it depends on the page or the system, is
// computed, or needs color management.
var refused = []string{
	"calc(", "currentcolor", "canvastext", "highlight", "buttonface",
	"lab(", "lch(", "color(", "color-mix(", "from",
}

// The table is what Chromium 156 made of each string: whether a canvas took
// it, and the pixel it filled.
func TestColorsAsChromium(t *testing.T) {
	var cases []struct {
		S  string
		OK bool
		Px [4]uint8
	}
	data, err := os.ReadFile("testdata/colors-chromium.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) < 100 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, tt := range cases {
		t.Run(tt.S, func(t *testing.T) {
			want := tt.OK
			for _, r := range refused {
				want = want && !strings.Contains(strings.ToLower(tt.S), r)
			}
			got, err := ParseColor(tt.S)
			if (err == nil) != want {
				t.Fatalf("got error %v, want %t", err, want)
			}
			if !want {
				return
			}
			// The canvas keeps colors multiplied by alpha, and so coarser.
			px := [4]uint8{got.R, got.G, got.B, got.A}
			for i, v := range px {
				tolerance := 0
				if i < 3 && got.A == 0 {
					tolerance = 255
				} else if i < 3 && got.A < 255 {
					tolerance = 255/(2*int(got.A)) + 1
				}
				if d := int(v) - int(tt.Px[i]); d > tolerance || -d > tolerance {
					t.Errorf("got %v, want %v", px, tt.Px)
				}
			}
		})
	}
}

func TestColorNormalForm(t *testing.T) {
	for s, want := range map[string]string{
		"Red": "#ff0000", "rgb(12.5,13.5,254.5)": "#0d0eff", "#F0A8": "#ff00aa88",
		"rgb(10+20-30)": "#0a1400", "rgb(10%20%30%)": "#1a334d", "rgb(1e999,-1e999,0)": "#ff0000",
		"transparent": "#00000000", "rebeccapurple": "#663399", "hsl(120 100% 25% / 50%)": "#00800080",
	} {
		c, err := ParseColor(s)
		if err != nil || c.String() != want {
			t.Errorf("%s: got %s, %v, want %s", s, c, err, want)
		}
	}
}

func TestColorRefuses(t *testing.T) {
	for _, s := range []string{
		"blac\u212a", "\u00a0red", "rgb(1,2,3)x", "rgb(1,2,3))", "rgb(1,2,3,)", "rgb(,1,2,3)", "rgb(1 2 3 /)", "rgb(1/2/3)",
		"rgb(1px 2 3)", "rgb(1deg 2 3)", "hsl(1,2%,3%,4deg)", "rgb(1,2,3,none)", "rgb(nonenone 2 3)", "rgb(1 2 3 4)", "#+12", "rgb((1,2,3)",
		"hwb(1deg,2%,3%)", "hsl(20% 20% 20%)", "#" + strings.Repeat("0", 1000), "red" + strings.Repeat(" ", 126),
	} {
		if c, err := ParseColor(s); err == nil {
			t.Errorf("%q is %v", s, c)
		}
	}
}

func FuzzColor(f *testing.F) {
	for _, s := range []string{"red", "#f0a", "rgb(1 2 3 / 50%)", "hsl(-1turn,20%,30%)", "rgb(1e999,0,0)", "#+12", "hwb(0 1e9% 1e9%)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseColor(s)
		if err != nil {
			return
		}
		if again, err := ParseColor(c.String()); err != nil || again != c {
			t.Errorf("%q is %v, but its normal form %s is %v, %v", s, c, c, again, err)
		}
	})
}
