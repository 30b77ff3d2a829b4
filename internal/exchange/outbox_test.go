package exchange

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// outboxExchange has a synced neighbour and a plain one.
func outboxExchange(t *testing.T, now time.Time) (*Exchange, fakeWire) {
	w := make(fakeWire)
	own := newAuthor(t, "us").log
	if own.Site().String() > newAuthor(t, "lines").log.Site().String() {
		t.Fatal("the other one sponsors")
	}
	r := New(Options{Wire: w, Log: own})
	r.Opened("lines", newAuthor(t, "lines").says(), nil, now)
	r.Opened("plain", nil, nil, now)
	clear(w)
	return r, w
}

// linesOf are the kinds of the lines of texts: events, and the n of entries and heads.
func linesOf(texts ...string) (list []string) {
	for line := range strings.SplitSeq(strings.Join(texts, "\n"), "\n") {
		var m struct {
			Event string
			N     int
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			panic(err)
		}
		list = append(list, fmt.Sprintf("%s %d", m.Event, m.N))
	}
	return list
}

// What is drawn within a moment goes together, a line each, with a head that covers
// it; plain peers get it one by one.
func TestOutbox(t *testing.T) {
	now := time.Now()
	r, w := outboxExchange(t, now)
	draw := func(x float64) {
		t.Helper()
		if _, err := r.Draw(segment(x), now); err != nil {
			t.Fatal(err)
		}
	}
	draw(1)
	if wait := r.Ship(now); wait != 0 {
		t.Errorf("an idle outbox waits for %v, want none", wait)
	}
	if got := w.takes("lines"); len(got) != 1 || !slices.Equal(linesOf(got...), []string{"draw 1", "head 1"}) {
		t.Errorf("the first stroke went as %q, want one message at once", got)
	}
	now = now.Add(5 * time.Millisecond)
	draw(2)
	if wait := r.Ship(now); wait != 11*time.Millisecond {
		t.Errorf("5ms later it waits for %v, want 11ms: 16 in all", wait)
	}
	draw(3)
	if wait := r.Ship(now); wait != 0 {
		t.Errorf("it asks twice to be called: after %v", wait)
	}
	if got := w.takes("lines"); got != nil {
		t.Errorf("sent %q before the window's end", got)
	}
	r.Due()
	r.Ship(now.Add(11 * time.Millisecond))
	if got := w.takes("lines"); len(got) != 1 || !slices.Equal(linesOf(got...), []string{"draw 2", "draw 3", "head 3"}) {
		t.Errorf("sent %q, want both strokes and a head", got)
	}
	if got := w["plain"]; len(got) != 3 || strings.Contains(got[2], "head") {
		t.Errorf("to a plain peer went %q, want three messages", got)
	}

	r.Undo(r.log.Undoable(), now)
	r.Flush(now)
	if got := w.takes("lines"); len(got) != 1 || !slices.Equal(linesOf(got...), []string{"undo 4", "head 4"}) {
		t.Errorf("an undo went as %q", got)
	}
	if len(w["plain"]) != 3 {
		t.Errorf("a plain peer was sent an undo: %q", w["plain"])
	}
}

// However much is drawn at once, a message is not much longer than what travels
// together, no run goes past a milestone, and all of it is sent before what it says
// we hold.
func TestOutboxBounds(t *testing.T) {
	now := time.Now()
	r, w := outboxExchange(t, now)
	const n = 1000
	for x := range n {
		r.Draw(segment(float64(x)), now)
	}
	r.tell.announce(now)
	r.Flush(now)
	sent := w.takes("lines")
	for i, text := range sent {
		if len(text) > batchBytes+batchBytes/4 || len(text) < batchBytes/2 && i < len(sent)-2 {
			t.Errorf("message %d of %d has %d bytes, want about %d, and no small ones", i, len(sent), len(text), batchBytes)
		}
	}
	lines := linesOf(sent...)
	if last := lines[len(lines)-1]; last != "have 0" {
		t.Errorf("after %d strokes came %q, want what we hold", n, last)
	}
	next, covered := 1, 0
	for _, line := range lines[:len(lines)-1] {
		var kind string
		var at int
		fmt.Sscan(line, &kind, &at)
		switch {
		case kind == "draw" && at == next && covered < at && (covered+256 >= at || covered/256 == (at-1)/256):
			next++
		case kind == "head" && at == next-1:
			covered = at
		default:
			t.Fatalf("got %s after entry %d and head %d", line, next-1, covered)
		}
	}
	if covered != n {
		t.Errorf("%d entries are covered, want %d", covered, n)
	}
}

