package script

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"
)

// TestLoad loads programs that are wrong, and says where.
func TestLoad(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"words.txt": {Data: []byte("a\nb")}, "dir/more.txt": {Data: []byte("c")}}
	tests := []struct{ name, text, want string }{
		{"good", "def bot(bot): pass", ""},
		{"other_parameter", "def bot(me, rate = 5): pass", ""},
		{"data", `x = data("words.txt").splitlines() + [data("dir/more.txt")]` + "\ndef bot(b):\n  if x != ['a', 'b', 'c']: fail(x)", ""},
		{"language", "x = 0\nwhile x < 3: x += 1\nx = set([x])\ndef bot(b): return bot(b)", ""},
		{"modules", "x = [now(), rand.int(5), math.sin(1), json.encode({}), env.get('a', 1)]\nlog(x)\ndef bot(b): pass", ""},
		{"syntax", "def bot(bot):\n  x = = 1", "test.star:2:7: got '=', want primary expression"},
		{"unknown_name", "def bot(bot):\n  histogram('reply', 'ms')", "test.star:2:3: undefined: histogram"},
		{"load_of_another_file", `load("other.star", "x")` + "\ndef bot(b): pass", "test.star:1:1: cannot load other.star: a program is one file"},
		{"unknown_kind", "def bot(bot):\n  bot.next('stroke', 'segment')", "test.star:2:22: there is no event segment: there are stroke, rect, clear, undo, redo, join, leave, missed"},
		{"no_bot", "x = 1", "the program has no function bot"},
		{"no_function", "bot = 1", "bot is no function of the program: it is a int"},
		{"no_parameter", "def bot(): pass", "test.star:1:1: bot takes one argument, the bot, or two, the bot and what setup returned"},
		{"two_parameters", "def bot(a, b): pass", "test.star:1:1: bot takes two arguments, of which the second is what setup returned, and there is no setup"},
		{"keyword_only", "def bot(a, *, b): pass", "test.star:1:1: bot takes one argument, the bot, or two, the bot and what setup returned"},
		{"fails", "def f(): fail('no')\nf()", "test.star:1:14: fail: no"},
		{"no_such_file", `data("no.txt")`, "test.star:1:5: data: open no.txt: file does not exist"},
		{"folder", `data("dir")`, "test.star:1:5: data: dir is no regular file"},
		{"parent", `data("../secret")`, `test.star:1:5: data: "../secret": there are only files beside the program, and in folders there`},
		{"root", `data("/etc/passwd")`, `test.star:1:5: data: "/etc/passwd": there are only files beside the program, and in folders there`},
		{"check_too_early", `check("x", True)`, "test.star:1:6: check: only a bot can: do it in the function that bots call"},
		{"abort_too_early", `abort("x")`, "test.star:1:6: abort: only a bot can: do it in the function that bots call"},
		{"too_deep", "def f(): f()\nf()", "test.star:1:10: more than 2000 calls deep"},
		{"too_long", "#" + strings.Repeat("x", maxSource), "test.star has more than 1048576 bytes"},
		{"env_frozen", "env['a'] = 1", "test.star:1:4: cannot insert into frozen hash table"},
		{"impossible_number", "rand.int(0)", "test.star:1:9: int: there is no number from 0 to below 0"},
		{"nothing_to_choose", "rand.choice([])", "test.star:1:12: choice: there is nothing to choose from"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Load(t.Context(), "test.star", strings.NewReader(tt.text), Options{Files: files})
			if err == nil {
				_, err = p.Scenario(Entry)
			}
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestFrozen lets a bot try to change what all bots share.
func TestFrozen(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, "all = []\ndef bot(bot): all.append(1)")
		err := <-c.start(r, t.Context(), "a", 0)
		if want := "test.star:2:25: append: cannot append to frozen list"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// TestBusy ends a program that does not wait, and says so if that is not possible.
func TestBusy(t *testing.T) {
	t.Parallel()
	quick := limits{busy: time.Millisecond, stuck: 20 * time.Millisecond}
	t.Run("loop", func(t *testing.T) {
		_, err := Load(t.Context(), "test.star", strings.NewReader("while True: pass"), Options{limits: quick})
		var at *Error
		if !errors.Is(err, ErrBusy) || !errors.As(err, &at) || !strings.HasPrefix(at.Place, "test.star:1:") {
			t.Errorf("got %v, want %v and where", err, ErrBusy)
		}
	})
	t.Run("one_operation", func(t *testing.T) {
		var stuck atomic.Int32
		_, err := Load(t.Context(), "test.star", strings.NewReader("x = max(range(20000000))"),
			Options{limits: quick, Stuck: func() { stuck.Add(1) }})
		if !errors.Is(err, ErrBusy) || stuck.Load() != 1 {
			t.Errorf("got %v, stuck %d times, want %v and once", err, stuck.Load(), ErrBusy)
		}
	})
	t.Run("canceled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Load(ctx, "test.star", strings.NewReader("while True: pass"), Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
	})
}

// TestStack tells where a program failed, and by which calls it came there.
func TestStack(t *testing.T) {
	t.Parallel()
	_, err := Load(t.Context(), "test.star", strings.NewReader("def f(x):\n  return 1 // x\ndef g(): f(0)\ng()"), Options{})
	var at *Error
	if !errors.As(err, &at) {
		t.Fatalf("got %v, want an error of the program", err)
	}
	want := "test.star:4:2 in <toplevel>, test.star:3:11 in g, test.star:2:12 in f"
	if got := strings.Join(at.Stack, ", "); got != want || at.Place != "test.star:2:12" {
		t.Errorf("got %s at %s, want %s", got, at.Place, want)
	}
}

// TestRandom gives each bot its own numbers, and the same ones again.
func TestRandom(t *testing.T) {
	text := "def bot(bot): log([rand.int(1000), rand.float(5, 6), rand.exp(2), rand.normal(), rand.choice('abc'.elems()), rand.shuffle(range(9))])"
	inRoom(t, func(t *testing.T, r *room) {
		said := func(number int) string {
			c := newCast(t, text)
			ends(t, c.start(r, t.Context(), "a", number))
			return c.said()
		}
		first, again, other := said(0), said(0), said(1)
		if first != again || first == other || !strings.HasPrefix(first, "a: [") {
			t.Errorf("got %q, %q and %q, want the same twice, and another", first, again, other)
		}
	})
}

// TestInterest reads off a program what it may ask for.
func TestInterest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		kinds      string
		old        bool
	}{
		{"nothing", "pass", "", false},
		{"one", "bot.next('stroke', by = 'a', timeout = 1)", "stroke", false},
		{"two_calls", "bot.next('stroke'); bot.next('join')", "stroke join", false},
		{"all", "bot.next()", strings.Join(kinds, " "), false},
		{"old", "bot.next('rect', old = True)", "rect", true},
		{"not_old", "bot.next('rect', old = False)", "rect", false},
		{"computed", "bot.next('str' + 'oke')", strings.Join(kinds, " "), false},
		{"spread", "bot.next(*x)", strings.Join(kinds, " "), false},
		{"named", "bot.next('rect', **x)", "rect", true},
		{"kept", "wait = bot.next", strings.Join(kinds, " "), true},
		{"by_name", "getattr(bot, 'ne' + 'xt')()", strings.Join(kinds, " "), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, "x = []\ndef bot(bot):\n  "+tt.text)
			if got := strings.Join(p.hears.kinds, " "); got != tt.kinds || p.hears.old != tt.old {
				t.Errorf("got %q, old %v, want %q, old %v", got, p.hears.old, tt.kinds, tt.old)
			}
		})
	}
}

