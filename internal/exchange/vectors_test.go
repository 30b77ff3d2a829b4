package exchange

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

var update = flag.Bool("update", false, "write the vectors anew")

// A scenario is one file of testdata/vectors; README.md there describes it.
type scenario struct {
	Why   string            `json:"why"`
	Site  canvas.Site       `json:"site"`
	Steps []step            `json:"steps"`
	Have  map[string]uint32 `json:"have"`
	Dead  map[string]uint32 `json:"dead"`
	Len   int               `json:"len"`
	Sum   string            `json:"sum"`
}

type step struct {
	At       int64            `json:"at"` // ms
	Open     signaling.ID     `json:"open,omitempty"`
	Says     json.RawMessage  `json:"says,omitempty"`
	Close    signaling.ID     `json:"close,omitempty"`
	Wavers   signaling.ID     `json:"wavers,omitempty"`
	Steady   signaling.ID     `json:"steady,omitempty"`
	Queue    signaling.ID     `json:"queue,omitempty"`
	Bytes    int              `json:"bytes,omitempty"`
	Hear     signaling.ID     `json:"hear,omitempty"`
	Text     string           `json:"text,omitempty"`
	Frame    []string         `json:"frame,omitempty"`
	Hex      string           `json:"hex,omitempty"`
	Draw     string           `json:"draw,omitempty"`
	Stroke   int              `json:"stroke,omitempty"` // for the page, which does not see what goes on where the last segment ended
	First    int              `json:"first,omitempty"`
	Last     int              `json:"last,omitempty"`
	Undo     bool             `json:"undo,omitempty"`
	Redo     bool             `json:"redo,omitempty"`
	Sent     map[string][]any `json:"sent,omitempty"`
	Faults   []any            `json:"faults,omitempty"`
	Expected bool             `json:"expected,omitempty"` // Sent and Faults are all that there is
}

func TestVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			want := readVector(t, file)
			got := newStage(t, want.Site).play(want)
			if *update {
				writeVector(t, file, got)
				return
			}
			for i, w := range want.Steps {
				if g := got.Steps[i]; !reflect.DeepEqual(g.Sent, w.Sent) || !reflect.DeepEqual(g.Faults, w.Faults) {
					t.Errorf("step %d, at %d ms: got %s, want %s", i, w.At, said(g), said(w))
				}
			}
			want.Steps, got.Steps = nil, nil
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func readVector(t *testing.T, file string) (v scenario) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func writeVector(t *testing.T, file string, v scenario) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	steps := v.Steps
	v.Steps = nil
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	head, tail, _ := strings.Cut(b.String(), `"steps":null`)
	b.Reset()
	fmt.Fprintf(&b, "%s\"steps\":[\n", head)
	for i, s := range steps {
		if i > 0 {
			b.WriteString(" ,")
		} else {
			b.WriteString("  ")
		}
		if err := e.Encode(s); err != nil { // a line each
			t.Fatal(err)
		}
	}
	fmt.Fprintf(&b, "]%s", tail)
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

// said is what a step shows, to be read.
func said(s step) string {
	data, _ := json.Marshal([]any{s.Sent, s.Faults})
	return string(data)
}

// A stage is an exchange, the time that passes for it, and what it says.
type stage struct {
	t      *testing.T
	x      *Exchange
	start  time.Time
	now    time.Time
	due    time.Time // what is drawn goes; zero: nothing waits
	sent   map[string][]any
	queued map[signaling.ID]int
	faults []any
}

func newStage(t *testing.T, site canvas.Site) *stage {
	start := time.Unix(1000, 0)
	s := &stage{t: t, start: start, now: start, sent: map[string][]any{}, queued: map[signaling.ID]int{}}
	s.x = New(Options{Wire: s, Log: canvas.NewLog(site)})
	s.x.life.random = func() float64 { return 0 }
	return s
}

// Send implements Wire. Messages that went together come apart.
func (s *stage) Send(to signaling.ID, data []byte, text bool) bool {
	id := string(to)
	if !text {
		s.sent[id] = append(s.sent[id], frameOf(s.t, data))
		return true
	}
	for line := range bytes.SplitSeq(data, []byte{'\n'}) {
		var m any
		if err := json.Unmarshal(line, &m); err != nil {
			s.t.Fatal(err)
		}
		s.sent[id] = append(s.sent[id], m)
	}
	return true
}

