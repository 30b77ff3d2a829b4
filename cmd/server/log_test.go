package main

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
)

// The page's log against Go's: what one of them takes, makes of it and sends,
// the other does as well. testdata/log.js is the page's side.

// A step is something that happens to a log.
type step struct {
	Do   string `json:"do"`
	Text string `json:"text,omitempty"`
	Data []byte `json:"data,omitempty"`
	K    uint32 `json:"k,omitempty"`
	By   string `json:"by,omitempty"`
}

// A schedule is a log in Go to which steps have happened, and the others that
// it heard them from.
type schedule struct {
	random  *rand.Rand
	log     *canvas.Log
	others  []*canvas.Log
	sent    []canvas.Entry // by the others
	k       uint32         // the stroke that the log draws
	steps   []step
	results []string // of the steps, in Go
}

func newSchedule(seed uint64) *schedule {
	s := &schedule{random: rand.New(rand.NewPCG(seed, 7)), log: canvas.NewLog(canvas.NewSite())}
	for range 3 {
		s.others = append(s.others, canvas.NewLog(canvas.NewSite()))
	}
	for range 250 {
		s.step()
	}
	return s
}

// step lets something happen.
func (s *schedule) step() {
	other := s.others[s.random.IntN(len(s.others))]
	switch p := s.random.IntN(100); {
	case p < 35:
		s.otherWrites(other)
	case p < 70 && len(s.sent) > 0:
		s.hear(s.sent[max(0, len(s.sent)-1-s.random.IntN(12))])
	case p < 75:
		for f := range s.others[s.random.IntN(len(s.others))].Frames(other.Have(), other.Dead()) {
			other.Merge(f)
		}
	case p < 78:
		for f := range s.log.Frames(other.Have(), other.Dead()) {
			other.Merge(f)
		}
	case p < 82:
		have := s.log.Have()
		if s.random.IntN(4) == 0 {
			have = s.others[s.random.IntN(len(s.others))].Have() // and thus, perhaps, a gap
		}
		for f := range other.Frames(have, canvas.Vector{}) {
			_, err := s.log.Merge(f)
			s.note(step{Do: "frame", Data: f}, merged(err))
		}
	default:
		s.write(p)
	}
}

// merged is what a frame came to.
func merged(err error) string {
	var refused *canvas.RefusedError
	var gap *canvas.GapError
	if err != nil && !errors.As(err, &refused) && !errors.As(err, &gap) {
		return "refused"
	}
	words := []string{"merged"}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if word := "refused"; errors.As(err, &gap) {
				words = append(words, "gap")
			} else {
				words = append(words, word)
			}
		}
	}
	return strings.Join(words, " ")
}

