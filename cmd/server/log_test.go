package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
)

// The page's log against Go's: what one of them takes, makes of it and sends,
// the other does as well. testdata/log.js is the page's side.

// A step is something that happens to a log.
type step struct {
	Do   string           `json:"do"`
	Now  uint64           `json:"now"`
	From canvas.PublicKey `json:"from,omitzero"` // who says Text
	Text string           `json:"text,omitempty"`
	Data []byte           `json:"data,omitempty"`
	K    uint32           `json:"k,omitempty"`
	By   string           `json:"by,omitempty"`
}

// A schedule is a log in Go to which steps have happened, and the others that
// it heard them from.
type schedule struct {
	random  *rand.Rand
	seed    [32]byte // of the log's signer
	log     *canvas.Log
	others  []*canvas.Log
	now     uint64
	sent    []step // by the others
	k       uint32 // the stroke that the log draws
	steps   []step
	results []string // of the steps, in Go
}

func newSchedule(seed uint64) *schedule {
	s := emptySchedule(seed)
	for range 3 {
		s.others = append(s.others, canvas.NewLog(canvas.NewSigner()))
	}
	for range 250 {
		s.step()
	}
	s.ownSign()
	return s
}

func emptySchedule(seed uint64) *schedule {
	s := &schedule{random: rand.New(rand.NewPCG(seed, 7)), now: canvas.Ticks(time.Unix(1_800_000_000, 0))}
	s.seed[0] = byte(seed)
	s.log = canvas.NewLog(canvas.NewSignerFromSeed(s.seed))
	return s
}

// step lets something happen.
func (s *schedule) step() {
	s.now += s.random.Uint64N(1000)
	other := s.others[s.random.IntN(len(s.others))]
	switch p := s.random.IntN(100); {
	case p < 35:
		s.otherWrites(other)
	case p < 70 && len(s.sent) > 0:
		s.hear(s.sent[max(0, len(s.sent)-1-s.random.IntN(12))])
	case p < 75:
		s.tell(s.others[s.random.IntN(len(s.others))], other)
	case p < 78:
		s.ownSign()
		s.tell(s.log, other)
	case p < 82:
		have := s.log.Have().Sites
		if s.random.IntN(4) == 0 {
			have = s.others[s.random.IntN(len(s.others))].Have().Sites // and thus, perhaps, a gap
		}
		for f := range other.Frames(have) {
			s.frame(f)
		}
	default:
		s.write(p)
	}
}

// tell gives one log what another holds.
func (s *schedule) tell(from, to *canvas.Log) {
	to.TakeClear(from.LastClear(), s.now)
	for f := range from.Frames(to.Have().Sites) {
		to.Merge(f, s.now)
	}
}

func (s *schedule) frame(f []byte) {
	st := step{Do: "frame", Data: f}
	s.note(st, merged(s.log.Merge(f, s.now)))
}

// merged is what a frame came to.
func merged(m canvas.Merged, err error) string {
	if err != nil {
		return "refused"
	}
	return fmt.Sprintf("merged %d %d %d %d", len(m.Taken), m.Gaps, m.Early, m.Bad)
}

func (s *schedule) otherWrites(other *canvas.Log) {
	have, _ := other.Holds(other.Site())
	switch p := s.random.IntN(40); {
	case p < 1:
		c, _, _ := other.Clear(s.now)
		s.sent = append(s.sent, step{Do: "heard", From: other.PublicKey(), Text: string(canvas.AppendMessage(nil, c))})
		return
	case p < 4:
		other.Undo(other.Undoable(), s.now)
	case p < 6:
		other.Redo(other.Redoable(), s.now)
	case p < 12:
		other.Adopt("plain-1", segmentOf(s.random.IntN(20)), s.now)
	case p < 15:
		other.Write(canvas.Other{Name: "sticker", Payload: `{"text":"é","x":[1,2.5]}`}, 0, s.now)
	default:
		for range 1 + s.random.IntN(3) {
			k := uint32(0)
			if s.random.IntN(3) > 0 {
				k = other.Undoable()
			}
			other.Draw(s.op(), k, s.now)
		}
	}
	other.Sign()
	var lines []string
	forwarded := s.random.IntN(3) == 0
	for _, r := range other.Runs(other.Site(), have+1) {
		lines = append(lines, string(r.Live(nil, forwarded)))
	}
	if text := strings.Join(lines, "\n"); text != "" {
		s.sent = append(s.sent, step{Do: "heard", From: other.PublicKey(), Text: text})
	}
}

