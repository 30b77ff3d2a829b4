package peer

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
)

// A bot that reacts may call any method while it reads events, also before the
// next line after Join has run in the one who joined.
func TestReact(t *testing.T) {
	inRoom(t, 1, func(t *testing.T, r *testRoom, p []*testPeer) {
		greeter, err := Join(t.Context(), "http://server/studio", Options{Name: "greeter", HTTPClient: r.http.Client, Net: r.wan.Host()})
		if err != nil {
			t.Fatal(err)
		}
		for ev := range greeter.Events() {
			if ev, ok := ev.(Presence); ok && ev.Joined {
				if err := greeter.WaitSynced(t.Context()); err != nil {
					t.Error("synced:", err)
				}
				if _, err := greeter.Draw(segment(7)); err != nil {
					t.Error("draw:", err)
				}
				if err := greeter.Flush(t.Context()); err != nil {
					t.Error("flush:", err)
				}
				greeter.Close(context.Background()) // ends the events
			}
		}
		if got := p[0].drawn(); len(got) != 1 || got[0] != 7 {
			t.Errorf("the other saw %v, want the greeting, 7", got)
		}
		if _, err := greeter.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("next after the end: %v, want %v", err, ErrClosed)
		}
	})
}

// Next waits no longer than it may.
func TestNextIsPatient(t *testing.T) {
	inRoom(t, 1, func(t *testing.T, _ *testRoom, p []*testPeer) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		if _, err := p[0].Next(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("alone: %v after %v, want the deadline after 1m0s", err, time.Since(start))
		}
	})
}

// What was said before the server refused the peer can be read to its end, and
// then why.
func TestEventsOutliveTheStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		r.join(2)
		late, err := Join(t.Context(), "http://server/studio", Options{HTTPClient: r.http.Client, Net: r.wan.Host()})
		if err != nil {
			t.Fatal(err)
		}
		defer late.Close(context.Background())
		time.Sleep(5 * time.Second)
		late.server.Close() // as if it had been refused for good
		<-late.Done()
		joined := 0
		for ev := range late.Events() {
			if ev, ok := ev.(Presence); ok && ev.Joined {
				joined++
			}
		}
		if joined != 2 {
			t.Errorf("%d joined, want 2", joined)
		}
		if _, err := late.Next(t.Context()); err == nil || err != late.Err() {
			t.Errorf("next: %v, want why the stay ended, %v", err, late.Err())
		}
	})
}

// What a reader that stops, or is slow, finds.
func TestFeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFeed(feedLimits{waiting: 100, unread: 50})
		put := func(n int) {
			for range n {
				f.put(Drawn{Op: canvas.Clear{}})
			}
		}
		take := func() (n int, missed Missed) {
			for {
				if out, ev := f.next(); out != nil {
					select {
					case out <- ev:
						f.sent(time.Now())
						continue
					default:
					}
				}
				select {
				case ev := <-f.out:
					if m, ok := ev.(Missed); ok {
						missed = m
					} else {
						n++
					}
				default:
					return n, missed
				}
			}
		}
		want := func(when string, n, missed int) {
			t.Helper()
			if gotN, got := take(); gotN != n || got.Events != missed {
				t.Errorf("%s: %d events and then %d missed, want %d and %d", when, gotN, got.Events, n, missed)
			}
		}
		put(buffered + 49)
		if f.full() || f.stopped {
			t.Error("full before anybody may have begun to read")
		}
		put(21)
		if f.full() {
			t.Error("it waits for somebody who has never read")
		}
		want("never read", buffered+50, 20)
		put(buffered + 100)
		if !f.full() {
			t.Error("not full at its limit")
		}
		time.Sleep(readerTime - time.Millisecond)
		if f.tick(time.Now()); f.stopped {
			t.Error("the reader counts as stopped too early")
		}
		want("slow", buffered+100, 0)
		time.Sleep(time.Hour) // nothing happens
		put(buffered + 100)
		if f.tick(time.Now()); f.stopped {
			t.Error("a reader that had nothing to read counts as stopped")
		}
		time.Sleep(readerTime)
		if f.tick(time.Now()); !f.stopped || f.full() {
			t.Error("a reader that has stopped holds up the room")
		}
		put(1000)
		want("stopped", buffered+100, 1000)
		put(1)
		want("after it came back", 1, 0)
	})
}