// grows matches what can take much memory in one step, which only a process of its
// own survives.
var grows = regexp.MustCompile(`[*+%<]|range|join|replace|extend|shuffle`)

// FuzzScript compiles whatever there is, and loads what cannot grow. That ends, and
// says what is wrong in few words.
func FuzzScript(f *testing.F) {
	for _, text := range []string{
		"def bot(bot):\n  bot.next('stroke', old = True)", "x = [i for i in [9]]", "while True: pass", "def f(): f()\nf()",
		"x = rand.choice('abc'.elems())", "log(json.decode('[[1]]'))", "x = {1: 'a' * 3} | {}", "bot = lambda b: b.next(*x)", "x = \"\\U0001F600\" % ()",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		o := Options{limits: limits{busy: time.Millisecond, stuck: 20 * time.Millisecond}}
		_, _, err := compile("fuzz.star", strings.NewReader(text), o.names())
		if err == nil && !grows.MatchString(text) {
			var p *Program
			if p, err = Load(ctx, "fuzz.star", strings.NewReader(text), o); err == nil {
				_, err = p.Scenario(Entry)
			}
		}
		if err != nil && (err.Error() == "" || len(err.Error()) > 4*maxLine) {
			t.Errorf("got an error of %d bytes", len(err.Error()))
		}
	})
}