// segmentOf is one of a few segments, which several peers hear.
func segmentOf(i int) canvas.Segment {
	return canvas.Segment{To: canvas.Point{X: float64(i), Y: 1}, Force: 1, Color: canvas.Color{R: 9, A: 255}}
}

func (s *schedule) op() canvas.Shape {
	at := func() float64 { return 2000*s.random.Float64() - 500 }
	c := canvas.Color{R: uint8(s.random.IntN(256)), A: uint8(255 - s.random.IntN(2)*100)}
	if s.random.IntN(4) == 0 {
		return canvas.Rect{Origin: canvas.Point{X: at(), Y: at()}, Width: at(), Height: at(), LineWidth: 3.5, Color: c}
	}
	from := canvas.Point{X: at(), Y: at()}
	return canvas.Segment{From: from, To: canvas.Point{X: from.X + s.random.Float64(), Y: at()}, Force: 0.1 + 3.9*s.random.Float64(), Color: c}
}

// hear hears what somebody sent, one verdict for each run and clear.
func (s *schedule) hear(st step) {
	var verdicts []string
	var entries []canvas.Entry
	for line := range strings.SplitSeq(st.Text, "\n") {
		m, err := canvas.ParseMessage([]byte(line))
		if err != nil {
			panic(err)
		}
		var v canvas.Verdict
		switch m := m.(type) {
		case canvas.Entry:
			entries = append(entries, m)
			continue
		case canvas.Clear:
			v, _ = s.log.TakeClear(m, s.now)
		case canvas.Head:
			if m.Site == (canvas.Site{}) {
				m.Site, m.Key = st.From.Site(), st.From
			}
			v, _, _ = s.log.TakeLive(entries, m, s.now, false)
			entries = nil
		}
		verdicts = append(verdicts, v.String())
	}
	s.note(st, strings.Join(verdicts, " "))
}

// write writes with the log's own pen.
func (s *schedule) write(p int) {
	result := func(e canvas.Entry, err error) string {
		if err != nil {
			return "refused"
		}
		return string(canvas.AppendMessage(nil, e))
	}
	switch {
	case p < 84:
		e, _, err := s.log.Undo(s.log.Undoable(), s.now)
		s.note(step{Do: "undo"}, result(e, err))
	case p < 86:
		e, _, err := s.log.Redo(s.log.Redoable(), s.now)
		s.note(step{Do: "redo"}, result(e, err))
	case p == 86 && s.random.IntN(4) == 0:
		s.ownSign() // what is wiped without a head is nobody's witness
		c, _, _ := s.log.Clear(s.now)
		s.k = 0
		s.note(step{Do: "clear"}, string(canvas.AppendMessage(nil, c)))
	case p < 90:
		op := segmentOf(s.random.IntN(20))
		e, err := s.log.Adopt("plain-1", op, s.now)
		s.note(step{Do: "adopt", By: "plain-1", Text: string(canvas.AppendOp(nil, op))}, result(e, err))
	default:
		if s.random.IntN(4) == 0 {
			s.k = 0
		}
		op := s.op()
		e, err := s.log.Draw(op, s.k, s.now)
		s.note(step{Do: "draw", K: s.k, Text: string(canvas.AppendOp(nil, op))}, result(e, err))
		s.k = e.K
	}
}

// ownSign signs what the log's own pen wrote.
func (s *schedule) ownSign() {
	s.log.Sign()
	s.note(step{Do: "sign"}, s.log.Digest().String())
}

func (s *schedule) note(st step, result string) {
	st.Now = s.now
	s.steps, s.results = append(s.steps, st), append(s.results, result)
}

// A logState is what the page says of its log.
type logState struct {
	Results            []string
	Have               canvas.Vector
	Digest             string
	Length             int
	Undoable, Redoable uint32
	Order              []string
	Frames, Missing    [][]byte
}

