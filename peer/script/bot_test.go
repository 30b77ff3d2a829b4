package script

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// must ends the test if a peer cannot do something.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestNext lets somebody do one thing after the other, and a bot hear of it.
func TestNext(t *testing.T) {
	line := func(x float64) canvas.PlainOp {
		return canvas.Segment{From: canvas.Point{X: x}, To: canvas.Point{X: x, Y: 10}, Force: 1, Color: tomato}
	}
	tests := []struct {
		name, next string // arguments of next
		does       func(ana *peer.Peer)
		want       []string // e.kind, e.by, and more of some kinds
	}{
		{"two_strokes", "'stroke'", func(ana *peer.Peer) { must(ana.Draw(line(1), line(2))) }, []string{"stroke ana 2 False", "stroke ana 2 False"}},
		{"a_hand_that_hesitates", "'stroke'", func(ana *peer.Peer) {
			s := must(ana.Draw(zigzag(3)...))
			time.Sleep(time.Second)
			must(ana.Continue(s, canvas.Segment{From: canvas.Point{X: 30, Y: 1}, To: canvas.Point{X: 40}, Force: 1, Color: tomato}))
		}, []string{"stroke ana 4 False", "stroke ana 2 True"}},
		{"two_fingers", "'stroke'", func(ana *peer.Peer) {
			a := must(ana.Continue(canvas.Stroke{}, line(1)))
			time.Sleep(100 * time.Millisecond)
			b := must(ana.Continue(canvas.Stroke{}, line(2)))
			for range 5 {
				a = must(ana.Continue(a, line(1)))
				b = must(ana.Continue(b, line(2)))
			}
		}, []string{"stroke ana 2 False", "stroke ana 10 True", "stroke ana 12 False"}},
		{"rect", "'rect'", func(ana *peer.Peer) {
			must(ana.Draw(line(1), canvas.Rect{Origin: canvas.Point{X: 5, Y: 6}, Width: 10, Height: -2, LineWidth: 1, Color: tomato}))
		}, []string{"rect ana [(5.0, 6.0), (15.0, 4.0)]"}},
		{"undo_redo_clear", "'undo', 'redo', 'clear'", func(ana *peer.Peer) {
			s := must(ana.Draw(line(1)))
			time.Sleep(time.Second)
			must(0, ana.Undo(s))
			time.Sleep(time.Second)
			must(0, ana.Redo(s))
			time.Sleep(time.Second)
			must(ana.Draw(canvas.Clear{}))
		}, []string{"undo ana", "redo ana", "clear ana"}},
		{"stroke_before_clear", "", func(ana *peer.Peer) { must(ana.Draw(line(1), canvas.Clear{})) }, []string{"join ana", "stroke ana 2 False", "clear ana"}},
		{"by_name", "by = 'ana'", func(ana *peer.Peer) { must(ana.Draw(line(1))) }, []string{"join ana", "stroke ana 2 False"}},
		{"by_another", "by = 'bo'", func(ana *peer.Peer) { must(ana.Draw(line(1))) }, nil},
		{"of_another_kind", "'rect'", func(ana *peer.Peer) { must(ana.Draw(line(1))) }, nil},
		{"leave", "'leave'", func(ana *peer.Peer) { ana.Close(context.Background()) }, []string{"leave ana"}},
		{"join_is_old", "'join'", func(*peer.Peer) {}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inRoom(t, func(t *testing.T, r *room) {
				c := newCast(t, `
def bot(bot):
    bot.sleep(3)
    if 'join' in "`+tt.name+`": bot.next("join", by = "ana", timeout = 0)
    while bot.running():
        e = bot.next(`+tt.next+`)
        if e: log(e.kind, e.by, *more(e))
def more(e):
    if e.kind == "stroke": return [len(e.points), e.more]
    if e.kind == "rect": return [e.points]
    return []
`)
				ana := r.enter("ana")
				ctx, stop := context.WithCancel(t.Context())
				result := c.start(r, ctx, "b", 0)
				time.Sleep(5 * time.Second)
				tt.does(ana)
				time.Sleep(5 * time.Second)
				stop()
				ends(t, result)
				var got []string
				for _, line := range c.lines {
					got = append(got, strings.TrimPrefix(line, "b: "))
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// TestBot lets bots do what they can, in a room where ana has drawn before. Each
// fails by itself if something is not as it should be.
func TestBot(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"names", "log(bot.name, bot.room, len(bot.id) > 8, [m.name for m in bot.members()])", `b: b studio True ["ana"]`},
		{"old_only_if_asked", "a = bot.next('stroke', timeout = 1)\nlog(a)", "b: None"},
		{"old", "e = bot.next('stroke', old = True, timeout = 5)\nlog(e.by, e.old, len(e.points))", "b: ana True 6"},
		{"timeout", "t = now()\ne = bot.next('stroke', timeout = '2s')\nlog(e, int((now() - t) * 1000 + .5))", "b: None 2000"},
		{"sleep", "t = now()\nbot.sleep(1.5)\nbot.sleep('250ms')\nbot.sleep(1)\nlog(int((now() - t) * 1000 + .5))", "b: 2750"},
		{"pace", "bot.pace(10)\nt = now()\nfor i in range(5): bot.pace(10)\nlog(int((now() - t) * 1000 + .5))", "b: 500"},
		{"pace_after_a_stall", "bot.pace(10)\nbot.sleep(5)\nbot.pace(10)\nt = now()\nbot.pace(10)\nlog(int((now() - t) * 1000 + .5))", "b: 100"},
		{"synced", "log(bot.synced(), bot.synced('1s'))", "b: True True"},
		{"sum", "a = bot.sum()\nbot.stroke([(0, 0), (9, 9)])\nlog(len(a), a == bot.sum())", "b: 32 False"},
		{"agree", "bot.sleep(5)\nlog(bot.agree())", "b: True"},
		{"undo", "s = bot.stroke([(400, 300), (500, 300)], color = 'red', width = 9)\na = bot.pixel(450, 300)\nbot.undo(s)\nb = bot.pixel(450, 300)\nbot.redo(s)\nlog(a, b, bot.pixel(450, 300))", "b: #ff0000 #ffffff #ff0000"},
		{"rect", "bot.rect(400, 300, 50, -20, color = '#00f', width = 4)\np = bot.picture(390, 270, 70, 40)\nlog(p.pixel(400, 290), p.pixel(425, 280), p.pixel(425, 290), p.width, p.height)", "b: #0000ff #0000ff #ffffff 70 40"},
		{"clear", "bot.synced()\na = bot.pixel(5, 0)\nbot.clear()\nlog(a != '#ffffff', bot.pixel(5, 0))", "b: True #ffffff"},
		{"handles", "a = bot.stroke([(0, 0), (1, 1)])\nb = bot.stroke([(1, 1), (2, 2)])\nlog(a == a, a == b, {a: 1}[a], type(a))", "b: True False 1 stroke"},
		{"turtle", "t = bot.turtle(400, 300, color = 'lime', width = 6)\nfor i in range(4):\n    t.forward(50)\n    t.turn(90)\nt.pen(False)\nt.goto(0, 0)\nlog(bot.pixel(425, 300), bot.pixel(450, 325), bot.pixel(200, 150), t.x, t.heading)", "b: #00ff00 #00ff00 #ffffff 0.0 0.0"},
		{"turtle_undo", "t = bot.turtle(400, 300, width = 6)\nt.forward(50)\nt.forward(50)\nbot.undo(t.stroke)\nlog(bot.pixel(425, 300), bot.pixel(475, 300))", "b: #ffffff #ffffff"},
		{"leave", "bot.leave()\nlog(bot.running())\nbot.sleep(100)\nbot.sleep(100)\nlog('never')", "b: False"},
		{"check", "if check('a', 1): check('a', False)\ncheck('b', [])", ""},
		{"print", "print('a', 1)", "b: a 1"},
		{"long_line", "log('é' * 600)", "b: " + strings.Repeat("é", 500) + "… (200 bytes more)"},
		{"not_missed", "log(bot.missed)", "b: 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inRoom(t, func(t *testing.T, r *room) {
				ana := r.enter("ana")
				must(ana.Draw(zigzag(5)...))
				c := newCast(t, "def bot(bot):\n    bot.sleep(2)\n    "+strings.ReplaceAll(tt.text, "\n", "\n    ")+"\n    bot.running() and bot.next('stroke', old = True, timeout = 0)")
				ends(t, c.start(r, t.Context(), "b", 0))
				if got := c.said(); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				if got, want := c.Checks(), []Check{{"a", 1, 1}, {"b", 0, 1}}; tt.name == "check" && !slices.Equal(got, want) {
					t.Errorf("got %v, want %v", got, want)
				}
			})
		})
	}
}

// TestWrong lets bots do what they cannot. Each fails, and says where and why.
func TestWrong(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"attribute", "bot.tag('x')", "test.star:2:6: bot has no .tag field or method"},
		{"one_point", "bot.stroke([(1, 2)])", "test.star:2:13: stroke: a stroke has at least 2 points: got 1"},
		{"no_point", "bot.stroke([(1, 2), 3])", "test.star:2:13: stroke: point 1: want a pair (x, y), got 3"},
		{"no_number", "bot.stroke([(1, 'a'), (2, 3)])", `test.star:2:13: stroke: point 0: want two numbers, got (1, "a")`},
		{"nan", "bot.stroke([(1, float('nan')), (2, 3)])", "test.star:2:13: stroke: point 0: (1, NaN) is off the canvas, which ends at 1000000 pixels"},
		{"far_away", "bot.stroke([(1, 2), (1 << 400, 3)])", "test.star:2:13: stroke: point 1: (2.5822498780869086e+120, 3) is off the canvas, which ends at 1000000 pixels"},
		{"too_many_points", "bot.stroke([(1, 2)] * 10001)", "test.star:2:13: stroke: a stroke has at most 10000 points"},
		{"color", "bot.stroke([(1, 2), (3, 4)], color = 'tomatoe')", `test.star:2:13: stroke: "tomatoe" is no CSS color, such as tomato, #9900ff or rgb(153, 0, 255)`},
		{"width", "bot.rect(1, 2, 3, 4, width = 0)", "test.star:2:11: rect: 0 is no width: above 0, and 512 pixels at most"},
		{"no_handle", "bot.undo(3)", "test.star:2:11: undo: for parameter stroke: got int, want stroke"},
		{"time", "bot.sleep('soon')", `test.star:2:12: sleep: for parameter time: "soon" is no duration, such as "250ms", "2s" or 2.5`},
		{"time_before", "bot.sleep(-1)", "test.star:2:12: sleep: for parameter time: -1 is out of range: 0 to 168h0m0s"},
		{"kind", "bot.next('seg' + 'ment')", `test.star:2:11: next: there is no event "segment": there are stroke, rect, clear, undo, redo, join, leave, missed`},
		{"pace", "bot.pace(0)", "test.star:2:11: pace: 0 is no rate: it is how many times a second, 0.000001 to 1000000"},
		{"picture", "bot.picture(width = 1 << 20, height = 1 << 20)", "test.star:2:14: picture: a picture has 1 to 4194304 pixels"},
		{"pixel", "bot.picture(0, 0, 9, 9).pixel(9, 0)", "test.star:2:32: pixel: (9, 0) is not in the picture"},
		{"argument", "bot.clear(1)", "test.star:2:12: clear: got 1 arguments, want at most 0"},
		{"check_name", "check('', True)", "test.star:2:8: check: \"\" is no check's name: 1 to 64 of a-z, 0-9, _, . and -"},
		{"draw_after_leave", "bot.leave()\n  bot.clear()", "test.star:3:12: clear: the peer has left the room"},
		{"file_too_late", "data('a')", "test.star:2:7: data: files are read while the program loads: do it outside of functions"},
		{"fail", "fail('by', 'itself')", "test.star:2:7: fail: by itself"},
		{"all_checks", "[check(str(i), True) for i in range(257)]", "test.star:2:9: check: there are more than 256 different checks"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inRoom(t, func(t *testing.T, r *room) {
				c := newCast(t, "def bot(bot):\n  "+tt.text)
				err := <-c.start(r, t.Context(), "b", 0)
				if err == nil || err.Error() != tt.want {
					t.Errorf("got %v, want %s", err, tt.want)
				}
			})
		})
	}
}

