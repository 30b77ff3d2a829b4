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

// outboxExchange has a neighbour that reads lines, one that does not, and a
// plain one.
func outboxExchange(now time.Time) (*Exchange, fakeWire) {
	w := make(fakeWire)
	r := New(Options{Wire: w})
	r.Opened("lines", []byte(`{"v":1,"site":"AAAAAAAAAAA","lines":true}`), nil, now)
	r.Opened("older", []byte(`{"v":1,"site":"BBBBBBBBBBB"}`), nil, now)
	r.Opened("plain", nil, nil, now)
	clear(w)
	return r, w
}

// What is drawn within a moment goes together, a line each, to those who said
// that they read that; the others get it one by one.
func TestOutbox(t *testing.T) {
	now := time.Now()
	r, w := outboxExchange(now)
	draw := func(x float64) {
		t.Helper()
		if _, err := r.Draw(segment(x), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	draw(1)
	if wait := r.Ship(now); wait != 0 {
		t.Errorf("an idle outbox waits for %v, want none", wait)
	}
	if got := w.takes("lines"); len(got) != 1 || strings.Contains(got[0], "\n") {
		t.Errorf("the first stroke went as %q, want one message at once", got)
	}
	now = now.Add(5 * time.Millisecond)
	draw(2)
	if wait := r.Ship(now); wait != 13*time.Millisecond {
		t.Errorf("5ms later it waits for %v, want 13ms: 18 in all", wait)
	}
	draw(3)
	if wait := r.Ship(now); wait != 0 {
		t.Errorf("it asks twice to be called: after %v", wait)
	}
	if got := w.takes("lines"); got != nil {
		t.Errorf("sent %q before the window's end", got)
	}
	r.Due()
	r.Ship(now.Add(13 * time.Millisecond))
	got := w.takes("lines")
	if want := w["older"][1] + "\n" + w["older"][2]; len(got) != 1 || got[0] != want {
		t.Errorf("sent %q, want the line %q", got, want)
	}
	if !slices.Equal(w["older"], w["plain"]) || len(w["plain"]) != 3 {
		t.Errorf("to older peers went %q and %q, want three messages", w["older"], w["plain"])
	}

	r.Undo(r.log.Undoable(), time.Now())
	r.Flush(now)
	if got := w.takes("lines"); len(got) != 1 || !strings.Contains(got[0], `"undo"`) {
		t.Errorf("an undo went as %q", got)
	}
	if len(w["plain"]) != 3 {
		t.Errorf("a plain peer was sent an undo: %q", w["plain"])
	}
}

// However much is drawn at once, a message is no longer than what travels
// together, and all of it is sent before what it says we hold.
func TestOutboxBounds(t *testing.T) {
	r, w := outboxExchange(time.Now())
	const n = 1000
	for x := range n {
		r.Draw(segment(float64(x)), time.Now())
	}
	r.tell.announce(time.Now())
	r.Flush(time.Now())
	sent := w.takes("lines")
	for i, text := range sent {
		if len(text) > batchBytes || len(text) < batchBytes/2 && i < len(sent)-1 {
			t.Errorf("a message of %d bytes, want at most %d, and no small ones", len(text), batchBytes)
		}
	}
	lines := strings.Split(strings.Join(sent, "\n"), "\n")
	if got := lines[n:]; len(got) != 1 || !strings.HasPrefix(got[0], `{"event":"have"`) {
		t.Errorf("after %d strokes came %q, want what we hold", n, got)
	}
	if want := w["older"][:n]; !slices.Equal(lines[:n], want) {
		t.Errorf("other strokes, or in another order, than to an older peer")
	}
}

// One's own stroke of a moment ago is nothing that a newcomer must be sent: it
// is told that it exists.
func TestOutboxNewcomer(t *testing.T) {
	now := time.Now()
	r, w := outboxExchange(now)
	r.Draw(segment(1), time.Now())
	r.Opened("new", []byte(`{"v":1,"site":"CCCCCCCCCCC","lines":true}`), nil, now)
	if got := w["new"]; len(got) != 1 || !strings.Contains(got[0], r.log.Site().String()+`":1`) {
		t.Errorf("a newcomer was sent %q, want what we hold", got)
	}
	r.Draw(segment(2), time.Now())
	r.Flush(now)
	if got := w["new"]; len(got) != 2 || !strings.Contains(got[1], `"n":2`) {
		t.Errorf("a newcomer was sent %q, want the second stroke as well", got)
	}
}

// Lines are parted only for who said to send them. A bad one is left out: faults
// are told, but not without end.
func TestHeardLines(t *testing.T) {
	text := func(n int, from string) string {
		e := canvas.Entry{N: uint32(n), T: uint64(n), K: uint32(n), Op: segment(float64(n))}
		return strings.Replace(string(canvas.AppendMessage(nil, e)), `"draw"`, from, 1)
	}
	good := func(n int) string { return text(n, `"draw"`) }
	tests := []struct {
		name, from, data string
		entries, faults  int
	}{
		{"one", "lines", good(1), 1, 0},
		{"three", "lines", good(1) + "\n" + good(2) + "\n" + good(3), 3, 0},
		{"unknown between", "lines", good(1) + "\n" + text(7, `"dance"`) + "\n" + good(2), 2, 0},
		{"bad between", "lines", good(1) + "\n{\n{\n" + good(2), 2, 1},
		{"not agreed on", "older", good(1) + "\n" + good(2), 0, 1},
		{"newline within", "older", strings.Replace(good(1), `,"x"`, ",\n\"x\"", 1), 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Now()
			r, _ := outboxExchange(now)
			r.Heard(signaling.ID(tt.from), []byte(tt.data), true, now)
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
			r.Opened(signaling.ID(rune('a'+i)), []byte(`{"v":1,"site":"AAAAAAAAAAA","lines":true}`), nil, now)
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
	r, w := outboxExchange(now)
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
	if got := w.takes("older"); len(got) < len(ops) {
		t.Errorf("others were sent %q only", got)
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
