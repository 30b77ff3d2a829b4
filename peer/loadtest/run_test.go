package loadtest

import (
	"context"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/internal/nettest"
	"drawmesh/signaling"
)

// oneWay is the delay of the tests' network.
const oneWay = 20 * time.Millisecond

// A world is a server and a network in memory.
type world struct {
	t       *testing.T
	wan     *nettest.WAN
	http    *nettest.Server
	handler *signaling.Server
	cfg     Config
	made    *Run
}

// newWorld is one whose config lets n bots draw ten segments a second for five
// seconds. A room holds eight.
func newWorld(t *testing.T, n int) *world {
	t.Helper()
	server, err := signaling.NewServer(signaling.ServerOptions{
		Secrets: [][]byte{signaling.NewSecret()}, MaxPeers: 8, MaxStreams: -1, AccessRate: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	w := &world{t: t, wan: nettest.NewWAN(t, oneWay), http: nettest.Serve(t, server), handler: server}
	w.cfg = Config{
		Rooms: []string{"http://server/studio"}, Duration: 5 * time.Second, Seed: 1,
		HTTP: w.http.Client.Transport, Net: func() transport.Net { return w.wan.Host() },
		Scenarios: []Scenario{{Bots: n, Rate: 10, Segments: oneSegment}},
	}
	return w
}

// scenario is the world's only one.
func (w *world) scenario() *Scenario { return &w.cfg.Scenarios[0] }

// oneSegment is what the tests' bots draw.
func oneSegment(int) iter.Seq[canvas.Segment] {
	return slices.Values([]canvas.Segment{{To: canvas.Point{X: 5, Y: 7}}})
}

// start makes the run, and end does it.
func (w *world) start() *Run {
	w.t.Helper()
	var err error
	if w.made, err = New(w.cfg); err != nil {
		w.t.Fatal(err)
	}
	return w.made
}

func (w *world) run() *Report {
	w.t.Helper()
	w.start()
	return w.end()
}

func (w *world) end() *Report {
	w.t.Helper()
	rep, err := w.made.Do(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return rep
}

func wantMetric(t *testing.T, r *Report, name string, want float64) {
	t.Helper()
	if got, ok := r.Metric(name); !ok || got.Value != want {
		t.Errorf("%s: got %v (known: %t), want %v", name, got, ok, want)
	}
}

// wantDigits is wantMetric to the three digits that a histogram keeps.
func wantDigits(t *testing.T, r *Report, name string, want float64) {
	t.Helper()
	if got, ok := r.Metric(name); !ok || got.Value < want || got.Value > want*1.001 {
		t.Errorf("%s: got %v (known: %t), want %v", name, got.Value, ok, want)
	}
}

// outboxTime is how long a peer with three links may keep an operation, for more to
// travel with it, if it has just said something else.
const outboxTime = 18 * time.Millisecond

// Operations take the network's time, to the microsecond.
func TestKnownDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rep := newWorld(t, 4).run()
		wantMetric(t, rep, "latency.min", 20)
		for _, part := range []string{"p10", "p50", "p90"} {
			wantDigits(t, rep, "latency."+part, 20)
		}
		if got, _ := rep.Metric("latency.max"); got.Value > ms(oneWay+outboxTime) {
			t.Errorf("latency.max: got %v, want %v at most", got, oneWay+outboxTime)
		}
		wantMetric(t, rep, "pace.max", 0)
		wantMetric(t, rep, "bots.joined", 4)
		wantMetric(t, rep, "links.open", 12)
		wantMetric(t, rep, "ops.sent", 4*50)
		wantMetric(t, rep, "ops.delivered", 3*4*50)
		wantMetric(t, rep, "ops.lost", 0)
		wantMetric(t, rep, "ops.duplicate", 0)
		wantMetric(t, rep, "ops.rate", 3*4*10)
		wantMetric(t, rep, "failures", 0)
		if got, ok := rep.Metric("converged"); !ok || got.Value < ms(oneWay) || got.Value > ms(oneWay+outboxTime) {
			t.Errorf("converged: got %v (known: %t), want 20ms, or a little more", got, ok)
		}
	})
}

// What one end of a link has sent is what the other has received, and all of it
// together is what left the hosts, but for what ICE says.
func TestBytesOfLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		w.cfg.Chaos.Drop = 1
		r := w.start()
		go func() {
			<-r.drawing
			for range 20 { // while links close and open
				time.Sleep(200 * time.Millisecond)
				for _, b := range r.live() {
					b.weigh()
				}
			}
		}()
		rep := w.end()
		sent, received := make(map[[2]string]int64), make(map[[2]string]int64)
		var all, left int64
		for _, p := range rep.Parts[0].Pairs {
			sent[[2]string{p.Bot, p.From}] = p.SentBytes
			received[[2]string{p.From, p.Bot}] = p.ReceivedBytes
			all += p.SentBytes
		}
		for _, b := range w.made.bots {
			left += b.net.sent.Load()
		}
		for way, n := range sent {
			const last = 2000 // under way at the end, or the last word of a connection that was dropped
			if got := received[way]; n < 50*100 || n-got > last || got-n > last {
				t.Errorf("%s: %d bytes sent and %d received, want about as many, and 50 operations", way, n, got)
			}
		}
		if len(sent) != 12 || all > left || all < left*7/10 || rep.Parts[0].Drops == 0 {
			t.Errorf("%d ends sent %d bytes, and the hosts %d, want nearly all of these; %d drops", len(sent), all, left, rep.Parts[0].Drops)
		}
		wantMetric(t, rep, "bytes.links", float64(all))
		wantMetric(t, rep, "bytes.link", float64(all)/6)
	})
}