// stateOf is what Go says of its own.
func stateOf(log *canvas.Log) logState {
	st := logState{
		Have: log.Have().Sites, Digest: log.Digest().String(), Length: log.Len(),
		Undoable: log.Undoable(), Redoable: log.Redoable(), Order: []string{},
	}
	for e := range log.Paint(canvas.Key{}) {
		st.Order = append(st.Order, fmt.Sprintf("%s %d", e.Site, e.N))
	}
	return st
}

// logPage is a page from which testdata/log.js can be called.
func logPage(t testing.TB) *page {
	t.Helper()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	return newBrowser(t).open(between(t, server.url).url + "/healthz")
}

func replay(p *page, s *schedule, some canvas.Vector) logState {
	return eval[logState](p, `import("/testdata/log.js").then(({ replay }) => replay({ seed: %s, list: %s, some: %s }))`,
		s.seed[:], s.steps, some)
}

// Whatever happens to a log, the page's is then as Go's is, and so is each entry
// that it wrote and each answer that it gave.
func TestLogAsGo(t *testing.T) {
	t.Parallel()
	p := logPage(t)
	words := map[string]int{}
	for seed := range uint64(60) {
		s := newSchedule(seed)
		some := s.others[0].Have().Sites
		got, want := replay(p, s, some), stateOf(s.log)
		for i, result := range s.results {
			if got.Results[i] != result {
				t.Fatalf("seed %d, step %d: %+v: got %s, want %s", seed, i, s.steps[i], got.Results[i], result)
			}
			words[strings.SplitN(strings.TrimRight(result, "0123456789 "), ",", 2)[0]]++
		}
		frames, missing := got.Frames, got.Missing
		got.Results, got.Frames, got.Missing = nil, nil, nil
		if !maps.Equal(got.Have, want.Have) || !slices.Equal(got.Order, want.Order) || marshal(got) != marshal(want) {
			t.Fatalf("seed %d: got %s, want %s", seed, marshal(got), marshal(want))
		}
		wantFrames(t, s, canvas.NewLog(nil), frames)
		wantFrames(t, s, s.others[0], missing)
	}
	for _, word := range []string{"taken", "known", "gap", "merged", `{"event":"undo"`, `{"event":"clear"`} {
		if words[word] == 0 {
			t.Errorf("nothing came to %s: the test says little", word)
		}
	}
}

// wantFrames checks that a log that merges frames of another one then holds all
// of that.
func wantFrames(t *testing.T, s *schedule, log *canvas.Log, frames [][]byte) {
	t.Helper()
	log.TakeClear(s.log.LastClear(), s.now)
	for _, f := range frames {
		if _, err := log.Merge(f, s.now); err != nil {
			t.Fatal(err)
		}
	}
	if h := s.log.Have(); log.Lacks(h) {
		t.Errorf("got %v, want %v", log.Have(), h)
	}
}

// Messages that are nearly right are refused by both or by none, and mean the
// same.
func TestMessagesAsGo(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	messages := make([]string, 20000)
	for i := range messages {
		messages[i] = randomStamped(random)
	}
	got := eval[[]string](logPage(t), `import("/testdata/log.js").then(({ messages }) => messages(%s))`, messages)
	accepted := 0
	for i, text := range messages {
		want := ""
		if m, err := exchange.ParseMessage([]byte(text)); err == nil {
			want = string(exchange.AppendMessage(nil, m))
			accepted++
		}
		if got[i] != want {
			t.Errorf("%s: the page has %s, Go has %s", text, got[i], want)
		}
	}
	if accepted < len(messages)/10 || accepted > len(messages)*9/10 {
		t.Errorf("%d of %d messages are accepted: the test says little", accepted, len(messages))
	}
}