// One's own stroke of a moment ago is nothing that a newcomer must be sent: it
// is told that it exists.
func TestOutboxNewcomer(t *testing.T) {
	now := time.Now()
	r, w := outboxExchange(t, now)
	r.Draw(segment(1), now)
	r.Opened("new", newAuthor(t, "new").says(), nil, now)
	if got := w["new"]; len(got) != 1 || !strings.Contains(got[0], r.log.Site().String()+`":1`) {
		t.Errorf("a newcomer was sent %q, want what we hold", got)
	}
	r.Draw(segment(2), now)
	r.Flush(now)
	if got := w["new"]; len(got) != 2 || !strings.Contains(got[1], `"n":2`) {
		t.Errorf("a newcomer was sent %q, want the second stroke as well", got)
	}
}

// A text counts as a whole: what no head covers, or a head that fits nothing, is as
// if it had not come, and faults are told, but not without end.
func TestHeardLines(t *testing.T) {
	now := time.Now()
	bad := func(text string) string { return strings.Replace(text, `"force":1`, `"force":2`, 1) }
	tests := []struct {
		name            string
		data            func(a *author) string
		entries, faults int
	}{
		{"one", func(a *author) string { return a.draws(now, 1) }, 1, 0},
		{"three", func(a *author) string { return a.draws(now, 1, 2, 3) }, 3, 0},
		{"two runs", func(a *author) string { return a.draws(now, 1) + "\n" + a.draws(now, 2, 3) }, 3, 0},
		{"unknown between", func(a *author) string { return a.draws(now, 1) + "\n" + `{"event":"dance"}` + "\n" + a.draws(now, 2) }, 2, 0},
		{"unknown within", func(a *author) string {
			return strings.Replace(a.draws(now, 1, 2), "\n", "\n{\"event\":\"dance\"}\n", 1)
		}, 2, 0},
		{"bad within", func(a *author) string { return strings.Replace(a.draws(now, 1, 2), "\n", "\n{\n{\n", 1) }, 0, 1},
		{"bad before a good run", func(a *author) string { return "{\n" + a.draws(now, 1) }, 0, 1},
		{"bad, and a run after the next head", func(a *author) string { return "{\n" + a.draws(now, 1) + "\n" + a.draws(now, 2) }, 0, 1},
		{"no head", func(a *author) string { text := a.draws(now, 1, 2); return text[:strings.LastIndexByte(text, '\n')] }, 0, 1},
		{"a head alone", func(a *author) string { text := a.draws(now, 1, 2); return text[strings.LastIndexByte(text, '\n')+1:] }, 0, 0},
		{"forged", func(a *author) string { return bad(a.draws(now, 1, 2)) }, 0, 0},
		{"forged after what is not", func(a *author) string { return a.draws(now, 1) + "\n" + bad(a.draws(now, 2)) }, 1, 1},
		{"one is missing", func(a *author) string { text := a.draws(now, 1, 2); return text[strings.IndexByte(text, '\n')+1:] }, 0, 0},
		{"another's, forwarded", func(a *author) string {
			b := newAuthor(t, "bo")
			b.draws(now, 1, 2)
			b.told = 0
			return b.news(true) + "\n" + a.draws(now, 3)
		}, 3, 0},
		{"another's, forged", func(a *author) string {
			b := newAuthor(t, "bo")
			b.draws(now, 1, 2)
			b.told = 0
			return bad(b.news(true)) + "\n" + a.draws(now, 3)
		}, 1, 0},
		{"two authors under one head", func(a *author) string {
			b := newAuthor(t, "bo")
			b.draws(now, 1)
			b.told = 0
			first, _, _ := strings.Cut(b.news(true), "\n")
			return first + "\n" + a.draws(now, 3)
		}, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := outboxExchange(t, now)
			a := newAuthor(t, "lines")
			r.Heard("lines", []byte(tt.data(a)), true, now)
			r.Tick(now.Add(leastTell))
			faults := 0
			for _, ev := range r.events {
				if _, ok := ev.(Fault); ok {
					faults++
				}
			}
			if r.log.Len() != tt.entries || faults != tt.faults {
				t.Errorf("got %d entries and %d faults, want %d and %d: %v", r.log.Len(), faults, tt.entries, tt.faults, r.events)
			}
		})
	}
}