func (s *stage) Queued(id signaling.ID) int { return s.queued[id] }

func (s *stage) Reset(id signaling.ID, _ error) {
	s.sent[string(id)] = append(s.sent[string(id)], "reset")
}

// play does what a vector says, and fills in what comes of it.
func (s *stage) play(v scenario) scenario {
	v.Steps = slices.Clone(v.Steps)
	for i := range v.Steps {
		st := &v.Steps[i]
		s.pass(s.start.Add(time.Duration(st.At) * time.Millisecond))
		for n := max(st.First, 1); n <= max(st.Last, st.First, 1); n++ {
			s.do(st, n)
			s.settle()
		}
		if st.Expected {
			st.Sent, st.Faults = summary(s.sent), s.faults
			s.sent, s.faults = map[string][]any{}, nil
		}
	}
	if len(s.sent) > 0 || len(s.faults) > 0 {
		s.t.Errorf("in the end there was %v and %v, of which the vector says nothing", summary(s.sent), s.faults)
	}
	log := s.x.Log()
	v.Have, v.Dead, v.Len, v.Sum = counts(log.Have()), counts(log.Dead()), log.Len(), log.Sum().String()
	return v
}

func counts(v canvas.Vector) map[string]uint32 {
	m := map[string]uint32{}
	for site, n := range v {
		m[site.String()] = n
	}
	return m
}

// pass lets time pass until then, with a tick five times a second.
func (s *stage) pass(then time.Time) {
	for {
		next := s.now.Truncate(tickTime).Add(tickTime)
		ticks := true
		if !s.due.IsZero() && !s.due.After(next) {
			next, ticks = s.due, false
		}
		if next.After(then) {
			s.now = then
			return
		}
		s.now = next
		if ticks {
			s.x.Tick(next)
		} else {
			s.due = time.Time{}
			s.x.Due()
		}
		s.settle()
	}
}

// do does one step, as number n of several.
func (s *stage) do(st *step, n int) {
	number := func(text string) []byte { return []byte(strings.ReplaceAll(text, "$N", strconv.Itoa(n))) }
	switch {
	case st.Open != "":
		s.x.Opened(st.Open, st.Says, nil, s.now)
		s.x.Tick(s.now)
	case st.Close != "":
		s.x.Closed(st.Close)
	case st.Wavers != "":
		s.x.Wavers(st.Wavers, true, s.now)
	case st.Steady != "":
		s.x.Wavers(st.Steady, false, s.now)
	case st.Queue != "":
		s.queued[st.Queue] = st.Bytes
	case st.Text != "":
		s.x.Heard(st.Hear, number(st.Text), true, s.now)
	case st.Hex != "":
		data, err := hex.DecodeString(st.Hex)
		if err != nil {
			s.t.Fatal(err)
		}
		s.x.Heard(st.Hear, data, false, s.now)
	case st.Frame != nil:
		for _, f := range s.framesOf(st.Frame) {
			s.x.Heard(st.Hear, f, false, s.now)
		}
	case st.Draw != "":
		op, err := canvas.ParseOp(number(st.Draw))
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := s.x.Draw(op, s.now); err != nil {
			s.t.Fatal(err)
		}
	case st.Undo:
		s.x.Undo(s.x.Log().Undoable(), s.now)
	case st.Redo:
		s.x.Redo(s.x.Log().Redoable(), s.now)
	}
}

// settle does what the owner of an exchange does after all that happens.
func (s *stage) settle() {
	for more, before := true, -1; more && before != s.count(); {
		before = s.count()
		more = s.x.Pump()
	}
	if wait := s.x.Ship(s.now); wait > 0 {
		s.due = s.now.Add(wait)
	}
	for _, ev := range s.x.Events() {
		f, ok := ev.(Fault)
		var d *DisagreementError
		switch {
		case !ok:
		case errors.Is(f.Err, ErrPace):
			s.faults = append(s.faults, map[string]any{"peer": string(f.Peer), "lost": true})
		case errors.As(f.Err, &d):
			site := d.Site.String()
			if d.Site == (canvas.Site{}) {
				site = ""
			}
			s.faults = append(s.faults, map[string]any{
				"peer": string(f.Peer), "site": site, "n": float64(d.N), "ours": d.Ours.String(), "theirs": d.Theirs.String(),
			})
		}
	}
}