func (s *schedule) otherWrites(other *canvas.Log) {
	var entries []canvas.Entry
	switch p := s.random.IntN(40); {
	case p < 1:
		entries, _, _ = other.Clear()
	case p < 4:
		e, _, _ := other.Undo(other.Undoable())
		entries = append(entries, e)
	case p < 6:
		e, _, _ := other.Redo(other.Redoable())
		entries = append(entries, e)
	case p < 12:
		e, _ := other.Adopt("plain-1", segmentOf(s.random.IntN(20)))
		entries = append(entries, e)
	default:
		k := uint32(0)
		if s.random.IntN(3) > 0 {
			k = other.Undoable()
		}
		e, _ := other.Draw(s.op(), k)
		entries = append(entries, e)
	}
	for _, e := range entries {
		if e.N > 0 {
			s.sent = append(s.sent, e)
		}
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

func (s *schedule) hear(e canvas.Entry) {
	text := string(canvas.AppendMessage(nil, e))
	m, err := canvas.ParseMessage([]byte(text))
	if err != nil {
		panic(err)
	}
	result := "added"
	_, err = s.log.Add(m.(canvas.Entry))
	var gap *canvas.GapError
	switch {
	case errors.Is(err, canvas.ErrDuplicate):
		result = "duplicate"
	case errors.As(err, &gap):
		result = "gap"
	case err != nil:
		result = "refused"
	}
	s.note(step{Do: "heard", Text: text}, result)
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
		e, _, err := s.log.Undo(s.log.Undoable())
		s.note(step{Do: "undo"}, result(e, err))
	case p < 86:
		e, _, err := s.log.Redo(s.log.Redoable())
		s.note(step{Do: "redo"}, result(e, err))
	case p == 86 && s.random.IntN(4) == 0:
		entries, _, _ := s.log.Clear()
		s.k = 0
		s.note(step{Do: "clear"}, result(entries[0], nil))
	case p < 90:
		op := segmentOf(s.random.IntN(20))
		e, err := s.log.Adopt("plain-1", op)
		s.note(step{Do: "adopt", By: "plain-1", Text: string(canvas.AppendOp(nil, op))}, result(e, err))
	default:
		if s.random.IntN(4) == 0 {
			s.k = 0
		}
		op := s.op()
		e, err := s.log.Draw(op, s.k)
		s.note(step{Do: "draw", K: s.k, Text: string(canvas.AppendOp(nil, op))}, result(e, err))
		s.k = e.K
	}
}

func (s *schedule) note(st step, result string) {
	s.steps, s.results = append(s.steps, st), append(s.results, result)
}

// A logState is what the page says of its log.
type logState struct {
	Results            []string
	Have, Dead         canvas.Vector
	Sum                string
	Length             int
	Undoable, Redoable uint32
	Order              []string
	Frames, Missing    [][]byte
}

// stateOf is what Go says of its own.
func stateOf(log *canvas.Log) logState {
	st := logState{
		Have: log.Have(), Dead: log.Dead(), Sum: fmt.Sprintf("%v", log.Sum()), Length: log.Len(),
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
	return eval[logState](p, `import("/testdata/log.js").then(({ replay }) => replay({ site: %s, list: %s, some: %s }))`,
		s.log.Site(), s.steps, some)
}

// Whatever happens to a log, the page's is then as Go's is, and so is each entry
// that it wrote and each answer that it gave.
func TestLogAsGo(t *testing.T) {
	t.Parallel()
	p := logPage(t)
	words := map[string]int{}
	for seed := range uint64(60) {
		s := newSchedule(seed)
		some := s.others[0].Have()
		got, want := replay(p, s, some), stateOf(s.log)
		for i, result := range s.results {
			if got.Results[i] != result {
				t.Fatalf("seed %d, step %d: %+v: got %s, want %s", seed, i, s.steps[i], got.Results[i], result)
			}
			words[strings.SplitN(result, ",", 2)[0]]++
		}
		frames, missing := got.Frames, got.Missing
		got.Results, got.Frames, got.Missing = nil, nil, nil
		if !maps.Equal(got.Have, want.Have) || !maps.Equal(got.Dead, want.Dead) || !slices.Equal(got.Order, want.Order) || marshal(got) != marshal(want) {
			t.Fatalf("seed %d: got %s, want %s", seed, marshal(got), marshal(want))
		}
		wantFrames(t, s.log, canvas.NewLog(canvas.NewSite()), frames)
		wantFrames(t, s.log, s.others[0], missing)
	}
	for _, word := range []string{"added", "duplicate", "gap", "merged", "merged gap", `{"event":"undo"`, `{"event":"clear"`} {
		if words[word] == 0 {
			t.Errorf("nothing came to %s: the test says little", word)
		}
	}
}

// wantFrames checks that a log that merges frames of another one then holds all
// of that.
func wantFrames(t *testing.T, want, log *canvas.Log, frames [][]byte) {
	t.Helper()
	for _, f := range frames {
		if _, err := log.Merge(f); err != nil {
			t.Fatal(err)
		}
	}
	if !log.Covers(want.Have(), want.Dead()) {
		t.Errorf("got %v and dead %v, want %v and %v", log.Have(), log.Dead(), want.Have(), want.Dead())
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
	const a, b = "0aZ9bY8cX7d", "AAAAAAAAAAA"
	count := func() string {
		return mostly(one("5", "6", "7", "8"), "0", "-1", "1.5", "4294967294", "4294967295", "5e0", `"5"`, "null", "1e30", "5.0")
	}
	vector := func() string {
		return mostly(one("{}", `{"`+a+`":`+count()+`}`, `{"`+b+`":`+count()+`,"`+a+`":`+count()+`}`),
			"[]", "null", `{"short":1}`, `{"AAAAAAAAAA-":1}`, `{"`+a+`":{}}`, "7")
	}
	sum := func() string {
		return mostly(`"0123456789abcdef"`, `"0123456789ABCDEF"`, `"123"`, "7", "null", `"0123456789abcdeg"`)
	}
	stamp := `,"n":` + count() + `,"t":` + mostly(one("9", "9007199254740991"), "9007199254740992", "0", "1.5", `"9"`, "null") + `,"k":` + count()
	if random.IntN(2) == 0 {
		stamp += `,"o":` + mostly(`"`+a+`"`, `"AAAAAAAAAA-"`, `""`, "null", "1")
	}
	cut := `,"cut":` + vector()
	switch random.IntN(8) {
	case 0:
		return `{"event":"have","v":` + mostly("1", "2", "0", `"1"`) + `,"have":` + vector() + `,"dead":` + vector() + `,"sum":` + sum() + one("", `,"more":true`, `,"more":1`) + "}"
	case 1:
		return `{"event":"want","have":` + vector() + `,"dead":` + vector() + "}"
	case 2:
		sums := mostly(one("{}", `{"`+a+`":`+sum()+`}`, `{"`+b+`":`+sum()+`,"`+a+`":`+sum()+`}`), "[]", "null", `{"short":`+sum()+`}`, "7")
		return one(`{"event":"ping","sum":`+sum()+"}", `{"event":"bye"}`, `{"event":"sums","sums":`+sums+one("", `,"more":true`)+"}")
	case 3:
		return `{"event":"` + one("undo", "redo") + `"` + stamp + mostly("", `,"by":"p"`, `,"h":"00000000"`) + "}"
	case 4:
		return `{"event":"clear"` + mostly(stamp, "") + mostly(cut, "") + "}"
	case 5:
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