// TestEnd ends runs at whatever a bot is doing. Its wait ends at once, and the
// next but one ends the bot.
func TestEnd(t *testing.T) {
	for _, wait := range []string{"bot.sleep(1000)", "bot.next('stroke')", "bot.next('stroke', timeout = 1000)", "bot.pace(0.001)"} {
		t.Run(wait, func(t *testing.T) {
			inRoom(t, func(t *testing.T, r *room) {
				c := newCast(t, fmt.Sprintf("def bot(bot):\n  %s\n  log(bot.running())\n  while True: %s", wait, wait))
				ctx, stop := context.WithCancel(t.Context())
				result := c.start(r, ctx, "b", 0)
				time.Sleep(10 * time.Second)
				stopped := time.Now()
				stop()
				ends(t, result)
				if took := time.Since(stopped); took > 0 || c.said() != "b: False" {
					t.Errorf("took %v and said %q, want no time, and that it does not run any more", took, c.said())
				}
			})
		})
	}
}

// TestAbort lets one bot end the run of another.
func TestAbort(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, "def bot(bot):\n  bot.sleep(2)\n  if bot.name == 'a': abort('enough')\n  while True: bot.sleep(1000)")
		a, b := c.start(r, t.Context(), "a", 0), c.start(r, t.Context(), "b", 1)
		ends(t, a)
		ends(t, b)
		var aborted *AbortError
		if !errors.As(c.Err(), &aborted) || aborted.Reason != "enough" {
			t.Errorf("got %v, want that it was aborted", c.Err())
		}
	})
}

