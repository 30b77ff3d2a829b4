package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"drawmesh/canvas"
)

// The page's modules, one at a time in a real browser, against the Go halves
// and tables of literals.

// modulePage is a page without anything on it, of the server's origin.
func modulePage(t *testing.T) *page {
	t.Helper()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	return newBrowser(t).open(server.url + "/healthz")
}

// readWire is what the page makes of messages: the wire form of the operation
// that each one is, or "" where it is refused.
func readWire(p *page, messages []string) []string {
	p.t.Helper()
	return eval[[]string](p, `import("/static/wire.js").then(({ parse, format }) =>
		%s.map(parse).map((op) => op ? format(op) : ""))`, messages)
}

func TestWire(t *testing.T) {
	t.Parallel()
	const (
		segment = `{"event":"draw","lastPoint":{"x":125,"y":136},"x":150,"y":153,"force":1,"color":"#9900ff"}`
		preview = `{"event":"drawRect","origin":{"x":450,"y":293},"color":"#45818e","width":50,"height":-25}`
		rect    = `{"event":"drawRect","commit":true,"origin":{"x":380,"y":248},"color":"#45818e","width":70,"height":45,"lineWidth":3.5}`
	)
	tests := []struct{ name, message, want string }{
		{"draw", segment, segment},
		{"preview", preview, preview},
		{"rect", rect, rect},
		{"clear", `{"event":"clear"}`, `{"event":"clear"}`},
		{"article dialect", `{"lastPoint":{"x":125,"y":136},"x":150,"y":153,"color":"rgb(152.6, 0.2, 254.9)"}`, segment},
		{"force null", strings.Replace(segment, `"force":1`, `"force":null`, 1), segment},
		{"force 0", strings.Replace(segment, `"force":1`, `"force":0`, 1), segment},
		{"numbers in strings", strings.Replace(segment, `"x":150`, `"x":" +1.5e2 "`, 1), segment},
		{"rect without a line width", strings.Replace(rect, `,"lineWidth":3.5`, ``, 1), strings.Replace(rect, "3.5", "2", 1)},
		{"extra members", strings.Replace(segment, `{"event"`, `{"n":41,"t":107,"event"`, 1), segment},
		{"no JSON", `{`, ""},
		{"no object", `7`, ""},
		{"null", `null`, ""},
		{"unknown event", `{"event":"dance"}`, ""},
		{"event null", strings.Replace(segment, `"draw"`, `null`, 1), ""},
		{"no lastPoint", `{"event":"draw","x":1,"y":2,"color":"red"}`, ""},
		{"x a word", strings.Replace(segment, `"x":150`, `"x":"wide"`, 1), ""},
		{"x hexadecimal", strings.Replace(segment, `"x":150`, `"x":"0x10"`, 1), ""},
		{"x true", strings.Replace(segment, `"x":150`, `"x":true`, 1), ""},
		{"x beyond", strings.Replace(segment, `"x":150`, `"x":1000001`, 1), ""},
		{"x infinite", strings.Replace(segment, `"x":150`, `"x":1e999`, 1), ""},
		{"force beyond", strings.Replace(segment, `"force":1`, `"force":4.01`, 1), ""},
		{"color none", strings.Replace(segment, `#9900ff`, `none`, 1), ""},
		{"line width 0", strings.Replace(rect, "3.5", "0", 1), ""},
		{"line width beyond", strings.Replace(rect, "3.5", "513", 1), ""},
	}
	messages := make([]string, len(tests))
	for i, tt := range tests {
		messages[i] = tt.message
	}
	for i, got := range readWire(modulePage(t), messages) {
		if got != tests[i].want {
			t.Errorf("%s: got %s, want %s", tests[i].name, got, tests[i].want)
		}
	}
}

// Whatever arrives, the page takes the same for an operation as Go does, with
// the same values: else two pictures of one room would differ.
func TestWireAsGo(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	messages := make([]string, 20000)
	for i := range messages {
		messages[i] = randomMessage(random)
	}
	accepted := 0
	for i, got := range readWire(modulePage(t), messages) {
		want := ""
		if op, err := canvas.ParseOp([]byte(messages[i])); err == nil {
			want = string(canvas.AppendOp(nil, op))
			accepted++
		}
		if got != want {
			t.Errorf("%s: the page has %s, Go has %s", messages[i], got, want)
		}
	}
	if accepted < len(messages)/10 || accepted > len(messages)*9/10 {
		t.Errorf("%d of %d messages are operations: the test says little", accepted, len(messages))
	}
}

