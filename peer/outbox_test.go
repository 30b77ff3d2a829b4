package peer

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// A fakeWire notes what is sent, by to whom.
type fakeWire map[signaling.ID][]string

func (w fakeWire) Send(to signaling.ID, msg mesh.Message) bool {
	w[to] = append(w[to], string(msg.Data))
	return true
}

func (w fakeWire) Queued(signaling.ID) int        { return 0 }
func (w fakeWire) Reset(id signaling.ID, _ error) { w[id] = append(w[id], "reset") }

// takes returns what was sent to a peer since the last time.
func (w fakeWire) takes(id signaling.ID) []string {
	sent := w[id]
	w[id] = nil
	return sent
}

// outboxReplica has a neighbour that reads lines, one that does not, and a
// plain one.
func outboxReplica(now time.Time) (*replica, fakeWire) {
	r, w := newReplica(), make(fakeWire)
	r.wire = w
	r.opened("lines", []byte(`{"v":1,"site":"AAAAAAAAAAA","lines":true}`), now)
	r.opened("older", []byte(`{"v":1,"site":"BBBBBBBBBBB"}`), now)
	r.opened("plain", nil, now)
	clear(w)
	return r, w
}

// What is drawn within a moment goes together, a line each, to those who said
// that they read that; the others get it one by one.
func TestOutbox(t *testing.T) {
	now := time.Now()
	r, w := outboxReplica(now)
	draw := func(x float64) {
		t.Helper()
		if err := r.draw(segment(x), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	draw(1)
	if wait := r.ship(now); wait != 0 {
		t.Errorf("an idle outbox waits for %v, want none", wait)
	}
	if got := w.takes("lines"); len(got) != 1 || strings.Contains(got[0], "\n") {
		t.Errorf("the first stroke went as %q, want one message at once", got)
	}
	now = now.Add(5 * time.Millisecond)
	draw(2)
	if wait := r.ship(now); wait != 13*time.Millisecond {
		t.Errorf("5ms later it waits for %v, want 13ms: 18 in all", wait)
	}
	draw(3)
	if wait := r.ship(now); wait != 0 {
		t.Errorf("it asks twice to be called: after %v", wait)
	}
	if got := w.takes("lines"); got != nil {
		t.Errorf("sent %q before the window's end", got)
	}
	r.outbox.due = false
	r.ship(now.Add(13 * time.Millisecond))
	got := w.takes("lines")
	if want := w["older"][1] + "\n" + w["older"][2]; len(got) != 1 || got[0] != want {
		t.Errorf("sent %q, want the line %q", got, want)
	}
	if !slices.Equal(w["older"], w["plain"]) || len(w["plain"]) != 3 {
		t.Errorf("to older peers went %q and %q, want three messages", w["older"], w["plain"])
	}

	r.toggle(r.log.Undo, r.log.Undoable(), time.Now())
	r.flush()
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
	r, w := outboxReplica(time.Now())
	const n = 1000
	for x := range n {
		r.draw(segment(float64(x)), time.Now())
	}
	r.announce()
	r.flush()
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
	r, w := outboxReplica(now)
	r.draw(segment(1), time.Now())
	r.opened("new", []byte(`{"v":1,"site":"CCCCCCCCCCC","lines":true}`), now)
	if got := w["new"]; len(got) != 1 || !strings.Contains(got[0], r.log.Site().String()+`":1`) {
		t.Errorf("a newcomer was sent %q, want what we hold", got)
	}
	r.draw(segment(2), time.Now())
	r.flush()
	if got := w["new"]; len(got) != 2 || !strings.Contains(got[1], `"n":2`) {
		t.Errorf("a newcomer was sent %q, want the second stroke as well", got)
	}
}

// Lines are parted only for who said to send them, and a bad one ends a
// message: faults are told, but not without end.
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
		{"bad between", "lines", good(1) + "\n{\n{\n" + good(2), 1, 1},
		{"not agreed on", "older", good(1) + "\n" + good(2), 0, 1},
		{"newline within", "older", strings.Replace(good(1), `,"x"`, ",\n\"x\"", 1), 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Now()
			r, _ := outboxReplica(now)
			r.heard(signaling.ID(tt.from), mesh.Message{Data: []byte(tt.data), Text: true}, now)
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

// In a room of two, a stroke is there after one way, and those that follow at
// once come together a window later.
func TestOutboxTimes(t *testing.T) {
	inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
		const way = 10 * time.Millisecond
		wants := func(when string, want ...float64) {
			t.Helper()
			synctest.Wait()
			if got := p[1].drawn(); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", when, got, want)
			}
		}
		p[0].Draw(segment(1))
		time.Sleep(way - 1)
		wants("before one way's time")
		time.Sleep(time.Nanosecond)
		wants("after one way's time", 1)
		p[0].Draw(segment(2)) // 6 ms of the window are left
		time.Sleep(4 * time.Millisecond)
		p[0].Draw(segment(3))
		time.Sleep(2*time.Millisecond + way - 1)
		wants("before the window's end", 1)
		time.Sleep(time.Nanosecond)
		wants("after the window", 1, 2, 3)
		time.Sleep(leastWindow - way)
		p[0].Draw(segment(4))
		time.Sleep(way)
		wants("when idle again", 1, 2, 3, 4)
		p[0].Draw(segment(5))
		if err := p[0].Flush(t.Context()); err != nil {
			t.Error(err)
		}
		wants("after Flush", 1, 2, 3, 4, 5)
	})
}