// The window grows with the room.
func TestOutboxWindow(t *testing.T) {
	for _, tt := range []struct {
		links int
		want  time.Duration
	}{{1, 16 * time.Millisecond}, {3, 18 * time.Millisecond}, {9, 54 * time.Millisecond}, {29, 75 * time.Millisecond}} {
		now := time.Now()
		r := New(Options{Wire: make(fakeWire)})
		for i := range tt.links {
			r.Opened(signaling.ID(rune('a'+i)), newAuthor(t, fmt.Sprint(i)).says(), nil, now)
		}
		r.Draw(segment(1), time.Now())
		r.Ship(now)
		r.Draw(segment(2), time.Now())
		if got := r.Ship(now); got != tt.want {
			t.Errorf("with %d links what is drawn waits for %v, want %v", tt.links, got, tt.want)
		}
	}
}

// The tutorial's own page throws at all but segments, so that is what it is sent:
// of a rectangle the four sides.
func TestOlderDialect(t *testing.T) {
	now := time.Now()
	r, w := outboxExchange(t, now)
	r.Heard("plain", []byte(`{"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"rgb(1.5, 2, 3)"}`), true, now)
	r.Tick(now)
	w.takes("plain") // what was drawn before it came: nothing
	ops := []canvas.PlainOp{
		segment(1),
		canvas.Preview{Width: 10, Height: 10, LineWidth: 2},
		canvas.Rect{Origin: canvas.Point{X: 5, Y: 6}, Width: 10, Height: 20, LineWidth: 2, Color: canvas.Color{A: 255}},
		canvas.Clear{},
	}
	for _, op := range ops {
		if _, err := r.Draw(op, now); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, text := range w.takes("plain") {
		var m struct {
			Event     string
			LastPoint canvas.Point
			X, Y      float64
		}
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(m.Event, m.LastPoint, m.X, m.Y))
	}
	want := []string{"draw{1 1} 2 3", "draw{5 6} 15 6", "draw{15 6} 15 26", "draw{15 26} 5 26", "draw{5 26} 5 6"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	r.Flush(now)
	if got := linesOf(w.takes("lines")...); !slices.Equal(got[len(got)-6:], []string{"draw 2", "head 2", "drawRect 0", "drawRect 3", "head 3", "clear 0"}) {
		t.Errorf("others were sent %q", got)
	}
}

// A plain peer is shown as much of a large drawing again, after an undo, as when it
// came: it clears what it has before.
func TestPlainPeerIsShownAsMuchAgain(t *testing.T) {
	const most = 131_072
	now := time.Now()
	w := make(fakeWire)
	r := New(Options{Wire: w})
	for x := range most + 10 {
		if _, err := r.Draw(segment(float64(x%4096)), now); err != nil {
			t.Fatal(err)
		}
	}
	r.Opened("plain", nil, nil, now)
	r.Tick(now)
	if got := len(w.takes("plain")); got != most {
		t.Errorf("it was shown %d operations when it came, want the latest %d", got, most)
	}
	r.Undo(r.log.Undoable(), now)
	r.Tick(now.Add(time.Millisecond))
	r.Tick(now.Add(2 * redrawTime))
	got := w.takes("plain")
	if len(got) != 1+most || got[0] != `{"event":"clear"}` {
		t.Errorf("it was shown %d messages after an undo, want a clear and %d operations", len(got), most)
	}
}

// Somebody clears while what was drawn waits to be sent. It goes out signed all the
// same, for what is drawn next follows it.
func TestClearBeforeShipping(t *testing.T) {
	now := time.Now()
	x, wire := outboxExchange(t, now)
	if _, err := x.Draw(segment(1), now); err != nil {
		t.Fatal(err)
	}
	cy := newAuthor(t, "cy")
	c, _, err := cy.log.Clear(canvas.Ticks(now.Add(time.Second)))
	if err != nil {
		t.Fatal(err)
	}
	wire.takes("lines")
	x.Heard("lines", canvas.AppendMessage(nil, c), true, now)
	x.Flush(now)
	if _, err := x.Draw(segment(2), now); err != nil {
		t.Fatal(err)
	}
	x.Flush(now)
	bo := New(Options{Wire: fakeWire{}})
	bo.Opened("us", x.Capability(), nil, now)
	for _, text := range wire.takes("lines") {
		bo.Heard("us", []byte(text), true, now)
	}
	for _, ev := range bo.Events() {
		if f, bad := ev.(Fault); bad {
			t.Error(f.Err)
		}
	}
	if e, _ := bo.Log().Entry(x.Log().Site(), 2); e.Op != canvas.Round(segment(2)) || bo.Log().Len() != 1 {
		t.Errorf("bo holds %d entries, of which the second is %+v", bo.Log().Len(), e)
	}
}
