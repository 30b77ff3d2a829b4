package doctor

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"

	"drawmesh/internal/nettest"
	"drawmesh/peer"
	"drawmesh/signaling"
)

const password = "a password of TURN"

// A clinic is a server with all that belongs to it, in a bubble: the page, STUN
// and TURN, on a virtual network where a packet takes 10 ms.
type clinic struct {
	t      *testing.T
	wan    *nettest.WAN
	server *signaling.Server
	http   *nettest.Server
}

// newClinic runs one behind what disturbs it; nil: nothing does.
func newClinic(t *testing.T, opts signaling.ServerOptions, disturb func(http.Handler) http.Handler) *clinic {
	t.Helper()
	t.Cleanup(func() { time.Sleep(time.Second) }) // for net/http, which ends connections half a second late
	c := &clinic{t: t, wan: nettest.NewWAN(t, 10*time.Millisecond)}
	c.turn()
	opts.Secrets, opts.MaxStreams, opts.AccessRate = [][]byte{bytes.Repeat([]byte{'s'}, 32)}, -1, -1
	if opts.ICEServers == nil {
		opts.ICEServers = iceServers("stun:10.0.0.1:3478", "turn:10.0.0.1:3478?transport=udp")
	}
	var err error
	if c.server, err = signaling.NewServer(opts); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", c.server)
	mux.HandleFunc("GET /{room}", func(w http.ResponseWriter, r *http.Request) {
		if !signaling.ValidRoom(r.PathValue("room")) {
			c.server.ServeHTTP(w, r)
			return
		}
		fmt.Fprint(w, "<!doctype html>")
	})
	var handler http.Handler = mux
	if disturb != nil {
		handler = disturb(handler)
	}
	c.http = nettest.Serve(t, handler)
	t.Cleanup(func() { c.server.Close() })
	return c
}

func iceServers(urls ...string) func(*http.Request, signaling.ID) []signaling.ICEServer {
	return func(*http.Request, signaling.ID) []signaling.ICEServer {
		return []signaling.ICEServer{{URLs: urls, Username: "somebody", Credential: password}}
	}
}

// turn answers STUN and TURN at 10.0.0.1.
func (c *clinic) turn() {
	c.t.Helper()
	host := c.wan.Host()
	conn, err := host.ListenPacket("udp4", "10.0.0.1:3478")
	if err != nil {
		c.t.Fatal(err)
	}
	server, err := turn.NewServer(turn.ServerConfig{
		Realm:         "test",
		LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled},
		AuthHandler: func(r *turn.RequestAttributes) (string, []byte, bool) {
			return r.Username, turn.GenerateAuthKey(r.Username, "test", password), true
		},
		PacketConnConfigs: []turn.PacketConnConfig{{
			PacketConn:            conn,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{RelayAddress: net.ParseIP("10.0.0.1"), Address: "10.0.0.1", Net: host},
		}},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { server.Close() })
}

// examine examines a room of the server.
func (c *clinic) examine(ctx context.Context, opts Options) (*Report, error) {
	opts.HTTPClient, opts.Net = c.http.Client, c.wan.Host()
	return Examine(ctx, "http://draw.example/studio", opts)
}

