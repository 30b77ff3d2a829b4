package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// writers is a program of two scenarios, with measurements of its own.
const writers = `
reply = trend("reply", "ms")
words = counter("words")

def setup(): return {"seed": rand.int(1000)}

def write(bot, data):
    bot.group("writing")
    while bot.running():
        t = now()
        s = bot.stroke([(10, 10), (90, 40)], color = "tomato", width = 3)
        e = bot.next("stroke", by = "mirror", timeout = "2s")
        if check("answered", e == None): reply.add(now() - t)
        words.add(len(str(data["seed"])))
        bot.undo(s)
        bot.sleep(rand.exp(0.1))

def watch(bot):
    while bot.running(): bot.sleep(1)

def teardown(data): log("over", type(data))

scenarios = {
    "writers": scenario(write, bots = 4, rooms = 2, ramp = 0),
    "guests":  scenario(watch, bots = 2, ramp = 0),
}
thresholds = {"latency.p99{scenario:writers}": "<20s", "checks": "==100%", "reply.p95{group:writing}": ["<20s abort", ">1s"]}
`

// TestLoadScript runs the scenarios of a program. What its bots draw and measure is
// in the report, told apart.
func TestLoadScript(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	report := filepath.Join(t.TempDir(), "r.json")
	r := start(t, nothing(), "load", room, "--script", starlark(t, writers), "--duration", "3s", "--seed", "7", "--json", report,
		"--threshold", "ops.lost==0")
	r.wait(t, exitDone)
	r.err.await(t, "6 bots in "+room+"-1, --seed 7", "teardown: over dict\n", "wrote "+report)
	rep := readLoad(t, report)
	if rep.Ended != "done" || len(rep.Thresholds) != 6 || len(rep.Settings.Scenarios) != 2 || rep.Settings.Rooms != 2 {
		t.Errorf("the report says that it %s, of %d scenarios in %d rooms, with %v", rep.Ended, len(rep.Settings.Scenarios), rep.Settings.Rooms, rep.Thresholds)
	}
	for _, name := range []string{"ops.sent{scenario:writers}", "words", "words.rate", "reply.p50{room:2}", "checks{check:answered}", "script.busy", "latency.p50{room:1}"} {
		if v, ok := rep.Metric(name); !ok || v.Value <= 0 {
			t.Errorf("%s is %v, want more than nothing", name, v)
		}
	}
	for name, want := range map[string]float64{"ops.sent{scenario:guests}": 0, "script.errors": 0, "bots.joined": 6} {
		if v, ok := rep.Metric(name); !ok || v.Value != want {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
	}
}

// TestLoadScriptEnds lets programs end in all ways that they can.
func TestLoadScriptEnds(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	const idle = "def bot(bot):\n  while bot.running(): bot.sleep(1)\n"
	tests := []struct {
		name, program string
		args          []string
		status        int
		said          string // on standard error
	}{
		{"function", idle, nil, exitDone, "2 bots in "},
		{"another_function", "def write(bot): bot.stroke([(1, 2), (3, 4)])", []string{"--func", "write", "--threshold", "ops.sent==2"}, exitDone, ""},
		{"one_scenario", "def f(bot): pass\nscenarios = {'a': scenario(f, bots = 9)}", nil, exitDone, "2 bots in "},
		{"syntax", "def bot(bot)", nil, exitFailed, "drawbot: evil.star:1:13: got end of file, want ':'\n"},
		{"no_function", "x = 1", nil, exitFailed, "drawbot: the program has no function bot\n"},
		{"no_threshold", idle + "thresholds = {'checks': '99%'}", nil, exitFailed, "drawbot: thresholds: \"checks99%\" is no threshold"},
		{"no_metric", idle + "thresholds = {'reply.p95': '<1s'}\nx = trend('other')", nil, exitFailed, "evil.star: threshold: "},
		{"builtin_metric", idle + "x = trend('latency')", nil, exitFailed, "evil.star: own: metric latency: that is one of the load test's own\n"},
		{"too_many_rooms", idle + "scenarios = {'a': scenario(bot, rooms = 50)}", nil, exitFailed, "evil.star: rooms: 50: there are 2 bots for them\n"},
		{"flags_of_one", idle + "scenarios = {'a': scenario(bot), 'b': scenario(bot)}", nil, exitMisused, "drawbot: --bots, --ramp: the program has 2 scenarios, and says that of each\n"},
		{"func_of_none", idle + "scenarios = {'a': scenario(bot)}", []string{"--func", "f"}, exitMisused, "drawbot: --func f: the program says by its scenarios which functions bots call\n"},
		{"setup", idle + "def setup(): fail('no')", nil, exitFailed, "drawbot: evil.star:3:18: fail: no\n"},
		{"teardown", idle + "def teardown(): fail('no')", nil, exitFailed, "drawbot: evil.star:3:21: fail: no\n"},
		{"bot_fails", "def bot(bot): fail('alas')", nil, exitMissed, "drawbot: bot 1-0: evil.star:1:19: fail: alas\n"},
		{"bots_may_fail", "def bot(bot): fail('alas')\nthresholds = {'script.errors': '<=2'}", []string{"--allow-missing", "2"}, exitFailed, "evil.star:1:19: fail: alas\n"},
		{"check", "def bot(bot): check('a', False)\nthresholds = {'checks{check:a}': '==100%'}", nil, exitMissed, "drawbot: missed: checks{check:a}==100% (got 0 of 2)"},
		{"abort", "def bot(bot): abort('enough')", nil, exitFailed, "enough"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"load", room, "--script", starlark(t, tt.program), "--bots", "2", "--ramp", "0s", "--duration", "500ms"}, tt.args...)
			r := start(t, nothing(), args...)
			r.wait(t, tt.status)
			r.err.await(t, tt.said)
		})
	}
}

