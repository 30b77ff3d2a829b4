package signaling

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"drawmesh/internal/nettest"
)

// Over real TCP, whatever happens to the connection, the client comes back and
// hears each event once and in order.
func TestFault02OverTCP(t *testing.T) {
	faults := []struct {
		name  string
		fault nettest.Fault
		after int // bytes
	}{
		{"refused", nettest.Refuse, 0}, {"frozen", nettest.Freeze, 0}, {"a byte a second", nettest.Drip, 0},
		{"cut at once", nettest.Cut, 0}, {"cut within an event", nettest.Cut, 40}, {"cut in a later one", nettest.Cut, 1000},
		{"reset at once", nettest.Reset, 0}, {"reset within an event", nettest.Reset, 40}, {"reset in a later one", nettest.Reset, 1000},
	}
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := testServer(t, ServerOptions{Heartbeat: 50 * time.Millisecond, Grace: time.Hour})
			ts := httptest.NewServer(s)
			t.Cleanup(func() {
				s.Close()
				ts.CloseClientConnections()
				ts.Close()
			})
			chaos := nettest.NewChaos(t, strings.TrimPrefix(ts.URL, "http://"))
			client := &http.Client{Transport: &http.Transport{}}
			t.Cleanup(client.CloseIdleConnections)
			ana, err := Dial(t.Context(), "http://"+chaos.Addr, ClientOptions{Name: "Ana", HTTPClient: client, Silence: 500 * time.Millisecond, MaxPause: time.Second})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { ana.Close() })
			connect(s.hub, "bo").join(t, "studio")
			if err := s.hub.Join(ana.Self().ID, "studio"); err != nil {
				t.Fatal(err)
			}
			nextOf[AddPeer](t, ana)
			chaos.Set(tt.fault, tt.after)
			for n := range 20 {
				if err := s.hub.Relay(Peer{ID: "bo"}, ana.Self().ID, "wave", fmt.Append(nil, n)); err != nil {
					t.Fatal(err)
				}
			}
			reconnects := 0
			for n := 0; n < 20; {
				ev, err := ana.Next(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				switch ev := ev.(type) {
				case State:
					if ev.Name == "lost" {
						t.Fatalf("the client gave up: %v", ev.Err)
					}
					reconnects++
					chaos.Set(nettest.Pass, 0)
				case Connected:
					if !ev.Recovered {
						t.Fatal("not recovered")
					}
				case Relayed:
					if string(ev.Data) != fmt.Sprint(n) {
						t.Fatalf("got event %s, want %d", ev.Data, n)
					}
					n++
				default:
					t.Fatalf("got %+v", ev)
				}
			}
			if reconnects == 0 {
				t.Error("the client noticed nothing")
			}
		})
	}
}
