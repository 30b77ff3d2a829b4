package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

const (
	meetTime  = time.Second     // for everybody to be introduced
	checkTime = 7 * time.Second // for ICE, which asks every other second, to be answered on an open link
	maxLinks  = 64              // that are reported
)

// others is what cannot be known, and why.
const others = "the protocol has no way to ask: only our own links are known. Ask again from where somebody is who does not see another"

// visit looks at the room itself: who is there, and whether we link to them.
func (e *examination) visit(ctx context.Context) {
	e.report.unknown("room.others", others)
	g, err := e.guest(ctx, e.opts.Name)
	if err != nil {
		e.report.unknown("room.enters", "no more peers are let in: %v", err)
		return
	}
	x, err := e.newEnd(g, g.hello.ICEServers, e.room)
	if err != nil {
		e.report.unknown("room.links", "%v", err)
		return
	}
	defer g.close(ctx)
	heard := g.stream.mark()
	if !e.enters(ctx, "room.enters", g, e.room) {
		return
	}
	e.report.ok("room.enters", "let in")
	if !pause(ctx, meetTime) {
		return
	}
	// Whoever comes later makes the offers, and has as long as the others.
	x.await(ctx, linkTime, func() bool { return e.settled(x, heard) })
	there := e.there(g, heard)
	before := x.answers(there)
	x.await(ctx, checkTime, func() bool { return len(x.halfOpen(before)) == 0 })
	x.await(ctx, promptTime, func() bool { return e.settled(x, heard) }) // or whoever is leaving has left
	there = e.there(g, heard)
	e.members(g, heard, there)
	e.links(x, there, x.halfOpen(before))
}

// answers is how often each open link's checks have been answered.
func (x *end) answers(there []signaling.Peer) map[signaling.ID]uint64 {
	answers := make(map[signaling.ID]uint64)
	for _, p := range there {
		if path, ok := x.links.Path(p.ID); ok {
			answers[p.ID] = path.Answers
		}
	}
	return answers
}

// halfOpen is which links' checks have not been answered since then.
func (x *end) halfOpen(before map[signaling.ID]uint64) (list []signaling.ID) {
	for id, answers := range before {
		if path, ok := x.links.Path(id); ok && path.Answers == answers {
			list = append(list, id)
		}
	}
	return list
}

// settled reports whether there is a link to everybody.
func (e *examination) settled(x *end, heard int) bool {
	for _, p := range e.there(x.guest, heard) {
		if x.state(p.ID) != mesh.Open {
			return false
		}
	}
	return true
}

// there is who has been introduced, and has not left.
func (e *examination) there(g *guest, heard int) (list []signaling.Peer) {
	here := make(map[signaling.ID]bool)
	e.eachIntroduced(g, heard, func(p signaling.Peer, joined bool) {
		here[p.ID] = joined
	})
	e.eachIntroduced(g, heard, func(p signaling.Peer, joined bool) {
		if here[p.ID] && p.ID != g.id {
			list = append(list, p)
			here[p.ID] = false
		}
	})
	return list
}

// eachIntroduced goes through who came to the room, and who left.
func (e *examination) eachIntroduced(g *guest, heard int, each func(p signaling.Peer, joined bool)) {
	for _, ev := range g.stream.since(heard) {
		var said signaling.AddPeer // a remove-peer has the same members
		if ev.name != "add-peer" && ev.name != "remove-peer" || json.Unmarshal(ev.data, &said) != nil || said.Room != e.room {
			continue
		}
		each(said.Peer, ev.name == "add-peer")
	}
}

// members says who is there.
func (e *examination) members(g *guest, heard int, there []signaling.Peer) {
	const check = "room.members"
	here, twice, self := make(map[signaling.ID]bool), 0, false
	e.eachIntroduced(g, heard, func(p signaling.Peer, joined bool) {
		if joined && here[p.ID] {
			twice++
		}
		here[p.ID] = joined
		self = self || joined && p.ID == g.id
	})
	if err := g.stream.ended(); err != nil {
		e.report.fail(check, "see what cuts streams", "the stream ended while we were there: %v", err)
		return
	}
	switch {
	case self:
		e.report.lax(check, "mend the server", "we are introduced to ourselves")
	case twice > 0:
		e.report.lax(check, "mend the server", "%d of %d are introduced more than once", twice, len(there))
	case len(there) == 0:
		e.report.ok(check, "nobody else is there")
	default:
		e.report.ok(check, "%d: %s", len(there), nameAll(there))
	}
}

// maxNames bounds how many names are in one line.
const maxNames = 8

func nameAll(list []signaling.Peer) string {
	var names []string
	for _, p := range list[:min(len(list), maxNames)] {
		names = append(names, nameOf(p))
	}
	if more := len(list) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

func nameOf(p signaling.Peer) string {
	if p.Name != "" {
		return p.Name
	}
	return signaling.CleanName(string(p.ID))
}

// links says how our own links to those who are there stand.
func (e *examination) links(x *end, there []signaling.Peer, halfOpen []signaling.ID) {
	const check = "room.links"
	var missing []string
	for _, p := range there {
		l := linkTo(x, p)
		if l.State == mesh.Open && slices.Contains(halfOpen, p.ID) {
			l.State, l.RoundTrip, l.Err = mesh.Unsteady, 0, fmt.Sprintf("half-open: nothing has come back for %v", checkTime)
		}
		if len(e.report.Links) < maxLinks {
			e.report.Links = append(e.report.Links, l)
		}
		if l.State != mesh.Open {
			reason := l.Err
			if reason == "" {
				reason = why(mesh.Change{State: l.State})
			}
			missing = append(missing, nameOf(p)+" ("+reason+")")
		}
	}
	switch {
	case len(there) == 0:
		e.report.unknown(check, "nobody is there to link to")
	case len(missing) > 0:
		more := ""
		if n := len(missing) - maxNames; n > 0 {
			missing, more = missing[:maxNames], fmt.Sprintf(", and %d more", n)
		}
		e.report.fail(check, "an offer that is not answered: reload the page there, or see whether that program has stopped; no connection in time, or no network path: UDP is blocked at either end, or both are behind strict NATs: drawmesh-server --turn",
			"none to %s%s, of %d", strings.Join(missing, ", "), more, len(there))
	default:
		e.report.ok(check, "all %d", len(there))
	}
}

// linkTo is how our link to a peer stands.
func linkTo(x *end, p signaling.Peer) Link {
	c := x.change(p.ID)
	l := Link{Peer: p.ID, Name: p.Name, State: c.State, Synced: len(c.Capability) > 0, Took: ms(c.Took)}
	if l.State == "" {
		l.State = mesh.Connecting
	}
	if c.Err != nil {
		l.Err = why(c)
	}
	if path, ok := x.links.Path(p.ID); ok {
		l.Local, l.Remote, l.RoundTrip = &path.Local, &path.Remote, ms(path.RoundTrip)
	}
	return l
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