func (s *stage) count() (n int) {
	for _, list := range s.sent {
		n += len(list)
	}
	return n
}

// framesOf are frames of entries, each as a message with its site.
func (s *stage) framesOf(messages []string) (frames [][]byte) {
	log := canvas.NewLog(canvas.Site{})
	for _, text := range messages {
		m, err := canvas.ParseMessage([]byte(text))
		if err != nil {
			s.t.Fatalf("%s: %v", text, err)
		}
		if _, err := log.Add(m.(canvas.Entry)); err != nil {
			s.t.Fatalf("%s: %v", text, err)
		}
	}
	return slices.Collect(log.Frames(nil, nil))
}

// A run is of one site's entries.
type run struct {
	site        string
	first, last uint64
}

// frameOf reads what a frame is about, and none of its columns.
func frameOf(t *testing.T, data []byte) []run {
	r := bufio.NewReader(flate.NewReader(bytes.NewReader(data[4:])))
	number := func() uint64 {
		v, err := binary.ReadUvarint(r)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	site := func() string {
		b := make([]byte, 11)
		if _, err := io.ReadFull(r, b); err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	var list []run
	for range number() {
		list = append(list, run{"dead " + site(), 1, number()})
	}
	for range number() {
		s, first, rows := site(), number(), number()
		list = append(list, run{s, first, first + rows - 1})
		number() // the shape
	}
	return list
}

const few = 5 // entries in sequence that a vector says one by one

// summary is what was sent, with frames that follow one another and entries that
// are many in short.
func summary(sent map[string][]any) map[string][]any {
	short := map[string][]any{}
	for id, list := range sent {
		for len(list) > 0 {
			if n := prefix(list, func(m any) bool { _, ok := m.([]run); return ok }); n > 0 {
				var runs []run
				for _, m := range list[:n] {
					runs = append(runs, m.([]run)...)
				}
				short[id], list = append(short[id], map[string]any{"frames": joined(runs)}), list[n:]
			} else if n := entries(list); n > few {
				first, last := list[0].(map[string]any)["n"], list[n-1].(map[string]any)["n"]
				m := map[string]any{"operations": float64(n)}
				if first != nil {
					m = map[string]any{"entries": fmt.Sprintf("%v-%v", first, last)}
				}
				short[id], list = append(short[id], m), list[n:]
			} else {
				short[id], list = append(short[id], list[0]), list[1:]
			}
		}
	}
	if len(short) == 0 {
		return nil
	}
	return short
}

func prefix(list []any, is func(any) bool) int {
	for i, m := range list {
		if !is(m) {
			return i
		}
	}
	return len(list)
}

// entries is how many in the beginning are own entries whose numbers follow one
// another, or operations without a number.
func entries(list []any) int {
	var last any
	first := true
	return prefix(list, func(m any) bool {
		e, _ := m.(map[string]any)
		n := e["n"]
		_, forwarded := e["o"]
		_, drawn := e["lastPoint"]
		follows := n == nil && last == nil || n != nil && last != nil && n.(float64) == last.(float64)+1
		ok := drawn && !forwarded && (first || follows)
		first, last = false, n
		return ok
	})
}

// joined are runs by site, as far as they follow one another.
func joined(runs []run) (list []any) {
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Or(cmp.Compare(a.site, b.site), cmp.Compare(a.first, b.first)) })
	for i := 0; i < len(runs); {
		r := runs[i]
		for i++; i < len(runs) && runs[i].site == r.site && runs[i].first == r.last+1; i++ {
			r.last = runs[i].last
		}
		list = append(list, fmt.Sprintf("%s %d-%d", r.site, r.first, r.last))
	}
	return list
}
