package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"drawmesh/peer"
	"drawmesh/peer/script"
	"drawmesh/signaling"
)

// A heard is what a command bot says to people.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) say(bot, line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.lines) < 1000 {
		h.lines = append(h.lines, bot+": "+line)
	}
}

func (h *heard) warn(format string, args ...any) { h.say("warning", fmt.Sprintf(format, args...)) }

func (h *heard) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.lines, "\n")
}

// runCommandBot lets a command be a bot, until it ends or the context does.
func runCommandBot(t *testing.T, ctx context.Context, p *peer.Peer, text string) (*script.Tally, *heard, error) {
	t.Helper()
	tally, h := new(script.Tally), new(heard)
	bot := &execBot{command: text, server: "http://server", say: h.say, warn: h.warn}
	err := bot.run(ctx, p, tally)
	return tally, h, err
}

// TestCommandBot lets a program in Python answer what is drawn, and measure.
func TestCommandBot(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := start(t, nothing(), "join", room)
	program := filepath.Join(t.TempDir(), "bot.py")
	if err := os.WriteFile(program, []byte(`
import json, sys
said = set()
for line in sys.stdin:
    r = json.loads(line)
    if r["type"] == "self":
        print(json.dumps({"event": "draw", "lastPoint": {"x": 1, "y": 2}, "x": 3, "y": 4, "force": 1, "color": "#ff0000"}))
        print(json.dumps({"name": "reply", "type": "metric", "value": 12, "unit": "ms"}))
        print(json.dumps({"type": "metric", "name": "words", "kind": "counter", "value": 3}))
        print(json.dumps({"type": "check", "name": "fine", "ok": True}))
        print(json.dumps({"type": "check", "name": "fine"}), flush=True)
    if r["type"] == "ack":
        print("line", r["line"], r["stroke"] != "", file=sys.stderr)
    if r["type"] == "error":
        cause = r["cause"]
    if r["type"] in ("ack", "error"):
        said.add(r["line"])
    if said == {1, 5}:
        sys.exit(cause)
`), 0o666); err != nil {
		t.Fatal(err)
	}
	tally, h, err := runCommandBot(t, t.Context(), enter(t, room), "python3 "+program)
	if want := "python3 " + program + `: exit status 1: check: "ok" is missing: whether it is so`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	ana.out.await(t, `"x":3,"y":4,"force":1,"color":"#ff0000"`)
	if got, want := tally.Checks(), []script.Check{{Name: "fine", Passed: 1}}; !slices.Equal(got, want) {
		t.Errorf("got checks %v, want %v", got, want)
	}
	totals := tally.Totals()
	if len(totals) != 2 || totals[0].Name != "reply" || totals[0].Sum != 0.012 || totals[1].Kind != script.Counter || totals[1].Sum != 3 {
		t.Errorf("got %+v, want a reply of 12 ms and 3 words", totals)
	}
	if got := h.text(); !strings.Contains(got, ": line 1 True\n") {
		t.Errorf("got %q, want that line 1 was drawn", got)
	}
}

// TestCommandBotEnds lets programs end, or be ended, in all ways there are.
func TestCommandBotEnds(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	tests := []struct {
		name, command string
		ended         bool // by us, after half a second
		within        time.Duration
		want          string // of its error
	}{
		{"well", "exit 0", false, askTime, ""},
		{"at_once_after_a_line", "echo '" + wireSegment + "'", false, 2 * askTime, ""},
		{"not_found", "no-such-program", false, askTime, "no-such-program: exit status 127: "},
		{"by_a_signal", "echo why >&2; kill -SEGV $$", false, askTime, "echo why >&2; kill -SEGV $$: segmentation fault: why"},
		{"when_asked", "cat > /dev/null", true, askTime - 500*time.Millisecond, ""},
		{"without_being_asked_twice", "trap '' TERM; sleep 1000", true, askTime + 2*time.Second, ""},
		{"that_hears_nothing", "exec < /dev/null; sleep 1000", true, askTime + 2*time.Second, ""},
		{"endless_lines", "yes", true, askTime + 2*time.Second, ""},
		{"an_endless_line", "tr '\\0' x < /dev/zero", true, askTime + 2*time.Second, ""},
		{"endless_errors", "yes >&2", true, askTime + 2*time.Second, ""},
		{"endless_acks", "yes '" + wireSegment + "'", true, askTime + 4*time.Second, ""},
		{"something_left_behind", "sleep 1000 & setsid sleep 1000 & exit 0", false, askTime, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			p := enter(t, room)
			var begin time.Time
			if begin = time.Now(); tt.ended {
				begin = begin.Add(time.Second / 2)
				time.AfterFunc(time.Second/2, cancel)
			}
			_, _, err := runCommandBot(t, ctx, p, tt.command)
			if took := time.Since(begin); took > tt.within+time.Second {
				t.Errorf("took %v, want %v at most", took, tt.within)
			}
			switch {
			case tt.want == "" && err != nil, tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)):
				t.Errorf("got %v, want %q", err, tt.want)
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapAlloc > 200e6 {
				t.Errorf("%d MB are in use", m.HeapAlloc/1e6)
			}
		})
	}
}

