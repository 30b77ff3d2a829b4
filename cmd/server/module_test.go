package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
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

// What a device tells of a stroke, event by event, and how hard the hand pressed
// by then.
func TestPressure(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, events string
		want         []float64
	}{
		{"mouse", `{"pointerType":"mouse","pressure":0.5},{"pointerType":"mouse","pressure":0}`, []float64{1, 1}},
		{"trackpad of Safari", `{"pointerType":"mouse","pressure":0.5,"webkitForce":1.75},{"pointerType":"mouse","pressure":0,"webkitForce":0}`, []float64{1.75, 1.75}},
		{"mouse of Safari, which does not press", `{"pointerType":"mouse","pressure":0.5,"webkitForce":0}`, []float64{1}},
		{"pen that is lifted", `{"pointerType":"pen","pressure":0.125},{"pointerType":"pen","pressure":0}`, []float64{0.625, 0.625}},
		{"pen that says nothing at first", `{"pointerType":"pen","pressure":0},{"pointerType":"pen","pressure":0.25}`, []float64{1, 0.75}},
		{"pen that presses harder and harder", `{"pointerType":"pen","pressure":0.5},{"pointerType":"pen","pressure":1}`, []float64{1, 1.5}},
		{"pen without pressure", `{"pointerType":"pen","pressure":0},{"pointerType":"pen","pressure":0}`, []float64{1, 1}},
		{"pen that always says half", `{"pointerType":"pen","pressure":0.5},{"pointerType":"pen","pressure":0}`, []float64{1, 1}},
		{"finger that cannot press", `{"pointerType":"touch","pressure":0.5},{"pointerType":"touch","pressure":0}`, []float64{1, 1}},
		{"finger on a screen that says all or nothing", `{"pointerType":"touch","pressure":1},{"pointerType":"touch","pressure":0}`, []float64{1, 1}},
		{"finger that presses as hard as it can", `{"pointerType":"touch","pressure":0.75},{"pointerType":"touch","pressure":1},{"pointerType":"touch","pressure":0}`, []float64{1.25, 1.5, 1.5}},
	}
	p := modulePage(t)
	for _, tt := range tests {
		got := eval[[]float64](p, `import("/static/pressure.js").then(({ Pressure }) => {
			const pressure = new Pressure();
			return JSON.parse(%s).map((event) => (pressure.feel(event), pressure.force));
		})`, "["+tt.events+"]")
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, expression, want string }{
		{"name", `displayName({ username: " Zoë " })`, "Zoë"},
		{"no name", `displayName({})`, "somebody"},
		{"no peer", `displayName(undefined)`, "somebody"},
		{"name of another type", `displayName({ username: ["x"] })`, "somebody"},
		{"name of nothing visible", `displayName({ username: "\u202e\u0007 \u200b" })`, "somebody"},
		{"name that turns the line around", `displayName({ username: "a\u202eb" })`, "ab"},
		{"initials", `initialsOf("Ana maria Bo")`, "AB"},
		{"initial", `initialsOf("zoë")`, "z"},
		{"initial that is not composed", `initialsOf("E\u0301lodie")`, "E\u0301"},
		{"initials of marks within words", `initialsOf("Rene\u0301e Zoe\u0308b")`, "RZ"},
		{"initial of a word of two parts", `initialsOf("علی\u200cرضا")`, "ع"},
		{"initial that is a family", `initialsOf("👨\u200d👩\u200d👧 🙂")`, "👨\u200d👩\u200d👧"},
		{"initial of a flag and letters", `initialsOf("🇩🇪 Bo")`, "B"},
		{"link open", `linkWords({ state: "open" }, "Ana")`, "connected"},
		{"link connecting", `linkWords({ state: "connecting" }, "Ana")`, "connecting to Ana…"},
		{"link unsteady", `linkWords({ state: "unsteady" }, "Ana")`, "not answering just now"},
		{"link lost, ours to mend", `linkWords({ state: "lost", until: Date.now() + 3500 }, "Ana")`, "lost, trying again in 4 s"},
		{"link lost, theirs to mend", `linkWords({ state: "lost", until: 0 }, "Ana")`, "lost, waiting for Ana"},
		{"stream connected", `signalingWords({ state: "connected" })`, "Connected to the server"},
		{"stream connecting", `signalingWords({ state: "connecting" })`, "Connecting to the server…"},
		{"stream waiting", `signalingWords({ state: "waiting", until: Date.now() + 3500 })`, "Reconnecting to the server in 4 s"},
		{"stream about to try", `signalingWords({ state: "waiting", until: Date.now() - 100 })`, "Reconnecting to the server in 1 s"},
		{"room full", `signalingWords({ state: "full", until: Date.now() + 3500 })`, "This room is full, trying again in 4 s"},
		{"no WebRTC", `signalingWords({ state: "unable" })`,
			"WebRTC is switched off in this browser, by a setting or an extension: nobody else can see what you draw here"},
		{"stream held back", `signalingWords(waiting({ kind: "held" }))`, "Something between you and the server holds messages back, trying again in 4 s"},
		{"sign in first", `signalingWords(waiting({ kind: "stranger" }))`,
			"What answers is not the server, perhaps a network that wants you to sign in, trying again in 4 s"},
		{"busy", `signalingWords(refused(429, "too many requests"))`, "The server is busy, trying again in 4 s"},
		{"password of a proxy", `signalingWords(refused(407, ""))`,
			"Something before the server asks for a password (407), which drawmesh cannot give it, trying again in 4 s"},
		{"gateway", `signalingWords(refused(504, "Gateway Timeout"))`, "The server is out of reach (504), trying again in 4 s"},
		{"refused in words", `signalingWords(refused(403, "a username is required"))`,
			"The server answered “a username is required” (403), trying again in 4 s"},
		{"refused without words", `signalingWords(refused(418, ""))`, "The server answered 418, trying again in 4 s"},
		{"token worn out", `signalingWords(waiting({ kind: "refused", status: 403, said: "bad or expired token", ours: true }))`,
			"Reconnecting to the server in 4 s"},
		{"another failure", `signalingWords(waiting(new TypeError("Failed to fetch")))`, "Reconnecting to the server in 4 s"},
		{"alone", `countWords({ state: "connected" }, 0)`, "Just you"},
		{"connecting, alone or not", `countWords({ state: "connecting" }, 0)`, "Connecting…"},
		{"waiting, alone or not", `countWords({ state: "waiting" }, 0)`, "Not connected"},
		{"the server is away, and three are linked", `countWords({ state: "waiting" }, 2)`, "3 here"},
		{"full", `countWords({ state: "full" }, 0)`, "Room full"},
		{"in another tab", `countWords({ state: "replaced" }, 0)`, "Not connected"},
		{"drawing, alone", `drawingWords(drawn(0, true), [], true)`, "Drawing 01234567"},
		{"drawing, all have it", `drawingWords(drawn(2, true), [], true)`, "Drawing 01234567, the same for all"},
		{"drawing, some cannot tell", `drawingWords(drawn(2, true), [], false)`, "Drawing 01234567, the same for 2 others"},
		{"drawing, one of some can tell", `drawingWords(drawn(1, true), [], false)`, "Drawing 01234567, the same for one other"},
		{"drawing on its way", `drawingWords(drawn(2, false), [], true)`, "Drawing 01234567, being compared…"},
		{"drawing of somebody differs", `drawingWords(drawn(2, false), ["Ana"], true)`, "Drawing 01234567 differs from that of Ana"},
		{"plain peer that draws too much", `faultWords({ lost: true }, "Ana")`, "Ana draws too much at once: some of it is lost"},
		{"drawing that differs somewhere", `faultWords({ site: "", n: 0, ours: "0123456789abcdef", theirs: "fedcba9876543210" }, "Ana")`,
			"Ana has another drawing (fedcba98, here 01234567) although nothing is missing"},
		{"site that stays", `faultWords({ site: "0aZ9bY8cX7d", n: 0, ours: "0123456789abcdef", theirs: "fedcba9876543210" }, "Ana")`,
			"Ana has other entries of site 0aZ9bY8cX7d (fedcba98, here 01234567); yours stay"},
		{"site that was taken over", `faultWords({ site: "0aZ9bY8cX7d", n: 7, ours: "", theirs: "" }, "Ana")`,
			"Entry 7 of site 0aZ9bY8cX7d was told in two ways; Ana's is taken over"},
		{"too many tabs", `signalingWords({ state: "crowded" })`, "Other tabs have all the connections that a browser makes to a server without encryption: close one, or use https"},
		{"replaced", `signalingWords({ state: "replaced" })`, "This drawing is open in another tab"},
		{"offline", `signalingWords({ state: "waiting", until: Date.now() + 1500 }, false)`,
			"You are offline: others see what you draw once you are back"},
		{"all reachable", `reachWords([{ isUnreachable: false, peer: { username: "Ana" } }], false)`, ""},
		{"one unreachable", `reachWords([bad("Ana"), good, good], false)`,
			"2 of 3 people reachable: Ana cannot be reached, their network may need TURN"},
		{"several unreachable", `reachWords([bad("Cy"), bad("Ana"), good, bad("Bo")], false)`,
			"1 of 4 people reachable: Ana, Bo and Cy cannot be reached, their networks may need TURN"},
		{"unreachable by TURN", `reachWords([bad("Ana")], true)`, "0 of 1 people reachable: Ana cannot be reached"},
	}
	p := modulePage(t)
	for _, tt := range tests {
		got := eval[string](p, `import("/static/people.js").then(({ countWords, displayName, drawingWords, faultWords, initialsOf, linkWords, reachWords, signalingWords }) => {
			const bad = (username) => ({ isUnreachable: true, peer: { username } });
			const waiting = (why) => ({ state: "waiting", until: Date.now() + 3500, why });
			const refused = (status, said) => waiting({ kind: "refused", status, said, ours: false });
			const drawn = (synced, agree) => ({ sum: "0123456789abcdef", synced, agree });
			const good = { isUnreachable: false, peer: { username: "Zoe" } };
			return `+tt.expression+`;
		})`)
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A retry waits 1, 2, 4, 8, then 15 seconds, give or take 30 %, and not every
// time the same.
func TestBackoff(t *testing.T) {
	t.Parallel()
	delays := eval[[][]float64](modulePage(t), `import("/static/backoff.js").then(({ backoff }) =>
		[1, 2, 3, 4, 5, 6, 100].map((failures) => Array.from({ length: 200 }, () => backoff(failures))))`)
	for i, want := range []float64{1000, 2000, 4000, 8000, 15000, 15000, 15000} {
		seen := make(map[float64]bool)
		for _, got := range delays[i] {
			seen[got] = true
			if got < 0.7*want || got > 1.3*want {
				t.Errorf("row %d: got %v ms, want %v ± 30 %%", i, got, want)
			}
		}
		if len(seen) < 100 {
			t.Errorf("row %d: got %d different delays of 200", i, len(seen))
		}
	}
}

// An event stream is read as the HTML standard says, section 9.2.6, wherever it is
// cut into pieces.
func TestEvents(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, stream string
		want         string // name, data and id of each event
	}{
		{"an event", "event: ping\ndata: {}\nid: 7\n\n", `ping {} 7`},
		{"CR", "event: ping\rdata: {}\r\r:", `ping {} `},
		{"CRLF", "event: ping\r\ndata: {}\r\n\r\n", `ping {} `},
		{"no blank behind the colon", "event:ping\ndata:{}\n\n", `ping {} `},
		{"one blank of two", "data:  x\n\n", `message  x `},
		{"lines of data", "data: a\ndata:\ndata: b\n\n", "message a\n\nb "},
		{"a field without a colon", "data\n\n", `message  `},
		{"no data, no event", "event: ping\n\ndata: x\n\n", `message x `},
		{"an id lasts", "id: 1\ndata: a\n\ndata: b\n\n", `message a 1|message b 1`},
		{"an id without data", "id: 1\n\ndata: b\n\n", `message b 1`},
		{"an id with a NUL", "id: 1\nid: \x00\ndata: a\n\n", `message a 1`},
		{"comments and what is not known", ": hello\nretry: 10\nfoo: bar\ndata: a\n\n", `message a `},
		{"half an event", "data: a\n\ndata: b\n", `message a `},
		{"beyond ASCII", "data: Zoë \u2028 💜\n\n", "message Zoë \u2028 💜 "},
	}
	p := modulePage(t)
	for _, tt := range tests {
		got := eval[[]string](p, `import("/static/request.js").then(({ Events }) => {
			const text = %s, seen = new Set();
			for (let cut = 0; cut <= text.length; cut++) for (let next = cut; next <= text.length; next++) {
				const events = [];
				const reader = new Events(({ name, data, id }) => events.push(name + " " + data + " " + id));
				for (const piece of [text.slice(0, cut), text.slice(cut, next), text.slice(next)]) reader.feed(piece);
				seen.add(events.join("|"));
			}
			return [...seen];
		})`, tt.stream)
		if len(got) != 1 || got[0] != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
