package loadtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A bot is one peer of a run, from its joining to its end. Its mutex guards
// what the peer's events and the run's goroutines share.
type bot struct {
	run    *Run
	number int
	life   int            // how many went by that number before
	sender                // who it is to the others
	room   int            // from 0
	writer bool           // whether it draws
	http   *httpTransport // to the server
	net    *network       // to the others
	began  int64          // when, in microseconds since 1970
	died   chan struct{}
	dying  sync.Once
	gone   atomic.Bool // or going: what the others notice of it is no failure

	mu      sync.Mutex
	peer    *peer.Peer // nil before it has joined
	end     string     // how it ended; empty while it lives
	cause   error      // why it was refused, or lost
	members map[signaling.ID]*member
	links   map[signaling.ID]sender // those whose traffic is not yet in the ledger
	ledger  ledger
	opened  []Link
	lost    int // ends of links
	cuts    int // of its event stream
	down    bool
	due     int // strokes, of which sent were drawn
	sent    int
	lastDue int64
	pace    Histogram
}

// A member is somebody else in a bot's room.
type member struct {
	sender // without a name if it is a stranger
	link   peer.LinkState
}

// Names of bots as others see them: load-PART-NUMBER, and -LIFE if it is not
// the first that goes by that number.
const namePrefix = "load-"

func botName(part, number, life int) string {
	name := fmt.Sprintf("%d-%d", part, number)
	if life > 0 {
		name += fmt.Sprintf("-%d", life)
	}
	return name
}

// senderOf is the bot that a peer's name tells of, of parts.
func senderOf(name string, parts int) (sender, bool) {
	name, ok := strings.CutPrefix(name, namePrefix)
	first, _, _ := strings.Cut(name, "-")
	part, err := strconv.Atoi(first)
	return sender{name, part}, ok && err == nil && part >= 1 && part <= parts
}

// join enters the room.
func (b *bot) join(ctx context.Context) error {
	var ice []webrtc.ICEServer // those that the server names
	if b.run.cfg.Loopback {
		ice = []webrtc.ICEServer{} // none are needed
	}
	p, err := peer.Join(ctx, b.run.cfg.Rooms[b.room], peer.Options{
		Name: namePrefix + b.name, HTTPClient: &http.Client{Transport: b.http},
		Loopback: b.run.cfg.Loopback, ICEServers: ice, Net: b.net, Setups: b.run.setups,
		LiveRate: -1, // what is asked for is sent
	})
	if err != nil {
		return err
	}
	p.Look(func(log *canvas.Log) { b.run.register(log.Site(), b) })
	b.run.identify(p.ID(), b)
	b.mu.Lock()
	b.peer = p
	b.mu.Unlock()
	go func() {
		for ev := range p.Events() {
			b.hear(ev)
		}
	}()
	return nil
}

// hear takes what the peer tells.
func (b *bot) hear(ev peer.Event) {
	now := b.run.clock.at(time.Now())
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end != "" {
		return
	}
	switch ev := ev.(type) {
	case peer.Drawn:
		b.drawn(ev, now)
	case peer.Presence:
		if !ev.Joined {
			delete(b.members, ev.Peer.ID)
			return
		}
		from, _ := senderOf(ev.Peer.Name, b.run.cfg.Parts)
		b.members[ev.Peer.ID] = &member{sender: from, link: peer.Connecting}
	case peer.Link:
		b.linked(ev, now)
	case peer.Signaling:
		b.signaled(ev)
	case peer.Fault:
		b.fail("message", ev.Peer, ev.Err)
	case peer.Missed:
		b.failed("events", "", fmt.Errorf("%d were not counted: this machine is too busy", ev.Events))
	}
}

// drawn takes what somebody drew. b.mu is held.
func (b *bot) drawn(ev peer.Drawn, now int64) {
	switch op := ev.Op.(type) {
	case canvas.Segment:
		if ev.Entry.By != "" {
			b.ledger.foreign++ // a plain peer's, of which somebody takes care
			return
		}
		b.ledger.stroke(ev.Entry.Site, op, now, func() (sender, bool) {
			if m := b.members[ev.From]; m != nil {
				return m.sender, m.part > 0
			}
			return b.run.siteOf(ev.Entry.Site) // it has left
		})
	case canvas.Preview:
		m := b.members[ev.From]
		if at, ok := probeTime(op, now); ok && m != nil && m.part > 0 {
			b.run.offsets.note(m.part, now-at)
		}
	case canvas.Clear:
		b.fail("clear", ev.From, errCleared)
	}
}