// TestObservations takes lines out that say what a bot measures, and none else. The
// numbers of the others do not change.
func TestObservations(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	in := strings.Join([]string{
		`{"event":"draw"}`,
		`{"type":"metric","name":"a","value":1}`,
		` { "value" : 2e3, "unit":"us", "name":"b", "type" : "metric" }`,
		`{"type":"metric","name":"h","kind":"rate","value":1}`,
		`{"type":"op","op":{"type":"metric"}}`,
		`{"type":"metrics","name":"a"}`,
		`"type":"metric"`,
		`{"event":"` + long + `"}`,
		`{"type":"check","name":"c","ok":false}`,
		`{"type":"metric","name":"a"}`, // 10
		`{"type":"metric","name":"a","value":"1"}`,
		`{"type":"group","name":"warmup"}`,
		`{"type":"abort","cause":"enough"}`,
		`{"type":"metric","name":"a","value":1}`, // without its end
	}, "\n")
	seen := new(observed)
	var wrong []string
	got, err := io.ReadAll(newObservations(strings.NewReader(in), seen, func(err error) { wrong = append(wrong, err.Error()) }))
	if err != nil {
		t.Fatal(err)
	}
	want := "{\"event\":\"draw\"}\n\n\n\n{\"type\":\"op\",\"op\":{\"type\":\"metric\"}}\n{\"type\":\"metrics\",\"name\":\"a\"}\n\"type\":\"metric\"\n{\"event\":\"" + long + "\"}\n\n\n\n\n\n"
	if string(got) != want {
		t.Errorf("got %.300q, want %.300q", got, want)
	}
	if want := []string{"trend a 1", "trend b 0.002", "rate h 1", "check c false", "group warmup", "abort enough", "trend a 1"}; !slices.Equal(*seen, want) {
		t.Errorf("got %q, want %q", *seen, want)
	}
	if len(wrong) != 2 || !strings.HasPrefix(wrong[0], `line 10: metric: "value" is missing`) || !strings.HasPrefix(wrong[1], "line 11: metric: json: ") {
		t.Errorf("got errors %q", wrong)
	}
}

// Observed is script.Measures as text.
type observed []string

func (s *observed) Add(m script.Metric, v float64) error {
	return s.see("%s %s %.3g", m.Kind, m.Name, v)
}
func (s *observed) Check(name string, ok bool) error { return s.see("check %s %v", name, ok) }
func (s *observed) Group(name string) error          { return s.see("group %s", name) }
func (s *observed) Abort(reason string)              { _ = s.see("abort %s", reason) }
func (s *observed) Busy(time.Duration)               {}
func (s *observed) see(format string, args ...any) error {
	*s = append(*s, fmt.Sprintf(format, args...))
	return nil
}

// TestShortLines cuts lines that are too long.
func TestShortLines(t *testing.T) {
	t.Parallel()
	got := slices.Collect(shortLines(strings.NewReader("a\r\n\n" + strings.Repeat("b", 10_000) + "\nc\xff")))
	if want := []string{"a", "", strings.Repeat("b", maxShort), "c\uFFFD"}; !slices.Equal(got, want) {
		t.Errorf("got %.40q, want %.40q", got, want)
	}
	if got := slices.Collect(shortLines(errReader{})); len(got) > 0 {
		t.Errorf("got %q of nothing", got)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("broken") }
