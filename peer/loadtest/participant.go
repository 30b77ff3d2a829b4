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

// A participant is one peer of a run, from its joining to its end. Its mutex
// guards what the trace of the peer and the run's goroutines share. The peer may
// wait for it, so whoever holds it calls none of the peer's methods that wait for
// the drawing.
type participant struct {
	run    *Run
	crew   *Crew
	number int
	life   int            // how many went by that number before
	sender                // who it is to the others
	room   int            // from 0
	writer bool           // whether it draws
	http   *httpTransport // to the server
	net    *network       // to the others
	site   canvas.Site    // that it writes as
	began  int64          // when, in microseconds since 1970
	died   chan struct{}
	dying  sync.Once
	gone   atomic.Bool // or going: what the others notice of it is no failure
	busy   atomic.Bool // its bot has not returned
	stamps stamps

	mu      sync.Mutex
	peer    *peer.Peer // nil before it has joined
	end     string     // how it ended; empty while it lives
	cause   error      // why it was refused or lost, or has failed
	members map[signaling.ID]*member
	links   map[signaling.ID]*carried // those that opened, and have not closed
	ledger  ledger
	opened  []Link
	lost    int // ends of links
	cuts    int // of its event stream
	down    bool
	due     int // operations, of which sent were drawn
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
// the first that goes by that number. What a bot of a program's own draws has no
// watermark, and it is called bot-….
const (
	namePrefix    = "load-"
	ownNamePrefix = "bot-"
)

func botName(part, number, life int) string {
	name := fmt.Sprintf("%d-%d", part, number)
	if life > 0 {
		name += fmt.Sprintf("-%d", life)
	}
	return name
}

// peerName is what the others see.
func (s sender) peerName() string {
	if s.unmarked {
		return ownNamePrefix + s.name
	}
	return namePrefix + s.name
}

// senderOf is the bot that a peer's name tells of, of parts.
func senderOf(peerName string, parts int) (sender, bool) {
	name, ok := strings.CutPrefix(peerName, namePrefix)
	unmarked := false
	if !ok {
		name, unmarked = strings.CutPrefix(peerName, ownNamePrefix)
	}
	first, _, _ := strings.Cut(name, "-")
	part, err := strconv.Atoi(first)
	return sender{name, part, unmarked}, (ok || unmarked) && err == nil && part >= 1 && part <= parts
}

// join enters the room.
func (b *participant) join(ctx context.Context) error {
	var ice []webrtc.ICEServer // those that the server names
	if b.run.cfg.Loopback {
		ice = []webrtc.ICEServer{} // none are needed
	}
	p, err := peer.Join(ctx, b.run.cfg.Rooms[b.room], peer.Options{
		Name: b.peerName(), Log: canvas.NewLog(b.site), HTTPClient: &http.Client{Transport: b.http},
		Loopback: b.run.cfg.Loopback, ICEServers: ice, Net: b.net, Setups: b.run.setups,
		LiveRate: -1, // what is asked for is sent
		Trace:    b.hear,
	})
	if err != nil {
		return err
	}
	b.run.identify(p.ID(), b)
	b.mu.Lock()
	b.peer = p
	b.mu.Unlock()
	if b.crew.Bot == nil || !b.writer {
		b.listen()
	}
	return nil
}

// listen takes the events that nobody else reads, lest the peer wait for that.
// It ends with the peer.
func (b *participant) listen() {
	b.run.endings.Go(func() {
		for range b.peer.Events() {
		}
	})
}

// hear takes what the peer tells.
func (b *participant) hear(ev peer.Event) {
	now := b.run.clock.at(time.Now())
	b.mu.Lock()
	defer b.mu.Unlock()
	if ev, ok := ev.(peer.Link); ok && ev.State == peer.Closed {
		b.carried(ev)
	}
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
		if !b.gone.Load() {
			b.signaled(ev)
		}
	case peer.Fault:
		b.fail("message", ev.Peer, ev.Err)
	}
}