var errCleared = errors.New("somebody cleared the room: what is lost cannot be told any more")

// linked takes how a link stands. b.mu is held.
func (b *bot) linked(ev peer.Link, now int64) {
	if to, ours := b.links[ev.Peer]; ours && ev.State == peer.Closed {
		b.ledger.carried(to, ev.Bytes)
		delete(b.links, ev.Peer)
	}
	m := b.members[ev.Peer]
	if m == nil {
		return // it has left
	}
	m.link = ev.State
	switch ev.State {
	case peer.Open:
		if m.part == 0 {
			return
		}
		b.ledger.linked(m.sender, now)
		b.links[ev.Peer] = m.sender
		if len(b.opened) < maxOpened {
			b.opened = append(b.opened, Link{
				Bot: b.name, Peer: m.name, AtMS: b.run.clock.ms(now),
				SignalingMS: ms(ev.Setup.Signaling), ICEMS: ms(ev.Setup.ICE),
				DTLSMS: ms(ev.Setup.DTLS), ChannelMS: ms(ev.Setup.Channel),
			})
		}
	case peer.Lost:
		if !b.run.ended(ev.Peer) {
			b.lost++
			b.fail("link", ev.Peer, ev.Err)
		}
	}
}

// maxOpened is how many openings of links are kept of one bot.
const maxOpened = 2000

// signaled takes how the event stream stands. b.mu is held.
func (b *bot) signaled(ev peer.Signaling) {
	switch ev.State {
	case "connected":
		b.down = false
	case "reconnecting":
		if !b.down {
			b.cuts++
		}
		if !b.down || ev.Err == nil {
			b.failed("stream", "", ev.Err)
		}
		b.down = true
	case "outside":
		b.failed("join", "", ev.Err)
	case "lost":
		b.down = true
		b.failed("stream", "", ev.Err)
	}
}

// fail notes a failure that is about a peer. b.mu is held.
func (b *bot) fail(what string, id signaling.ID, err error) {
	name := string(id)
	if m := b.members[id]; m != nil && m.part > 0 {
		name = m.name
	}
	b.failed(what, name, err)
}

func (b *bot) failed(what, peer string, err error) {
	b.run.failures.add(Failure{At: b.run.since(), What: what, Bot: b.name, Peer: peer, Cause: err})
}

// draw draws strokes until ctx is done, from start on.
func (b *bot) draw(ctx context.Context, start time.Time) {
	strokes := b.run.cfg.Strokes(b.number)
	every := time.Duration(float64(time.Second) / b.run.cfg.Rate)
	due := pace(ctx, start, every, func(n int, due time.Time) {
		m := watermark{uint32(n + 1), b.run.clock.at(due)}
		_, err := b.peer.Draw(m.stamp(strokes[n%len(strokes)]))
		late := time.Since(due)
		b.mu.Lock()
		defer b.mu.Unlock()
		if err != nil {
			if b.end == "" {
				b.failed("draw", "", err)
			}
			return
		}
		b.sent++
		b.lastDue = m.due
		b.pace.Add(late)
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.due = due
}

// lives is the bot's peer, or nil if it is not in its room.
func (b *bot) lives() *peer.Peer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end != "" {
		return nil
	}
	return b.peer
}

// lastOpened is when the latest of its links opened, in microseconds since
// 1970; 0 if none did.
func (b *bot) lastOpened() (at int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.ledger.byName {
		at = max(at, t.opened)
	}
	return at
}

// kill ends the bot without a word to anybody.
func (b *bot) kill() {
	b.dying.Do(func() { close(b.died) })
}

// weigh notes what has gone over the links that it has now, for good.
func (b *bot) weigh() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, to := range b.links {
		b.ledger.carried(to, b.peer.Traffic(id))
	}
	clear(b.links)
}

// finish notes how the bot ended. From then on it hears nothing.
func (b *bot) finish(end string, cause error) {
	b.gone.Store(true)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.end, b.cause = end, cause
}
