package exchange

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A stage is an exchange, the time that passes for it, and what it says.
type stage struct {
	t      *testing.T
	v      *scenario
	x      *Exchange
	start  time.Time
	now    time.Time
	due    time.Time // what is drawn goes; zero: nothing waits
	sent   map[string][]any
	queued map[signaling.ID]int
	faults []any
	resets []string
}

func newStage(t *testing.T, v *scenario) *stage {
	start := time.UnixMilli(v.Start)
	s := &stage{t: t, v: v, start: start, now: start, sent: map[string][]any{}, queued: map[signaling.ID]int{}}
	seed, err := hex.DecodeString(v.Authors["us"].Seed)
	if err != nil {
		t.Fatal(err)
	}
	s.x = New(Options{Wire: s, Log: canvas.NewLog(canvas.NewSignerFromSeed([32]byte(seed)))})
	s.x.life.random = func() float64 { return 0 }
	return s
}

// Send implements Wire. Messages that went together come apart.
func (s *stage) Send(to signaling.ID, data []byte, text bool) bool {
	id := string(to)
	if !text {
		s.sent[id] = append(s.sent[id], s.frameOf(data))
		return true
	}
	for line := range bytes.SplitSeq(data, []byte{'\n'}) {
		var m any
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber() // times are long
		if err := d.Decode(&m); err != nil {
			s.t.Fatal(err)
		}
		s.sent[id] = append(s.sent[id], m)
	}
	return true
}

func (s *stage) Queued(id signaling.ID) int { return s.queued[id] }

func (s *stage) Reset(id signaling.ID, _ error) { s.resets = append(s.resets, string(id)) }

// play does what a scenario says, and fills in what comes of it.
func (s *stage) play() scenario {
	v := *s.v
	v.Steps = slices.Clone(v.Steps)
	for i := range v.Steps {
		st := &v.Steps[i]
		s.pass(s.start.Add(time.Duration(st.At) * time.Millisecond))
		for n := max(st.First, 1); n <= max(st.Last, st.First, 1); n++ {
			s.do(st, n)
			s.settle()
		}
		if st.Expected != nil {
			st.Expected = &outcome{summary(s.sent), s.resets, s.faults, s.x.log.Len(), s.x.log.Digest().String()}
			s.sent, s.resets, s.faults = map[string][]any{}, nil, nil
		}
	}
	if len(s.sent)+len(s.resets)+len(s.faults) > 0 {
		s.t.Errorf("in the end there was %v, %v and %v, of which the vector says nothing", summary(s.sent), s.resets, s.faults)
	}
	h := s.x.log.Have()
	v.Have, v.Void = map[string]uint32{}, []string{}
	for site, n := range h.Sites {
		v.Have[s.name(site)] = n
	}
	for _, site := range h.Void {
		v.Void = append(v.Void, s.name(site))
	}
	v.Clear, v.Len, v.Sum = h.Clear.T, s.x.log.Len(), h.Digest.String()
	return v
}

// name is the author's whose site it is.
func (s *stage) name(site canvas.Site) string {
	for name, a := range s.v.Authors {
		if a.Site == site {
			return name
		}
	}
	s.t.Fatalf("nobody writes as %v", site)
	return ""
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
		s.x.Heard(st.Hear, []byte(st.Text), true, s.now)
	case st.Frame != "":
		data, err := hex.DecodeString(st.Frame)
		if err != nil {
			s.t.Fatal(err)
		}
		s.x.Heard(st.Hear, data, false, s.now)
	case st.Draw != "":
		op, err := canvas.ParseOp([]byte(strings.ReplaceAll(st.Draw, "$N", strconv.Itoa(n))))
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
		s.note(ev)
	}
}