// member is a peer in the room.
func (c *clinic) member(name string) *peer.Peer {
	c.t.Helper()
	p, err := peer.Join(c.t.Context(), "http://draw.example/studio", peer.Options{
		Name: name, HTTPClient: c.http.Client, Net: c.wan.Host(),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { p.Close(context.Background()) })
	return p
}

// grades are what is not ok, as "check grade".
func grades(r *Report) (list []string) {
	for _, f := range r.Findings {
		if f.Grade != OK {
			list = append(list, string(f.Check)+" "+string(f.Grade))
		}
	}
	slices.Sort(list)
	return list
}

// unlooked is that nothing can be known but this, as "check grade".
func unlooked(but ...string) (list []string) {
	for _, rule := range Rules {
		if !slices.ContainsFunc(but, func(s string) bool { return strings.HasPrefix(s, string(rule.Check)+" ") }) {
			list = append(list, string(rule.Check)+" unknown")
		}
	}
	return append(list, but...)
}

// streamless is unlooked where the server is well, and has no event stream.
func streamless(but ...string) []string {
	for _, rule := range Rules {
		if strings.HasPrefix(string(rule.Check), "server.") {
			but = append(but, string(rule.Check)+" ok")
		}
	}
	return unlooked(but...)
}

// besides is what cannot be known where nobody is in the room, and more.
func besides(more ...string) []string {
	return append(more, "room.links unknown", "room.others unknown")
}

func checkGrades(t *testing.T, r *Report, want ...string) {
	t.Helper()
	want = slices.DeleteFunc(want, func(s string) bool { return strings.HasSuffix(s, " ok") })
	slices.Sort(want)
	want = slices.Compact(want)
	if got := grades(r); !slices.Equal(got, want) {
		t.Errorf("not ok: got  %q\nwant %q", got, want)
		for _, f := range r.Findings {
			if f.Grade != OK {
				t.Logf("%s %s: %s", f.Grade, f.Check, f.Seen)
			}
		}
	}
	healthy := !slices.ContainsFunc(want, func(s string) bool { return strings.HasSuffix(s, " failed") })
	if r.Healthy() != healthy {
		t.Errorf("healthy: got %v, want %v", r.Healthy(), healthy)
	}
	for _, f := range r.Findings {
		if f.Rule == "" || f.Seen == "" || f.Grade == Failed && f.Advice == "" {
			t.Errorf("%+v does not say all", f)
		}
	}
	if len(r.Findings) != len(Rules) {
		t.Errorf("got %d findings, want one for each of %d rules", len(r.Findings), len(Rules))
	}
}

// A healthy room: every rule is kept, the link is known, and nothing stays behind.
func TestHealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClinic(t, signaling.ServerOptions{}, nil)
		ana := c.member("ana")
		events := make(map[string]int)
		var came, left time.Time
		go func() {
			for ev := range ana.Events() {
				switch ev := ev.(type) {
				case peer.Presence:
					events[fmt.Sprint(ev.Peer.Name, " ", ev.Joined)]++
					if left = time.Now(); ev.Joined {
						came = left
					}
				case peer.Drawn, peer.Fault:
					events[fmt.Sprintf("%T", ev)]++
				}
			}
		}()
		start := time.Now()
		r, err := c.examine(t.Context(), Options{})
		if took := time.Since(start); err != nil || took > 20*time.Second {
			t.Errorf("got %v after %v, want nil within 20 s", err, took)
		}
		checkGrades(t, r, "room.others unknown")
		if len(r.Links) != 1 {
			t.Fatalf("got %d links, want 1", len(r.Links))
		}
		l := r.Links[0]
		if l.Peer != ana.ID() || l.Name != "ana" || l.State != "open" || !l.Synced || l.Local.Kind != "host" || l.RoundTrip < 20 || l.RoundTrip > 25 {
			t.Errorf("got the link %+v, want an open one to ana of 20 ms there and back", l)
		}
		time.Sleep(15 * time.Second) // more than grace
		synctest.Wait()              // for whoever counts ana's events
		if want := map[string]int{"doctor true": 1, "doctor false": 1}; !maps.Equal(events, want) {
			t.Errorf("ana heard %v, want %v", events, want)
		}
		if stay := left.Sub(came); stay > 4*time.Second {
			t.Errorf("it was there for %v, want 4 s at most", stay)
		}
		if s := c.server.Stats(); s.Peers != 1 || s.Rooms != 1 || s.Streams != 1 {
			t.Errorf("got %d peers, %d rooms, %d streams in the end, want ana's", s.Peers, s.Rooms, s.Streams)
		}
	})
}

