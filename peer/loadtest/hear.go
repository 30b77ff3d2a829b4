package loadtest

import (
	"errors"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

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
	case peer.Synced:
		b.synced = true
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
	if c, ok := ev.Op.(canvas.Clear); ok {
		b.cleared(ev.From, c)
		return
	}
	if ev.Entry.N == 0 {
		return // no part of the drawing
	}
	b.ledger.entry(ev.Entry, now, func() (sender, *stamps, bool) { return b.writerOf(ev.Entry.Site, ev.From) })
}

// writerOf is the bot that writes as a site, and is who in the room. b.mu is held.
func (b *participant) writerOf(site canvas.Site, who signaling.ID) (from sender, when *stamps, ours bool) {
	if from, when, ours = b.run.siteOf(site); ours {
		return from, when, true
	}
	if m := b.members[who]; m != nil {
		from = m.sender
	}
	if from.part == b.part {
		from = sender{} // it only bears the name of one
	}
	from, ours = b.run.writes(site, from)
	return from, nil, ours
}

// cleared takes a clear. That of a bot is as it should be: see [Run.countWiped].
// b.mu is held.
func (b *participant) cleared(from signaling.ID, c canvas.Clear) {
	if _, _, ours := b.writerOf(c.Site(), from); !ours {
		b.fail("clear", from, errCleared)
	}
}

var errCleared = errors.New("somebody cleared the room: what is lost cannot be told any more")

// drew takes an entry that the bot itself has written. b.mu is held.
func (b *participant) drew(e canvas.Entry, now int64) {
	b.sent++
	due, n := now, note{what: noteSent, part: uint16(b.part), took: -1}
	if s, ok := e.Op.(canvas.Segment); ok && !b.unmarked {
		due = watermarkOf(s, now).due
		n.tag, n.took = b.tag(due), max(now-due, 0)
	} else {
		n.tag = b.tag(now)
		b.stamps.set(e.N, stamp{now, n.tag})
	}
	b.notes.add(n)
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