// TestOneFails lets a bot fail. The other goes on.
func TestOneFails(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, "def bot(bot):\n  bot.sleep(1)\n  if bot.name == 'a': fail('alas')\n  bot.sleep(5)\n  log('well')")
		a, b := c.start(r, t.Context(), "a", 0), c.start(r, t.Context(), "b", 1)
		if err := <-a; err == nil {
			t.Error("got no error of the one that fails")
		}
		ends(t, b)
		if got := c.said(); got != "b: well" {
			t.Errorf("got %q, want of the other that it is well", got)
		}
	})
}

// TestClosed closes a bot's peer. It fails with that, whatever it waits for.
func TestClosed(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, "def bot(bot): bot.next('stroke')")
		p := r.enter("b")
		result := make(chan error, 1)
		go func() { result <- c.Bot(t.Context(), p, c.actor(0)) }()
		time.Sleep(time.Second)
		p.Close(t.Context())
		if err := <-result; !errors.Is(err, peer.ErrClosed) {
			t.Errorf("got %v, want %v", err, peer.ErrClosed)
		}
	})
}

// TestMissed overflows a bot that asks for nothing for a while.
func TestMissed(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, `
def bot(bot):
    bot.sleep(60)
    n = 0
    while True:
        e = bot.next("rect", "missed", timeout = 1)
        if not e: break
        if e.kind == "missed": log(n, e.count, bot.missed)
        n += 1
    log(n)
`)
		ana := r.enter("ana")
		result := c.start(r, t.Context(), "b", 0)
		time.Sleep(3 * time.Second)
		const extra = 500
		for range maxEvents + extra {
			must(ana.Draw(canvas.Rect{Width: 1, Height: 1, LineWidth: 1, Color: tomato}))
		}
		ends(t, result)
		want := "b: misses events: more than 10,000 wait for it to ask for them\nb: 10000 500 500\nb: 10001"
		if got := c.said(); got != want || c.Stats().Missed != extra {
			t.Errorf("got %q, missed %d, want %q, missed %d", got, c.Stats().Missed, want, extra)
		}
	})
}

// TestPoints overflows a queue with few events of many points.
func TestPoints(t *testing.T) {
	t.Parallel()
	q := newQueue()
	long := event{kind: "stroke", points: make([]canvas.Point, maxPoints)}
	for range maxHeld / maxPoints {
		if q.put(long) {
			t.Fatal("got a full queue, want room for 200,000 points")
		}
	}
	if !q.put(event{kind: "stroke", points: make([]canvas.Point, 2)}) {
		t.Error("got room for more points, want a full queue")
	}
	if _, ok := q.take(func(*event) bool { return true }); !ok || q.put(long) {
		t.Error("got no room again after one was taken")
	}
}

// TestUnsaid floods the log. What exceeds the rate is counted.
func TestUnsaid(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, "def bot(bot):\n  for i in range(5000): log(i)")
		ends(t, c.start(r, t.Context(), "b", 0))
		if got := c.Stats().Unsaid; got != 5000-linesBurst || len(c.lines) != linesBurst {
			t.Errorf("got %d lines and %d unsaid, want %d and the rest", len(c.lines), got, linesBurst)
		}
	})
}
