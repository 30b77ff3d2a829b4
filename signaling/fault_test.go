package signaling

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

// A server that was killed has all of its clients back within three seconds
// after it listens again, each of them once.
func TestFault01StreamsComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{MaxStreams: -1})
		net := nettest.Serve(t, s)
		const n = 20
		var heard []func() []Event
		for i := range n {
			c := dial(t, net, fmt.Sprint(i))
			join(t, c)
			heard = append(heard, follow(c))
		}
		net.Kill()
		s.Close()
		for range 5 {
			time.Sleep(time.Second)
		}
		again := testServer(t, ServerOptions{MaxStreams: -1})
		defer again.Close()
		net.Start(again)
		time.Sleep(3 * time.Second)
		for i, events := range heard {
			back := 0
			for _, ev := range events() {
				if hello, ok := ev.(Connected); ok {
					back++
					if hello.Recovered {
						t.Errorf("client %d: a server that knows nothing claims that nothing was lost", i)
					}
				}
			}
			if back != 1 {
				t.Errorf("client %d: connected %d times again, want once", i, back)
			}
		}
		if got := again.Stats().Streams; got != n {
			t.Errorf("%d streams, want %d", got, n)
		}
	})
}

// What a proxy says while its server is away ends no client, and does not make
// one hurry.
func TestFault04ProxyRefuses(t *testing.T) {
	for _, code := range []int{502, 503, 403, 401, 404, 200} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				defer s.Close()
				door := &front{handler: s}
				net := nettest.Serve(t, door)
				ana := dial(t, net, "Ana")
				id := ana.Self().ID
				heard := follow(ana)
				door.turn(status(code))
				net.Cut()
				time.Sleep(5 * time.Minute)
				requests := door.turn(s)
				connects := 0
				for _, path := range requests {
					if path == "/connect" {
						connects++
					}
				}
				// At 15 s ± 30 % there are 15 to 29 in five minutes, besides the first ones.
				if connects < 15 || connects > 45 || len(requests) > connects+4 {
					t.Errorf("%d attempts and %d requests in five minutes", connects, len(requests))
				}
				time.Sleep(20 * time.Second)
				events := heard()
				if hello, ok := events[len(events)-1].(Connected); !ok || hello.User.ID != id {
					t.Errorf("got %+v, want ana to be back", events[len(events)-1])
				}
			})
		})
	}
}

// Clocks that differ by ten minutes do not matter, and one that leaps by an
// hour costs those who reconnect their token and nothing more.
func TestFault27ClockSkew(t *testing.T) {
	for _, skew := range []time.Duration{-10 * time.Minute, 10 * time.Minute, -2 * time.Hour, 2 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{})
				defer s.Close()
				s.signer.now = func() time.Time { return time.Now().Add(skew) }
				door := &front{handler: s}
				net := nettest.Serve(t, door)
				ana := dial(t, net, "Ana")
				id := ana.Self().ID
				heard := follow(ana)
				heard()
				door.turn(s)
				time.Sleep(3 * time.Hour)
				if n := len(door.turn(s)); n < 3 || n > 10 {
					t.Errorf("%d requests in three hours, want 3 to 10", n)
				}
				if events := heard(); len(events) > 1 {
					t.Errorf("interrupted by %+v", events)
				}
				net.Cut()
				time.Sleep(5 * time.Second)
				if ana.Self().ID != id {
					t.Error("ana became somebody else")
				}
			})
		})
	}
	t.Run("a leap", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := testServer(t, ServerOptions{})
			defer s.Close()
			net := nettest.Serve(t, s)
			ana := dial(t, net, "Ana")
			heard := follow(ana)
			heard()
			s.signer.now = func() time.Time { return time.Now().Add(time.Hour + 2*time.Minute) }
			time.Sleep(time.Minute)
			if events := heard(); len(events) > 1 {
				t.Errorf("a leap ended the stream: %+v", events)
			}
			net.Cut()
			time.Sleep(5 * time.Second)
			events := heard()
			if hello, ok := events[len(events)-1].(Connected); !ok || hello.User.ID != ana.Self().ID {
				t.Errorf("got %+v, want ana to be back", events)
			}
		})
	})
	t.Run("leeway", func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		token, err := s.signer.issue(Peer{ID: "ana"})
		if err != nil {
			t.Fatal(err)
		}
		for late, want := range map[time.Duration]bool{58 * time.Second: true, 62 * time.Second: false, -time.Hour: true} {
			s.signer.now = func() time.Time { return time.Now().Add(tokenLife + late) }
			if _, err := s.signer.verify(token); (err == nil) != want {
				t.Errorf("%v after its end: got %v, want it good: %t", late, err, want)
			}
		}
	})
}
