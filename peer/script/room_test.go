package script

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/nettest"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A room is one in memory, with 10 ms between any two of its peers.
type room struct {
	t    *testing.T
	http *nettest.Server
	wan  *nettest.WAN
}

// inRoom plays a test in a room of its own and in virtual time.
func inRoom(t *testing.T, play func(t *testing.T, r *room)) {
	synctest.Test(t, func(t *testing.T) {
		server, err := signaling.NewServer(signaling.ServerOptions{
			Secrets: [][]byte{bytes.Repeat([]byte{'s'}, 32)}, MaxPeers: 64, MaxStreams: -1, AccessRate: -1,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		play(t, &room{t, nettest.Serve(t, server), nettest.NewWAN(t, 10*time.Millisecond)})
	})
}

// enter lets a peer come, which leaves when the test ends.
func (r *room) enter(name string) *peer.Peer {
	r.t.Helper()
	p, err := peer.Join(r.t.Context(), "http://server/studio", peer.Options{Name: name, HTTPClient: r.http.Client, Net: r.wan.Host()})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { p.Close(context.Background()) })
	return p
}

// A cast is a run of bots and what they said.
type cast struct {
	*Run
	Tally
	entry Scenario
	mu    sync.Mutex
	lines []string
}

func (c *cast) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.lines, "\n")
}

// load loads a program; it must be good.
func load(t testing.TB, text string) *Program {
	t.Helper()
	p, err := Load(t.Context(), "test.star", strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// entry is the function that bots call unless another is asked for.
func entry(t testing.TB, p *Program) Scenario {
	t.Helper()
	s, err := p.Scenario(Entry)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newCast(t testing.TB, program string) *cast {
	t.Helper()
	p := load(t, program)
	c := &cast{entry: entry(t, p)}
	c.Run = p.Run(RunOptions{Seed: 7, Log: func(bot, line string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.lines = append(c.lines, bot+": "+line)
	}})
	return c
}

// start lets a bot run in a room. Its result comes by the channel.
func (c *cast) start(r *room, ctx context.Context, name string, number int) <-chan error {
	p := r.enter(name)
	result := make(chan error, 1)
	go func() { result <- c.Bot(ctx, p, c.actor(number)) }()
	return result
}

func (c *cast) actor(number int) Actor { return Actor{number, c.entry, &c.Tally} }

// ends waits for a bot, and wants it to end well.
func ends(t *testing.T, result <-chan error) {
	t.Helper()
	select {
	case err := <-result:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the bot does not end")
	}
}

var tomato = canvas.Color{R: 0xff, G: 0x63, B: 0x47, A: 0xff}

// zigzag is a stroke of n segments, force 1.5 each.
func zigzag(n int) []canvas.PlainOp {
	ops := make([]canvas.PlainOp, n)
	for i := range ops {
		x := float64(10 * i)
		ops[i] = canvas.Segment{From: canvas.Point{X: x, Y: float64(i % 2)}, To: canvas.Point{X: x + 10, Y: float64((i + 1) % 2)}, Force: 1, Color: tomato}
	}
	return ops
}

// drawn are the ops that show in a peer's drawing, as text.
func drawn(p *peer.Peer) (ops []string) {
	p.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			ops = append(ops, fmt.Sprintf("%v", e.Op))
		}
	})
	return ops
}

// TestMirror lets a bot answer a whole stroke, once.
func TestMirror(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := newCast(t, `
def bot(bot):
    while bot.running():
        e = bot.next("stroke")
        if e:
            log(e.kind, e.by, len(e.points), e.color, e.width, e.old, e.more)
            bot.stroke([(1000 - x, y) for x, y in e.points], color = e.color, width = e.width)
`)
		ana := r.enter("ana")
		ctx, stop := context.WithCancel(t.Context())
		result := c.start(r, ctx, "mirror", 0)
		time.Sleep(3 * time.Second)
		ana.Draw(zigzag(20)...)
		time.Sleep(time.Second)
		if got, want := c.said(), "mirror: stroke ana 21 #ff6347 2.0 False False"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		got := drawn(ana)
		var want []string
		for _, op := range zigzag(20) {
			want = append(want, fmt.Sprintf("%v", op))
		}
		for _, op := range zigzag(20) {
			s := op.(canvas.Segment)
			s.From.X, s.To.X = 1000-s.From.X, 1000-s.To.X
			want = append(want, fmt.Sprintf("%v", s))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %d ops %v, want %d %v", len(got), got, len(want), want)
		}
		stop()
		ends(t, result)
	})
}