// Each fault is found, and nothing else is.
func TestFaults(t *testing.T) {
	minute := signaling.ServerOptions{Heartbeat: time.Minute}
	for _, tt := range []struct {
		name    string
		opts    signaling.ServerOptions
		disturb func(http.Handler) http.Handler
		want    []string
		says    string // somewhere in what was seen or is to be done
	}{
		{"none", signaling.ServerOptions{}, nil, besides(), ""},
		{"refused_401", signaling.ServerOptions{}, answering(401, "/access"), unlooked("server.direct ok", "server.answers failed"), "asks for a password"},
		{"refused_403", signaling.ServerOptions{}, answering(403, "/access"), unlooked("server.direct ok", "server.answers failed"), ""},
		{"not_found", signaling.ServerOptions{}, answering(404, ""), unlooked("server.direct ok", "server.answers failed"), "no drawmesh server"},
		{"broken", signaling.ServerOptions{}, answering(500, ""), unlooked("server.direct ok", "server.answers failed"), ""},
		{"bad_gateway", signaling.ServerOptions{}, answering(502, ""), unlooked("server.direct ok", "server.answers failed"), "server behind it does not"},
		{"unavailable", signaling.ServerOptions{}, answering(503, ""), unlooked("server.direct ok", "server.answers failed"), ""},
		{"a_page_for_all", signaling.ServerOptions{}, answering(200, ""), unlooked("server.direct ok", "server.answers ok", "server.token failed"), "sign in"},
		{"stream_401", signaling.ServerOptions{}, answering(401, "/connect"), streamless("stream.opens failed", "stream.accept lax", "stream.plain unknown"), "asks for a password"},
		{"stream_503", signaling.ServerOptions{}, answering(503, "/connect"), streamless("stream.opens failed", "stream.accept lax", "stream.plain unknown"), ""},
		{"stream_is_page", signaling.ServerOptions{}, answering(200, "/connect"), streamless("stream.opens failed", "stream.accept lax", "stream.plain unknown"), ""},
		{"join_500", signaling.ServerOptions{}, answering(500, "/join"), besides("rooms.introduces failed", "rooms.again unknown", "rooms.at-once unknown", "rooms.leaves unknown",
			"relay.passes unknown", "relay.order unknown", "relay.own unknown", "relay.lines unknown", "relay.strangers unknown", "stream.prompt unknown", "stream.resumes unknown",
			"stream.single unknown", "ways.link unknown", "ways.candidates unknown", "room.enters failed", "room.members unknown"), ""},
		{"relay_500", signaling.ServerOptions{}, answering(500, "/relay/"), besides("relay.passes failed", "relay.order unknown", "stream.prompt unknown", "relay.strangers lax", "server.tokenless lax",
			"server.large lax", "stream.resumes failed", "ways.link failed"), ""},
		{"redirect_301", signaling.ServerOptions{}, redirect(301), besides("server.direct failed"), "http://draw.example/new/studio"},
		{"redirect_308", signaling.ServerOptions{}, redirect(308), besides("server.direct lax"), ""},
		{"redirect_for_ever", signaling.ServerOptions{}, redirectAll, unlooked("server.direct failed"), "no end of it"},
		{"page_elsewhere", signaling.ServerOptions{}, redirectPage, besides("server.direct lax", "server.page unknown"), ""},
		{"another_host", signaling.ServerOptions{}, otherHost, besides("server.host failed"), "Host header"},
		{"buffered", signaling.ServerOptions{}, buffer(1 << 20), streamless("stream.opens failed", "stream.accept ok"), "holds the stream back"},
		{"buffered_body", signaling.ServerOptions{}, buffer(-1), streamless("stream.first failed", "stream.opens ok", "stream.accept ok", "stream.plain ok"), "holds messages back"},
		{"buffered_after_a_while", signaling.ServerOptions{}, lateBuffer, besides("rooms.introduces failed", "rooms.at-once failed", "rooms.leaves failed", "relay.passes failed", "relay.order unknown",
			"stream.prompt failed", "stream.resumes failed", "stream.single lax", "ways.candidates unknown", "stream.heartbeat failed", "ways.link failed", "room.members ok"), ""},
		{"compressed", signaling.ServerOptions{}, compress(true), besides("stream.plain lax"), "compression"},
		{"compressed_and_held", signaling.ServerOptions{}, compress(false), besides("stream.plain failed"), ""},
		{"without_hints", signaling.ServerOptions{}, withoutHints, besides("stream.hints lax"), ""},
		{"no_heartbeat", minute, nil, besides("stream.heartbeat failed"), ""},
		{"slow_heartbeat", signaling.ServerOptions{Heartbeat: 18 * time.Second}, nil, besides("stream.heartbeat lax"), ""},
		{"comment_for_heartbeat", signaling.ServerOptions{}, rewrite("event: ping\ndata: {", ": {"), besides("stream.heartbeat lax"), ""},
		{"heartbeat_of_no_json", signaling.ServerOptions{}, rewrite(`{"time":`, `undefined`), besides("stream.heartbeat lax"), ""},
		{"stream_cut", minute, cutStreams(6 * time.Second), besides("stream.heartbeat failed"), "proxy_read_timeout"},
		{"clock_an_hour_behind", signaling.ServerOptions{}, wrongClock(-time.Hour + 3*time.Minute), besides("server.clock failed"), "56m59s behind ours"},
		{"clock_10_s_ahead", signaling.ServerOptions{}, wrongClock(10 * time.Second), besides("server.clock lax"), "10s ahead of"},
		{"loses_introductions", signaling.ServerOptions{}, loseEvery(7, "add-peer"), besides("rooms.at-once failed"), "never introduced"},
		{"loses_all_introductions", signaling.ServerOptions{}, loseEvery(1, "add-peer"), besides("rooms.introduces failed", "rooms.at-once failed", "ways.link failed", "ways.candidates unknown"), ""},
		{"never_says_who_left", signaling.ServerOptions{}, loseEvery(1, "remove-peer"), besides("rooms.leaves failed"), ""},
		{"no_grace", signaling.ServerOptions{Grace: 1}, nil, besides("stream.resumes failed"), "told at once that it had left"},
		{"forged_sender", signaling.ServerOptions{}, forgeSender, besides("relay.passes failed"), "anybody can speak for anybody"},
		{"changes_messages", signaling.ServerOptions{}, rewrite(`"number":1.5`, `"number":2.5`), besides("relay.passes failed"), "changed on the way"},
		{"another_order", signaling.ServerOptions{}, rewrite(`{"n":3}`, `{"n":5}`), besides("relay.order failed"), "another order"},
		{"loses_a_message", signaling.ServerOptions{}, loseEvery(9, "doctor"), besides("relay.order failed", "stream.prompt unknown"), "of 20 messages"},
		{"forgets_ids", signaling.ServerOptions{}, loseIDs, besides("stream.resumes lax"), ""},
		{"stun_dead", signaling.ServerOptions{ICEServers: iceServers("stun:10.0.9.9:3478")}, nil, besides("ways.stun failed", "ways.turn unknown"), "UDP seems to be blocked"},
		{"turn_dead", signaling.ServerOptions{ICEServers: iceServers("stun:10.0.0.1:3478", "turn:10.0.9.9:3478?transport=udp")}, nil, besides("ways.turn failed"), "no answer"},
		{"turn_password", signaling.ServerOptions{ICEServers: wrongPassword}, nil, besides("ways.stun unknown", "ways.turn failed"), "password is not good"},
		{"stun_nonsense", signaling.ServerOptions{ICEServers: iceServers("stun:")}, nil, besides("ways.stun failed", "ways.turn unknown"), ""},
		{"no_stun", signaling.ServerOptions{ICEServers: func(*http.Request, signaling.ID) []signaling.ICEServer { return nil }}, nil,
			besides("ways.told lax", "ways.stun unknown", "ways.turn unknown"), "--turn"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClinic(t, tt.opts, tt.disturb)
				start := time.Now()
				r, err := c.examine(t.Context(), Options{})
				if took := time.Since(start); err != nil || took > 100*time.Second {
					t.Errorf("got %v after %v, want nil within 100 s", err, took)
				}
				checkGrades(t, r, tt.want...)
				said := ""
				for _, f := range r.Findings {
					if f.Grade != OK {
						said += f.Seen + " " + f.Advice + "\n"
					}
					if strings.Contains(f.Seen+f.Advice, password) || strings.Contains(f.Seen+f.Advice, "eyJ") {
						t.Errorf("a secret is said: %+v", f)
					}
				}
				if !strings.Contains(said, tt.says) {
					t.Errorf("got\n%s\nwant it to say %q", said, tt.says)
				}
			})
		})
	}
}

// Where nothing was seen, nothing is said to be well.
func TestNothingSeen(t *testing.T) {
	if r := new(Report); r.Healthy() {
		t.Error("got healthy")
	}
}