// Whoever leaves sends what it drew a moment ago, before it says goodbye.
func TestOutboxClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		r.http.Kill()
		r.http.Start(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, "/leave") {
				time.Sleep(20 * time.Millisecond) // as servers that are elsewhere do
			}
			r.server.ServeHTTP(w, req)
		}))
		p := r.join(2)
		time.Sleep(5 * time.Second)
		p[0].Draw(segment(1))
		p[0].Draw(segment(2))
		p[0].Close()
		r.peers = r.peers[1:]
		if got := p[1].drawn(); !slices.Equal(got, []float64{1, 2}) {
			t.Errorf("got %v, want 1 and 2", got)
		}
	})
}

// The window grows with the room.
func TestOutboxWindow(t *testing.T) {
	for _, tt := range []struct {
		links int
		want  time.Duration
	}{{1, 16 * time.Millisecond}, {3, 18 * time.Millisecond}, {9, 54 * time.Millisecond}, {29, 75 * time.Millisecond}} {
		now := time.Now()
		r := newReplica()
		r.wire = make(fakeWire)
		for i := range tt.links {
			r.opened(signaling.ID(rune('a'+i)), []byte(`{"v":1,"site":"AAAAAAAAAAA","lines":true}`), now)
		}
		r.draw(segment(1), time.Now())
		r.ship(now)
		r.draw(segment(2), time.Now())
		if got := r.ship(now); got != tt.want {
			t.Errorf("with %d links what is drawn waits for %v, want %v", tt.links, got, tt.want)
		}
	}
}

// A deafWire acknowledges nothing.
type deafWire struct{ fakeWire }

func (w deafWire) Queued(signaling.ID) int { return 30 }

// A link is dead when its peer has neither said nor acknowledged anything for a
// while in which we listened.
func TestSilence(t *testing.T) {
	tests := []struct {
		name string
		wire func(fakeWire) wire
		tick time.Duration
		want bool
	}{
		{"dead", func(w fakeWire) wire { return deafWire{w} }, tickTime, true},
		{"does not read", func(w fakeWire) wire { return w }, tickTime, false},
		{"we slept", func(w fakeWire) wire { return deafWire{w} }, time.Minute, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Now()
			r, w := outboxReplica(now)
			r.wire = tt.wire(w)
			for end := now.Add(silentTime + time.Second); now.Before(end); now = now.Add(tt.tick) {
				r.tick(now)
			}
			r.tick(now)
			if got := slices.Contains(w["lines"], "reset"); got != tt.want {
				t.Errorf("the link was made anew: %t, want %t", got, tt.want)
			}
		})
	}
}

// The tutorial's own page throws at all but segments, so that is what it is sent:
// of a rectangle the four sides.
func TestOlderDialect(t *testing.T) {
	now := time.Now()
	r, w := outboxReplica(now)
	r.heard("plain", mesh.Message{Text: true, Data: []byte(`{"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"rgb(1.5, 2, 3)"}`)}, now)
	r.tick(now)
	w.takes("plain") // what was drawn before it came: nothing
	ops := []canvas.Op{
		segment(1),
		canvas.Preview{Width: 10, Height: 10, LineWidth: 2},
		canvas.Rect{Origin: canvas.Point{X: 5, Y: 6}, Width: 10, Height: 20, LineWidth: 2, Color: canvas.Color{A: 255}},
		canvas.Clear{},
	}
	for _, op := range ops {
		if err := r.draw(op, now); err != nil {
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
	r, w := newReplica(), make(fakeWire)
	r.wire = w
	for x := range most + 10 {
		if err := r.draw(segment(float64(x%4096)), now); err != nil {
			t.Fatal(err)
		}
	}
	r.opened("plain", nil, now)
	r.tick(now)
	if got := len(w.takes("plain")); got != most {
		t.Errorf("it was shown %d operations when it came, want the latest %d", got, most)
	}
	r.toggle(r.log.Undo, r.log.Undoable(), now)
	r.tick(now.Add(time.Millisecond))
	r.tick(now.Add(2 * redrawTime))
	got := w.takes("plain")
	if len(got) != 1+most || got[0] != `{"event":"clear"}` {
		t.Errorf("it was shown %d messages after an undo, want a clear and %d operations", len(got), most)
	}
}