// TestLoadScriptInterrupted stops a run. What is to be torn down is.
func TestLoadScriptInterrupted(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	report := filepath.Join(t.TempDir(), "r.json")
	r := start(t, nothing(), "load", room, "--script", starlark(t, writers), "--duration", "1h", "--json", report)
	r.err.await(t, "operations/s delivered")
	r.interrupt()
	r.wait(t, exitInterrupted)
	r.err.await(t, "teardown: over dict\n", "drawbot: interrupted: the report is of what was measured until then\n")
	if rep := readLoad(t, report); rep.Ended != "interrupted" {
		t.Errorf("the report says that it %s, want that it was interrupted", rep.Ended)
	}
}

// TestLoadScriptDies lets a program take all memory while bots draw. What was
// measured until then is reported.
func TestLoadScriptDies(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	report := filepath.Join(t.TempDir(), "r.json")
	r := start(t, nothing(), "load", room, "--bots", "2", "--duration", "1h", "--memory", "64MB", "--json", report, "--script", starlark(t, `
def bot(bot):
    for i in range(30):
        bot.stroke([(1, 2), (3, 4)])
        bot.sleep(0.1)
    s = "x"
    while True: s += s
`))
	r.wait(t, exitFailed)
	r.err.await(t, "evil.star was ended: it needed more memory than it may have (--memory 64MB)\n")
	rep := readLoad(t, report)
	if v, _ := rep.Metric("ops.sent"); rep.Ended != "failed" || v.Value < 10 || !strings.Contains(strings.Join(rep.Remarks, ""), "more memory") {
		t.Errorf("the report says that it %s, %v operations, %q; want that it failed after some", rep.Ended, v, rep.Remarks)
	}
}

// TestLoadExec lets bots be processes, in the room and in the report.
func TestLoadExec(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	report := filepath.Join(t.TempDir(), "r.json")
	const line = `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"#ff0000"}`
	r := start(t, nothing(), "load", room, "--bots", "3", "--ramp", "0s", "--duration", "3s", "--json", report,
		"--exec", "echo '"+line+"'; echo '"+`{"type":"check","name":"here","ok":true}`+"'; exec cat > /dev/null",
		"--threshold", "checks==100%", "--threshold", "ops.sent==3", "--threshold", "ops.lost==0")
	r.wait(t, exitDone)
	if v, _ := readLoad(t, report).Metric("checks{check:here}"); v.Value != 3 || v.Of != 3 {
		t.Errorf("got %v checks, want 3 of 3", v)
	}
	r = start(t, nothing(), "load", room, "--bots", "1", "--ramp", "0s", "--duration", "1s", "--exec", "echo why >&2; exit 7")
	r.wait(t, exitFailed)
	r.err.await(t, "bot-1-0: why\n", "exit status 7: why")
}
