package main

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"drawmesh/signaling"
)

// cleanNames is what the page makes of names, which are text of JSON: Go has no
// string for half of a surrogate pair.
func cleanNames(p *page, names string) []string {
	p.t.Helper()
	return eval[[]string](p, `import("/static/names.js").then(({ cleanName }) => JSON.parse(%s).map(({ name }) => cleanName(name)))`, names)
}

// Whatever somebody calls themselves, page and server make the same of it: also
// at both ends of all ranges that the rule knows.
func TestNamesAsGo(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	type named struct {
		Name string `json:"name"`
	}
	names := make([]named, 10_000)
	for i := range names {
		var b strings.Builder
		for range 1 + random.IntN(1+random.IntN(90))/2 {
			b.WriteRune(oddRune(random))
		}
		names[i].Name = b.String()
	}
	data, err := json.Marshal(names)
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for i, got := range cleanNames(modulePage(t), string(data)) {
		want := signaling.CleanName(names[i].Name)
		if got != want {
			t.Errorf("%+q: the page has %+q, Go has %+q", names[i].Name, got, want)
		}
		if got != names[i].Name {
			changed++
		}
	}
	if changed < len(names)/10 || changed > len(names)*19/20 {
		t.Errorf("%d of %d names are changed: the test says little", changed, len(names))
	}
}

// oddRune is one of those that the rule is about, or one beside them.
func oddRune(random *rand.Rand) rune {
	near := []rune{
		0, 0x20, '#', '*', '0', '9', 0x7f, 0x9f, 0xa9, 0xad, 0xae, 0x34f, 0x600, 0x61c, 0x7ff, 0x840, 0xdff, 0x1000, 0x109f,
		0x115f, 0x1160, 0x1700, 0x17b4, 0x180b, 0x180f, 0x18af, 0x1a00, 0x1aaf, 0x1b00, 0x1c4f, 0x1cd0, 0x1cff, 0x2000, 0x200b,
		0x200f, 0x2028, 0x202e, 0x203c, 0x2049, 0x205f, 0x2060, 0x206f, 0x2122, 0x2139, 0x2190, 0x21ff, 0x2300, 0x23ff, 0x24c2,
		0x25a0, 0x27bf, 0x2800, 0x2900, 0x297f, 0x2b00, 0x2bff, 0x3000, 0x3030, 0x303d, 0x3164, 0x3297, 0x3299, 0x3400, 0x9fff,
		0xa800, 0xa840, 0xa87f, 0xa8ff, 0xa930, 0xa95f, 0xa980, 0xa9ff, 0xaa00, 0xaa60, 0xaa7f, 0xaae0, 0xaaff, 0xabc0, 0xabff,
		0xd7ff, 0xe000, 0xf900, 0xfaff, 0xfb50, 0xfdcf, 0xfdd0, 0xfdef, 0xfe00, 0xfe0f, 0xfe70, 0xfefc, 0xfeff, 0xffa0, 0xfff0, 0xffff,
		0x10a00, 0x10a5f, 0x10ac0, 0x10aff, 0x10b80, 0x10baf, 0x10d00, 0x10d3f, 0x10ec0, 0x10fdf, 0x11000, 0x11fff, 0x13430, 0x1343f,
		0x1bca0, 0x1bca3, 0x1d159, 0x1d173, 0x1d17a, 0x1e900, 0x1e95f, 0x1f000, 0x1f1e6, 0x1f1ff, 0x1f3fb, 0x1f3ff, 0x1faff,
		0x1fc00, 0x1fffd, 0x1ffff, 0x20000, 0x3ffff, 0xe0000, 0xe0030, 0xe0039, 0xe0061, 0xe007a, 0xe007f, 0xe0100, 0xe01ef, 0xe0fff, 0x10ffff,
	}
	often := []rune("aé علیक\u0301\u20dd\u094d\u0ac0\u200c\u200d\u200d❤👨👩🏽🔥🏴🇩🇪7葛ᠠက\ufe0f\ufe0e\ufe00\U000e0100\u180b" +
		"\U000e0067\U000e0062\U000e0073\U000e007f\U0001f3f4")
	if random.IntN(8) > 0 {
		return often[random.IntN(len(often))]
	}
	r := near[random.IntN(len(near))] + rune(random.IntN(3)-1)
	if r < 0 || r >= 0xd800 && r < 0xe000 || r > 0x10ffff {
		return 'a'
	}
	return r
}

// What the server would refuse is refused at once and in the same words, and the
// name stays; what is stored and is no name is not even tried.
func TestNameThatIsNone(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).open(server.url + "/studio")
	p.wait(`document.documentElement.dataset.signaling === "connected"`)
	name := eval[string](p, `document.querySelector("#name").value`)
	rename := `((field) => { field.value = %s; field.dispatchEvent(new Event("change")); })(document.querySelector("#name"))`
	for _, none := range []string{"", " ", "\u200b", "\u3164", "\u202e\u2066 \ufe0f", "\u0301"} {
		eval[any](p, `document.querySelector("#notice").textContent = ""`)
		eval[any](p, rename, none)
		said := eval[string](p, `document.querySelector("#notice").textContent`)
		if strings.ToLower(said) != signaling.ErrNoName.Error() {
			t.Errorf("%+q: the page says %q, want what the server says: %v", none, said, signaling.ErrNoName)
		}
		if got := eval[string](p, `document.querySelector("#name").value`); got != name {
			t.Errorf("%+q: got the name %+q, want %q as before", none, got, name)
		}
	}

	t.Log("of a name that is one, what cannot be shown goes, and no family is torn")
	family := "👨\u200d👩\u200d👧"
	eval[any](p, rename, "\u202e"+family+"\u200b")
	if got := eval[string](p, `document.querySelector("#name").value`); got != family {
		t.Errorf("got %+q in the field, want %+q", got, family)
	}
	eval[any](p, rename, strings.Repeat("💜", 70))
	if got := eval[string](p, `document.querySelector("#name").value`); got != strings.Repeat("💜", 64) {
		t.Errorf("got %q in the field, want 64 hearts", got)
	}

	t.Log("a stored one that is none")
	eval[any](p, `localStorage.setItem("drawmesh.name", "\u200b")`)
	p.do(chromedp.Reload())
	p.wait(`document.documentElement.dataset.signaling === "connected" && / /.test(document.querySelector("#name").value)`)
}
