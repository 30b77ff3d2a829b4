package script

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// asLoad is a program as docs/load.md shows it.
const asLoad = `
reply = trend("reply", "ms")
words = data("words.csv")

def setup(): return {"seed": rand.int(1000)}

def write(bot, data):
    bot.synced("10s")
    while bot.running():
        t = now()
        s = bot.stroke([(10, 10), (90, 40)], color="tomato", width=3)
        e = bot.next("stroke", by="mirror", timeout="2s")
        if check("answered", e != None): reply.add(now() - t)
        bot.undo(s); bot.sleep(rand.exp(1.0))

def watch(bot):
    while bot.running(): bot.next("clear")

scenarios = {
    "writers": scenario(write, bots=20, rooms=2, stages=[("10s", 20), ("1m", 20), (5, 0)]),
    "guests":  scenario("watch", arrival="30/min", stay="20s", writers=1, reconnect=True, ramp=0),
    "plain":   scenario(watch),
}
thresholds = {"latency.p99{scenario:writers}": "<100ms", "checks": ">99%", "reply.p95": ["<80ms abort", "<90ms"]}
`

// TestPlan reads what a program says of a load test.
func TestPlan(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"words.csv": {Data: []byte("a,b")}}
	p, err := Load(t.Context(), "test.star", strings.NewReader(asLoad), Options{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range p.Scenarios() {
		s.entry = nil
		got = append(got, fmt.Sprintf("%+v", s))
	}
	want := []string{
		"{Name:writers Bots:20 Rooms:2 Ramp:1s Stages:[{For:10s Bots:20} {For:1m0s Bots:20} {For:5s Bots:0}] Writers:0 Arrival:0 Stay:0s Reconnect:false entry:<nil>}",
		"{Name:guests Bots:0 Rooms:0 Ramp:0s Stages:[] Writers:1 Arrival:0.5 Stay:20s Reconnect:true entry:<nil>}",
		"{Name:plain Bots:1 Rooms:0 Ramp:1s Stages:[] Writers:0 Arrival:0 Stay:0s Reconnect:false entry:<nil>}",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got scenarios %q, want %q", got, want)
	}
	if got, want := p.Thresholds(), []string{"latency.p99{scenario:writers}<100ms", "checks>99%", "reply.p95<80ms abort", "reply.p95<90ms"}; !slices.Equal(got, want) {
		t.Errorf("got thresholds %q, want %q", got, want)
	}
	if got, want := p.Metrics(), []Metric{{"reply", Trend, "ms"}}; !slices.Equal(got, want) {
		t.Errorf("got metrics %v, want %v", got, want)
	}
}

// TestPlanWrong loads programs whose plan is wrong, and says what is.
func TestPlanWrong(t *testing.T) {
	t.Parallel()
	const do = "def do(bot): pass\n"
	tests := []struct{ name, text, want string }{
		{"no_function", "scenarios = {'a': scenario('do')}", "test.star:1:27: scenario a: the program has no function do"},
		{"of_a_number", "scenarios = {'a': scenario(7)}", "test.star:1:27: scenario a: 7 is no function of the program: it is a int"},
		{"no_bot", "def do(): pass\nscenarios = {'a': scenario(do)}", "test.star:1:1: do takes one argument, the bot, or two, the bot and what setup returned"},
		{"no_setup", "def do(bot, data): pass\nscenarios = {'a': scenario(do)}", "test.star:1:1: do takes two arguments, of which the second is what setup returned, and there is no setup"},
		{"no_dict", do + "scenarios = [scenario(do)]", "scenarios: want a dict, got list"},
		{"no_scenario", do + "scenarios = {'a': do}", `scenarios: "a": want scenario(…), got function`},
		{"no_key", do + "scenarios = {1: scenario(do)}", "scenarios: want names as keys, got int"},
		{"bad_name", do + "scenarios = {'A': scenario(do)}", `scenarios: "A" is no scenario's name: 1 to 64 of a-z, 0-9, _, . and -`},
		{"too_many", do + "scenarios = {str(i): scenario(do) for i in range(101)}", "scenarios: there are more than 100"},
		{"unknown_argument", do + "scenario(do, bot = 7)", "test.star:2:9: scenario: unexpected keyword argument \"bot\" (did you mean bots?)"},
		{"stages_no_list", do + "scenario(do, stages = 7)", `test.star:2:9: scenario: for parameter "stages": want a list such as [("10s", 20), ("1m", 20)], got int`},
		{"stage_no_pair", do + "scenario(do, stages = [('1s', 2), 7])", `test.star:2:9: scenario: for parameter "stages": stage 2: want a pair such as ("10s", 20), got 7`},
		{"stage_no_time", do + "scenario(do, stages = [('soon', 2)])", `test.star:2:9: scenario: for parameter "stages": stage 1: "soon" is no duration, such as "250ms", "2s" or 2.5`},
		{"stage_no_number", do + "scenario(do, stages = [('1s', 2.5)])", `test.star:2:9: scenario: for parameter "stages": stage 1: got float, want int`},
		{"stages_without_end", do + "scenario(do, stages = [('1s', 2)] * 1001)", `test.star:2:9: scenario: for parameter "stages": there are more than 1000 stages`},
		{"arrival", do + "scenario(do, arrival = '2/h')", `test.star:2:9: scenario: for parameter "arrival": "2/h" is no rate: it is /s or /min`},
		{"stay", do + "scenario(do, stay = -1)", `test.star:2:9: scenario: for parameter "stay": -1 is out of range: 0 to 168h0m0s`},
		{"thresholds", "thresholds = ['checks>99%']", "thresholds: want a dict, got list"},
		{"threshold", "thresholds = {'checks': 99}", `thresholds: "checks": want a text such as "<100ms", or several, got int`},
		{"thresholds_without_end", "thresholds = {'checks': ['>99%'] * 1001}", "thresholds: there are more than 1000"},
		{"metric_name", "trend('Reply')", `test.star:1:6: trend: "Reply" is no metric's name: 1 to 64 of a-z, 0-9, _, . and -`},
		{"metric_unit", "gauge('a', 'm s')", `test.star:1:6: gauge: "m s" is no unit: 1 to 64 of a-z, 0-9, _, . and -`},
		{"metric_twice", "a = trend('a')\nb = trend('a', 'ms')", "test.star:2:10: trend: a is a trend already, of another kind or unit"},
		{"rate_of_unit", "rate('a', 'ms')", "test.star:1:5: rate: got 2 arguments, want at most 1"},
		{"too_many_metrics", "x = [counter(str(i)) for i in range(257)]", "test.star:1:13: counter: there are more than 256 metrics"},
		{"observed_too_early", "trend('a').add(1)", "test.star:1:15: add: only a bot can: do it in the function that bots call"},
		{"setup_of_bots", "def setup(bot): pass", "test.star:1:1: setup takes no argument"},
		{"setup_no_function", "setup = 7", "setup is no function of the program: it is a int"},
		{"teardown_of_two", "def teardown(a, b): pass", "test.star:1:1: teardown takes one argument at most, what setup returned"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(t.Context(), "test.star", strings.NewReader(tt.text), Options{})
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// An observer is Measures as text.
type observer struct {
	seen []string
	busy time.Duration
}

func (o *observer) Add(m Metric, v float64) error { return o.see("%s %s %.3g", m.Kind, m.Name, v) }
func (o *observer) Check(name string, ok bool) error {
	return o.see("check %s %v", name, ok)
}
func (o *observer) Group(name string) error { return o.see("group %s", name) }
func (o *observer) Busy(d time.Duration)    { o.busy += d }
func (o *observer) see(format string, args ...any) error {
	if len(o.seen) == 10 {
		return errors.New("enough")
	}
	o.seen = append(o.seen, fmt.Sprintf(format, args...))
	return nil
}

// TestMeasures lets a bot observe with every kind of metric.
func TestMeasures(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, `
reply, words, size, hit = trend("reply", "ms"), counter("words"), gauge("size", "px"), rate("hit")
def bot(bot):
    bot.group("warmup")
    t = now()
    bot.sleep("250ms")
    reply.add(now() - t)
    words.add()
    words.add(5)
    size.add(7.5)
    hit.add([])
    hit.add("yes")
    check("fine", True)
    bot.group("")
    log(reply.name, reply)
    for i in range(3): words.add()
`)
		o := new(observer)
		a := c.actor(0)
		a.Measures = o
		err := c.Bot(t.Context(), r.enter("b"), a)
		want := []string{"group warmup", "trend reply 0.25", "counter words 1", "counter words 5", "gauge size 7.5", "rate hit 0", "rate hit 1", "check fine true", "group ", "counter words 1"}
		if !slices.Equal(o.seen, want) {
			t.Errorf("got %q, want %q", o.seen, want)
		}
		if want := "test.star:16:33: add: enough"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if got, want := c.said(), "b: reply <trend reply>"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestObservedBadly gives metrics what they cannot take.
func TestObservedBadly(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nan", "m.add(float('nan'))", "test.star:3:8: add: NaN is nothing to measure"},
		{"text", "m.add('1s')", "test.star:3:8: add: for parameter value: want a number, got string"},
		{"nothing", "m.add()", "test.star:3:8: add: missing argument for value"},
		{"too_late", "trend('n')", "test.star:3:8: trend: metrics are declared while the program loads: do it outside of functions"},
		{"group", "bot.group('A')", `test.star:3:12: group: "A" is no group's name: 1 to 64 of a-z, 0-9, _, . and -`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inRoom(t, func(t *testing.T, r *room) {
				c := newCast(t, "m = trend('m')\ndef bot(bot):\n  "+tt.text)
				if err := <-c.start(r, t.Context(), "b", 0); err == nil || err.Error() != tt.want {
					t.Errorf("got %v, want %s", err, tt.want)
				}
			})
		})
	}
}

// TestTally counts by itself, where no load test measures.
func TestTally(t *testing.T) {
	t.Parallel()
	var tally Tally
	m := Metric{"reply", Trend, "ms"}
	for _, v := range []float64{.5, .1, .3} {
		if err := tally.Add(m, v); err != nil {
			t.Fatal(err)
		}
	}
	if got := tally.Totals(); len(got) != 1 || got[0].Count != 3 || got[0].Sum < .89 || got[0].Sum > .91 || got[0].Min != .1 || got[0].Max != .5 || got[0].Last != .3 {
		t.Errorf("got %+v, want 3 values, their sum 0.9, from 0.1 to 0.5, the last 0.3", got)
	}
}

// TestBusyIsTold lets a bot work and wait by turns. Only its work counts.
func TestBusyIsTold(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, "def bot(bot):\n  for i in range(5): bot.sleep(1)")
		o := new(observer)
		a := c.actor(0)
		a.Measures = o
		if err := c.Bot(t.Context(), r.enter("b"), a); err != nil || o.busy != 0 { // in virtual time, no work takes any
			t.Errorf("got %v, busy %v, want no time", err, o.busy)
		}
	})
	var o observer
	worker := newThread("b", &host{spent: o.Busy})
	if err := worker.run(func() error { time.Sleep(20 * time.Millisecond); return nil }); err != nil || o.busy < 20*time.Millisecond {
		t.Errorf("got %v, busy %v, want 20ms at least", err, o.busy)
	}
}