// randomMessage is a message that is nearly one.
func randomMessage(random *rand.Rand) string {
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	mostly := func(usual string, odd ...string) string {
		if random.IntN(12) > 0 {
			return usual
		}
		return one(odd...)
	}
	number := func() string {
		if random.IntN(3) > 0 {
			return fmt.Sprintf("%.*f", random.IntN(4), 2000*random.Float64()-500)
		}
		return mostly(one("0", "-0", "1e3", "1e-7", `"12"`, `" 1.5 "`, `".5"`, `"+7"`, "1000000", "-1000000", "0.30000000000000004"),
			"1e7", "-1000000.5", "1e400", "null", "true", `""`, `"1."`, `"0x1"`, `"Infinity"`, "[1]", "{}", `"1 2"`, `"\u00a01"`)
	}
	point := func() string {
		return mostly(`{"x":`+number()+`,"y":`+number()+`}`, "null", "[1,2]", "{}", `"1,2"`, `{"X":1,"y":2}`)
	}
	color := func() string {
		return mostly(one(`"#9900ff"`, `"#F0A"`, `"#12345678"`, `"rgb(1.5, 2.5, 254.5)"`, `"rgba(1,2,3,.4)"`, `" Tomato "`, `"hsl(200.5 45.5% 50%)"`, `"transparent"`, `"#ffffff00"`),
			`"#12345"`, "7", "null", `"none"`, `"rgb(1,2)"`, `"currentcolor"`, `"blac\u212a"`, `"calc(1)"`, `"lab(50 40 -30)"`)
	}
	members := []string{mostly(`"color":`+color(), `"colour":"red"`)}
	add := func(name, value string) { members = append(members, `"`+name+`":`+value) }
	if random.IntN(2) == 0 {
		if random.IntN(3) > 0 {
			add("event", mostly(`"draw"`, `"Draw"`, "null", "1", `"dr\u0061w"`))
		}
		add("lastPoint", point())
		add("x", number())
		add("y", number())
		if random.IntN(2) == 0 {
			add("force", mostly(fmt.Sprintf("%.2f", 4.2*random.Float64()), "null", "0", "-1", `"2"`, `""`, "false", "[]", "1e-200"))
		}
	} else {
		add("event", `"drawRect"`)
		add("origin", point())
		add("width", number())
		add("height", number())
		if random.IntN(2) == 0 {
			add("commit", mostly("true", "false", "1", `"true"`, "null"))
		}
		if random.IntN(2) == 0 {
			add("lineWidth", mostly(fmt.Sprintf("%.2f", 600*random.Float64()), "null", "0", "-1", `"2"`, `""`, "true"))
		}
	}
	random.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return mostly("{"+strings.Join(members, one(",", " , "))+"}", "{", "[]", `{"event":"clear"}`, `{"event":"clear","x":}`)
}

// The browser reads colors itself, so what it was measured to read is what the
// page may accept; and what it accepts, Go has to accept.
func TestColors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../canvas/testdata/colors-chromium.json")
	if err != nil {
		t.Fatal(err)
	}
	var measured []struct {
		S  string
		OK bool
		Px [4]uint8
	}
	if err := json.Unmarshal(data, &measured); err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(measured))
	for i, m := range measured {
		texts[i] = m.S
	}
	got := eval[[]*string](modulePage(t), `import("/static/color.js").then(({ parseColor }) => %s.map(parseColor))`, texts)
	accepted := 0
	for i, m := range measured {
		c, err := canvas.ParseColor(m.S)
		if (err == nil) != (got[i] != nil) {
			t.Errorf("%q: Go says %v, %v, the page %v", m.S, c, err, got[i])
			continue
		}
		if got[i] == nil {
			continue
		}
		accepted++
		if want := c.String(); *got[i] != want || !m.OK {
			t.Errorf("%q: got %s, want %s", m.S, *got[i], want)
		}
		// Of translucent ones a canvas keeps the product with alpha, rounded.
		if want := fmt.Sprintf("#%02x%02x%02x", m.Px[0], m.Px[1], m.Px[2]); m.Px[3] == 255 && *got[i] != want {
			t.Errorf("%q: got %s, want %s as measured", m.S, *got[i], want)
		}
	}
	if accepted < 60 {
		t.Errorf("got %d colors accepted, want most of %d", accepted, len(measured))
	}
}
