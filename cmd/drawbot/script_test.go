package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// starlark writes a program of bots.
func starlark(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "evil.star")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSandbox runs programs that were written to break what runs them. Drawbot
// says in one line what has happened, and ends with a status of its own. It is
// built as it is for people: the race detector has its own idea of memory.
func TestSandbox(t *testing.T) {
	t.Parallel()
	drawbot := buildDrawbot(t)
	tests := []struct {
		name, text string
		want       string // of the last line
		status     int
	}{
		{"doubling", "s = 'x'\nwhile True: s += s", "was ended: it needed more memory than it may have (--memory 400MB)", exitFailed},
		{"giant_power", "x = 3\nwhile True: x = x * x", "", exitFailed},          // of time or of memory
		{"many_small", "l = []\nwhile True: l.append([len(l)])", "", exitFailed}, // likewise
		{"one_giant", "s = 'x' * 1000000000", "was ended: it needed more memory than it may have (--memory 400MB)", exitFailed},
		{"huge_range", "l = list(range(1 << 40))", "was ended: it needed more memory than it may have (--memory 400MB)", exitFailed},
		{"recursion", "def f(): f()\nf()", "evil.star:1:10: more than 2000 calls deep", exitFailed},
		{"nested_text", "x = " + strings.Repeat("[", 100_000), "evil.star:1:82: excessive nesting", exitFailed},
		{"nested_json", "x = json.decode('[' * 10000000)", "was ended: its calls or its data are nested too deeply", exitFailed},
		{"nested_data", "x = []\nfor i in range(500000): x = [x]\nprint(json.encode(x))", "", exitFailed}, // of its depth or of memory
		{"files", "x = data('/etc/passwd')", `evil.star:1:9: data: "/etc/passwd": there are only files beside the program, and in folders there`, exitFailed},
		{"flood", "for i in range(2000): print('x' * 10000)\ndef bot(bot): pass", "is a program that bots can run", exitDone},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := starlark(t, tt.text)
			var stderr strings.Builder
			cmd := exec.Command(drawbot, "run", "--check", path, "--memory", "400MB")
			cmd.Stderr = &stderr
			_ = cmd.Run() // whose status says how it ended
			if got := cmd.ProcessState.ExitCode(); got != tt.status {
				t.Errorf("got exit status %d, want %d", got, tt.status)
			}
			said := strings.TrimSuffix(stderr.String(), "\n")
			last := said[strings.LastIndexByte(said, '\n')+1:]
			if !strings.HasSuffix(last, tt.want) || len(said) > 2_000_000 || tt.status != exitDone && !strings.HasPrefix(last, "drawbot: ") {
				t.Errorf("got %d bytes that end in %q, want %q", len(said), last[:min(len(last), 300)], tt.want)
			}
		})
	}
}

// TestSandboxOfBots is TestSandbox of what bots do in a room, each beside one that
// draws as it should, and whose strokes arrive.
func TestSandboxOfBots(t *testing.T) {
	t.Parallel()
	drawbot := buildDrawbot(t)
	room := serve(t, signaling.ServerOptions{MaxStreams: -1, AccessRate: -1}).URL + "/"
	const memory = "was ended: it needed more memory than it may have (--memory 200MB)"
	tests := []struct {
		name, evil string // what the second bot does
		status     int
		want       string // of what is said; empty: one of several
	}{
		{"memory", "s = 'x'\n  while True: s += s", exitFailed, memory},
		{"memory_of_points", "l = []\n  while bot.running():\n    l.append([(x, x) for x in range(100000)])\n    bot.sleep(0)", exitFailed, memory},
		{"replaced", "s = 'ab' * 1000\n  while True: s = s.replace('a', s)", exitFailed, memory},
		{"power", "x = 3\n  while True: x = x * x", exitFailed, ""}, // of time or of memory
		{"recursion", "deep(bot)", exitFailed, "more than 2000 calls deep"},
		{"never_waits", "while True: pass", exitFailed, "busy for 5s without waiting"},
		{"one_operation", "max(range(1 << 40))", exitFailed, "is busy with one operation that does not end, and was ended with all bots"},
		{"long_slices", "for i in range(5):\n    n = now()\n    while now() - n < 0.3: pass\n    bot.sleep(0.01)", exitDone, "the program was busy for more than 100 ms without waiting, "},
		{"draws_without_end", "while True: bot.stroke([(i % 7, i % 5) for i in range(9999)])", exitFailed, ""}, // likewise
		{"says_without_end", "while bot.running():\n    log('x' * 5000)\n    bot.sleep(0)", exitDone, "the program logged more than 100 lines a second: "},
		{"listens_to_nothing", "bot.sleep(100)", exitDone, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := starlark(t, `
def deep(x): deep(x)

def evil(bot):
  bot.sleep(1)
  `+tt.evil+`

def bot(bot):
    if bot.name == "bot-2": evil(bot)
    while bot.running():
        bot.stroke([(1, 2), (3, 4)])
        bot.sleep(0.1)
`)
			ana := enter(t, room+tt.name)
			var stderr strings.Builder
			last := "7s"
			if tt.want == memory {
				last = "1m" // it ends all, and may take its time on a busy machine
			}
			cmd := exec.Command(drawbot, "run", room+tt.name, path, "--bots", "2", "--name", "bot", "--memory", "200MB", "--for", last)
			cmd.Stderr = &stderr
			_ = cmd.Run() // whose status says how it ended
			said := stderr.String()
			if got := cmd.ProcessState.ExitCode(); got != tt.status || !strings.Contains(said, tt.want) || len(said) > 2_000_000 {
				t.Errorf("got exit status %d and %d bytes that end in %q, want %d and %q", got, len(said), said[max(0, len(said)-300):], tt.status, tt.want)
			}
			drawn := 0
			ana.Look(func(log *canvas.Log) {
				for range log.Paint(canvas.Key{}) {
					drawn++
				}
			})
			if drawn == 0 {
				t.Error("got nothing of the other bot's")
			}
		})
	}
}