// randomStamped is a message between synced peers that is nearly one.
func randomStamped(random *rand.Rand) string {
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	mostly := func(usual string, odd ...string) string {
		if random.IntN(25) > 0 {
			return usual
		}
		return one(odd...)
	}
	const (
		a, b = "0aZ9bY8cX7dJx3kQ9aPz1A", "-_AAAAAAAAAAAAAAAAAAAQ"
		none = `"0aZ9bY8cX7dJx3kQ9aPz1B"` // bits are left over
	)
	key := func() string {
		return mostly(`"`+strings.Repeat("A", 42)+`E"`, `"`+strings.Repeat("A", 43)+`"`, `"`+strings.Repeat("A", 42)+`B"`, `"A"`, "null", "7")
	}
	sig := func() string {
		return mostly(`"`+strings.Repeat("_", 85)+`w"`, `"`+strings.Repeat("_", 86)+`"`, `"+"`, "null")
	}
	count := func() string {
		return mostly(one("5", "6", "7", "8"), "0", "-1", "1.5", "4294967294", "4294967295", "5e0", `"5"`, "null", "1e30", "5.0")
	}
	ticks := func() string {
		return mostly(one("9", "9007199254740991"), "9007199254740992", "0", "1.5", `"9"`, "null")
	}
	vector := func() string {
		return mostly(one("{}", `{"`+a+`":`+count()+`}`, `{"`+b+`":`+count()+`,"`+a+`":`+count()+`}`),
			"[]", "null", `{"short":1}`, `{`+none+`:1}`, `{"`+a+`":{}}`, "7")
	}
	sum := func() string {
		return mostly(`"0123456789abcdef0123456789abcdef"`, `"0123456789ABCDEF0123456789abcdef"`, `"123"`, "7", "null")
	}
	void := func() string {
		return one("", `,"void":`+mostly(one("[]", `["`+a+`"]`, `["`+b+`","`+a+`"]`), "7", `{}`, `[`+none+`]`, `[7]`))
	}
	clear := func() string { return `"t":` + ticks() + `,"key":` + key() + `,"sig":` + sig() }
	site := func() string { return mostly(`"`+a+`"`, none, `""`, "null", "1", `"`+strings.Repeat("A", 22)+`"`) }
	stamp := `,"n":` + count() + `,"t":` + ticks() + `,"k":` + count()
	if random.IntN(2) == 0 {
		stamp += `,"o":` + site()
	}
	switch random.IntN(10) {
	case 0:
		return `{"event":"have"` + one("", `,"all":true`, `,"all":1`) + `,"have":` + vector() + one("", `,"clear":{`+clear()+`}`) + void() + `,"sum":` + sum() + one("", `,"more":true`, `,"more":1`) + "}"
	case 1:
		return `{"event":"want","have":` + vector() + `,"clear":` + mostly(one("0", ticks()), "-1", "null") + void() + one("", `,"more":true`) + "}"
	case 2:
		return one(`{"event":"ping","sum":`+sum()+"}", `{"event":"bye"}`, `{"event":"hello"}`)
	case 3:
		return `{"event":"` + one("undo", "redo") + `"` + stamp + mostly("", `,"by":"p"`, `,"live":true`) + "}"
	case 4:
		return `{"event":"clear",` + mostly(clear(), stamp[1:]) + "}"
	case 5:
		return `{"event":"head","n":` + count() + one("", `,"o":`+site()) + one("", `,"key":`+key()) + `,"sig":` + sig() + "}"
	case 6:
		name := mostly("sticker", "", "a b", `a\"b`, "head", strings.Repeat("x", 65))
		payload := mostly(one("", `,"text":"é\u0041"`, `,"b":1.50,"a":[true,null,{"y":2,"x":1e3}]`),
			`,"text":"\ud800"`, `,"x":1e999`, `,"live":true`, `,"live":false`, `,"text":"`+strings.Repeat("x", 5000)+`"`,
			`,"deep":`+strings.Repeat("[", 31)+strings.Repeat("]", 31), `,"deep":`+strings.Repeat("[", 32)+strings.Repeat("]", 32))
		return `{"event":"` + name + `"` + payload + stamp + "}"
	case 7:
		return adopted(random, mostly)
	}
	message := randomMessage(random)
	if !strings.HasSuffix(message, "}") {
		return message
	}
	return strings.TrimSuffix(message, "}") + mostly(stamp, "") + "}"
}

// adopted is an adopted segment, most often with the right hash.
func adopted(random *rand.Rand, mostly func(string, ...string) string) string {
	by := mostly("5f0c~!#[]", `a\"b`, `a b`, "", strings.Repeat("x", 64), strings.Repeat("x", 65), "é")
	e := canvas.Entry{N: 6, T: 9, K: 6, Op: segmentOf(random.IntN(5)), By: by}
	text := string(canvas.AppendMessage(nil, e))
	if random.IntN(10) == 0 {
		text = strings.Replace(text, `"x":`, `"x":1`, 1) // another content
	}
	return text
}