// drawn takes what somebody drew. b.mu is held.
func (b *participant) drawn(ev peer.Drawn, now int64) {
	if ev.Entry.Site == b.site && ev.Entry.By == "" {
		b.drew(ev.Entry, now)
		return
	}
	if probe, ok := ev.Op.(canvas.Preview); ok {
		m := b.members[ev.From]
		if at, ok := probeTime(probe, now); ok && m != nil && m.part > 0 {
			b.run.offsets.note(m.part, now-at)
		}
	}
	if ev.Entry.N == 0 {
		return // no part of the drawing
	}
	ours := b.ledger.entry(ev.Entry, now, func() (sender, *stamps, bool) {
		from, stamps, here := b.run.siteOf(ev.Entry.Site)
		if m := b.members[ev.From]; !here && m != nil {
			return m.sender, nil, m.part > 0 && m.part != b.part // or it only bears the name of one
		}
		return from, stamps, here
	})
	if _, clear := ev.Op.(canvas.Clear); clear && !ours {
		b.fail("clear", ev.From, errCleared)
	}
}

var errCleared = errors.New("somebody cleared the room: what is lost cannot be told any more")

// drew takes an entry that the bot itself has written. b.mu is held.
func (b *participant) drew(e canvas.Entry, now int64) {
	b.sent++
	due := now
	if s, ok := e.Op.(canvas.Segment); ok && !b.unmarked {
		due = watermarkOf(s, now).due
		b.pace.Add(micros(now - due))
	} else {
		b.stamps.set(e.N, now)
	}
	b.lastDue = due
}

// linked takes how a link stands. b.mu is held.
func (b *participant) linked(ev peer.Link, now int64) {
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
		if b.links[ev.Peer] == nil {
			b.links[ev.Peer] = &carried{to: m.sender}
		}
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
func (b *participant) signaled(ev peer.Signaling) {
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
func (b *participant) fail(what string, id signaling.ID, err error) {
	name := string(id)
	if m := b.members[id]; m != nil && m.part > 0 {
		name = m.name
	}
	b.failed(what, name, err)
}

func (b *participant) failed(what, peer string, err error) {
	b.run.failures.add(Failure{At: b.run.since(), What: what, Bot: b.name, Peer: peer, Cause: err})
}

// lives is the bot's peer, or nil if it is not in its room.
func (b *participant) lives() *peer.Peer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end != "" {
		return nil
	}
	return b.peer
}

// lastOpened is when the latest of its links opened, in microseconds since
// 1970; 0 if none did.
func (b *participant) lastOpened() (at int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.ledger.byName {
		at = max(at, t.opened)
	}
	return at
}

// kill ends the bot without a word to anybody.
func (b *participant) kill() {
	b.dying.Do(func() { close(b.died) })
}

// A carried is what a link has carried so far.
type carried struct {
	to    sender
	bytes peer.Traffic
}

// grow takes a later count: what was counted once is not counted again.
func (c *carried) grow(to peer.Traffic) {
	c.bytes.Sent = max(c.bytes.Sent, to.Sent)
	c.bytes.Received = max(c.bytes.Received, to.Received)
}

// weigh notes what has gone over the links that it has now. They may go on, and
// be weighed again.
func (b *participant) weigh() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, c := range b.links {
		c.grow(b.peer.Traffic(id))
	}
}

// carried takes what a link has carried in all, also after the bot's end: it may
// have closed just then. b.mu is held.
func (b *participant) carried(ev peer.Link) {
	if c := b.links[ev.Peer]; c != nil {
		c.grow(ev.Bytes)
		b.ledger.carried(c.to, c.bytes)
		delete(b.links, ev.Peer)
	}
}

// finish notes how the bot ended. From then on it hears nothing.
func (b *participant) finish(end string, cause error) {
	b.gone.Store(true)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.end, b.cause = end, cause
	b.due = max(b.due, b.sent) // a bot that has no pace draws whenever it likes
}