// TestSetup gives what setup returned to bots that take it, and to teardown. It
// does not change any more.
func TestSetup(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, `
def setup(): return {"seed": rand.int(1000), "list": []}
def bot(bot, data):
    log(type(data["seed"]), data["list"])
    data["list"].append(1)
def teardown(data): log("over", data["list"])
`)
		if err := c.Setup(t.Context()); err != nil {
			t.Fatal(err)
		}
		err := <-c.start(r, t.Context(), "b", 0)
		if want := "test.star:5:24: append: cannot append to frozen list"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if err := c.Teardown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, want := c.said(), "b: int []\nteardown: over []"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestSetupFails tells where a frame of the run fails, or that it does not end.
func TestSetupFails(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, setup, want string }{
		{"fails", "fail('no')", "test.star:2:7: fail: no"},
		{"is_no_bot", "check('a', 1)", "test.star:2:8: check: only a bot can: do it in the function that bots call"},
		{"does_not_end", "\n  while True: pass", ErrBusy.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, "def setup():\n  "+tt.setup+"\ndef bot(bot): pass")
			err := p.Run(RunOptions{limits: limits{busy: time.Millisecond, stuck: 20 * time.Millisecond}}).Setup(t.Context())
			if err == nil || !strings.HasSuffix(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "test.star:") {
				t.Errorf("got %v, want %s and where", err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := load(t, "def setup():\n  while True: pass").Run(RunOptions{}).Setup(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