// TestScriptData reads a file beside the program, and none that a link leads out to.
func TestScriptData(t *testing.T) {
	t.Parallel()
	path := starlark(t, "log(data('words.txt'))\nlog(data('out'))")
	dir := filepath.Dir(path)
	if err := os.WriteFile(filepath.Join(dir, "words.txt"), []byte("hello"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	r := start(t, nothing(), "run", "--check", path)
	r.wait(t, exitFailed)
	r.err.await(t, "evil: hello\n", "path escapes from parent\n")
}

// TestScriptEndsWithItsParent kills drawbot. Its bots leave the room.
func TestScriptEndsWithItsParent(t *testing.T) {
	room := serve(t, signaling.ServerOptions{Grace: time.Minute}).URL + "/studio"
	watcher := start(t, nothing(), "join", room)
	watcher.out.await(t, `"self"`)
	p := spawn(t, "", "run", room, starlark(t, "def bot(bot):\n  while True: bot.sleep(1)"))
	watcher.out.await(t, `"name":"evil","state":"joined"`)
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	watcher.out.await(t, `"name":"evil","state":"left"`)
	watcher.interrupt()
	watcher.wait(t, exitDone)
}

// TestScriptBots lets several bots run, of which one fails.
func TestScriptBots(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	r := start(t, nothing(), "run", room, "--bots", "3", "--name", "bot", "--seed", "7", "--env", "who=bot-2", starlark(t, `
def bot(bot):
    check("in-the-studio", bot.room == "studio")
    bot.synced()
    if bot.name == env["who"]: fail("alas")
    log("well")
`))
	r.wait(t, exitFailed)
	r.err.await(t, "bot-1: well\n")
	r.err.await(t, "bot-3: well\n")
	r.err.await(t, "running ", " as 3 bots, --seed 7; Ctrl-C ends it\n",
		"drawbot: bot-2: evil.star:5:36: fail: alas\n  at evil.star:5:36 in bot\n",
		"check in-the-studio: 3 of 3 passed\n", "drawbot: 1 of 3 bots failed\n")
}

// TestScriptMeasures frames a run by setup and teardown, and tells what it measured.
func TestScriptMeasures(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	r := start(t, nothing(), "run", room, "--name", "bot", starlark(t, `
reply, words, size, hit = trend("reply", "ms"), counter("words"), gauge("size", "px"), rate("hit")
def setup(): return [1, 2]
def bot(bot, data):
    for x in data:
        reply.add(x / 10)
        words.add()
        size.add(x)
        hit.add(x == 1)
def teardown(data): log("over", data)
`))
	r.wait(t, exitDone)
	r.err.await(t, "teardown: over [1, 2]\nhit: 1 of 2\nreply: 100 ms to 200 ms, 150 ms on average of 2\n",
		"size: 2 px in the end, 1 px to 2 px\nwords: 2 in all\n")
	r = start(t, nothing(), "run", room, starlark(t, "def setup(): fail('no')\ndef bot(bot, data): pass"))
	r.wait(t, exitFailed)
	r.err.await(t, "drawbot: evil.star:1:18: fail: no\n")
	r = start(t, nothing(), "run", room, starlark(t, "def watch(bot): pass\nscenarios = {'guests': scenario(watch)}"))
	r.wait(t, exitFailed)
	r.err.await(t, "drawbot: the program has no function bot, but scenarios: run them with drawbot load --script, or one function with --func\n")
}
