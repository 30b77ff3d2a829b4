package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"drawmesh/signaling"
)

// rooms looks at what two peers hear of one another in a fresh room.
func (e *examination) rooms(ctx context.Context) {
	a, err := e.guest(ctx, "doctor a")
	if err == nil {
		var b *guest
		if b, err = e.guest(ctx, "doctor b"); err == nil {
			e.pair(ctx, a, b)
			return
		}
	}
	e.report.fail("rooms.introduces", "see the rules about the event stream", "no more peers are let in: %v", err)
}

func (e *examination) pair(ctx context.Context, a, b *guest) {
	room := signaling.NewRoom()
	if !e.introduces(ctx, a, b, room) {
		return
	}
	e.again(ctx, a, b, room)
	e.relays(ctx, a, b)
	e.leaves(ctx, a, b, room)
	_, _ = b.join(ctx, room) // if it cannot, a comes back to nobody, which is said
	e.resumes(ctx, a, b)
	e.single(ctx, a)
}

// enters has a guest enter a room, and says so if it cannot.
func (e *examination) enters(ctx context.Context, check Check, g *guest, room string) bool {
	said, err := g.join(ctx, room)
	if err != nil {
		e.report.fail(check, "see whether the server is still there", "`join` was not answered: %v", err)
		return false
	}
	if said.status != http.StatusOK || said.isPage() {
		seen, advice := said.refused()
		e.report.fail(check, advice, "`join` was %s", seen)
		return false
	}
	return true
}

// An introduction is an add-peer as it was heard.
type introduction struct {
	to, of signaling.ID
	offer  bool
}

// introductions are what a guest has heard since then, of a room, about our guests:
// what keeps the server's drawings may have come, too.
func (e *examination) introductions(g *guest, after int, room string) (list []introduction) {
	for _, ev := range g.stream.since(after) {
		var add signaling.AddPeer
		if ev.name == "add-peer" && json.Unmarshal(ev.data, &add) == nil && add.Room == room && e.invited(add.Peer.ID) {
			list = append(list, introduction{g.id, add.Peer.ID, add.Offer})
		}
	}
	return list
}

// invited reports whether a peer is a guest of ours.
func (e *examination) invited(id signaling.ID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.ContainsFunc(e.guests, func(g *guest) bool { return g.id == id })
}

// introduces reports whether a and then b were let into a room.
func (e *examination) introduces(ctx context.Context, a, b *guest, room string) bool {
	const check = "rooms.introduces"
	fromA, fromB := a.stream.mark(), b.stream.mark()
	if !e.enters(ctx, check, a, room) || !e.enters(ctx, check, b, room) {
		return false
	}
	for g, from := range map[*guest]int{a: fromA, b: fromB} {
		g.stream.await(ctx, from, promptTime, named("add-peer"))
	}
	pause(ctx, settleTime)
	member, joiner := e.introductions(a, fromA, room), e.introductions(b, fromB, room)
	if len(member) == 1 && len(joiner) == 1 && member[0] == (introduction{a.id, b.id, false}) && joiner[0] == (introduction{b.id, a.id, true}) {
		e.report.ok(check, "each side heard of the other once")
		return true
	}
	e.report.fail(check, "if stream.prompt has failed, too, that is why; else mend the server: peers that are not introduced never link",
		"the member heard %s, the joiner %s", heardOf(member), heardOf(joiner))
	return true
}

// heardOf is what was heard, in words.
func heardOf(list []introduction) string {
	switch {
	case len(list) == 0:
		return "of nobody"
	case len(list) > 1:
		return fmt.Sprintf("%d introductions", len(list))
	case list[0].of == list[0].to:
		return "of itself"
	}
	return fmt.Sprintf("of one peer, with offer %v", list[0].offer)
}

// again lets a member join again.
func (e *examination) again(ctx context.Context, a, b *guest, room string) {
	const check = "rooms.again"
	fromA, fromB := a.stream.mark(), b.stream.mark()
	said, err := b.join(ctx, room)
	if err != nil || !said.good() {
		e.report.lax(check, "", "it was refused: %v", orSaid(err, said))
		return
	}
	pause(ctx, settleTime)
	if n := len(e.introductions(a, fromA, room)) + len(e.introductions(b, fromB, room)); n > 0 {
		e.report.lax(check, "", "it is introduced again")
		return
	}
	e.report.ok(check, "nobody heard of it")
}

// orSaid is why a request came to nothing.
func orSaid(err error, a answer) string {
	if err != nil {
		return err.Error()
	}
	return a.said()
}

// leaves lets b leave.
func (e *examination) leaves(ctx context.Context, a, b *guest, room string) {
	const check = "rooms.leaves"
	heard := a.stream.mark()
	said, err := b.leave(ctx, room)
	switch {
	case err == nil && !said.good():
		e.report.lax(check, "", "`leave` is answered %s, as by the tutorial's server: who leaves is noticed when the stream ends", said.said())
		return
	case err != nil:
		e.report.unknown(check, "%v", err)
		return
	}
	gone, ok := a.stream.await(ctx, heard, promptTime, named("remove-peer"))
	var ev signaling.RemovePeer
	if !ok || json.Unmarshal(gone.data, &ev) != nil || ev.Peer.ID != b.id || ev.Room != room {
		e.report.fail(check, "mend the server", "the other did not hear of it for %v", promptTime)
		return
	}
	e.report.ok(check, "after %v", max(gone.at.Sub(said.sent), 0).Round(100*time.Microsecond))
}

// crowd is how many join at once: every two are a pair of introductions.
const crowd = 5

// atOnce lets many join a fresh room in one moment.
func (e *examination) atOnce(ctx context.Context) {
	const check = "rooms.at-once"
	var all []*guest
	for i := range crowd {
		g, err := e.guest(ctx, fmt.Sprintf("doctor %d", i+1))
		if err != nil {
			e.report.unknown(check, "no more peers are let in: %v", err)
			return
		}
		all = append(all, g)
	}
	room := signaling.NewRoom()
	from := make([]int, crowd)
	said, errs := make([]answer, crowd), make([]error, crowd)
	var joining sync.WaitGroup
	for i, g := range all {
		from[i] = g.stream.mark()
		joining.Go(func() { said[i], errs[i] = g.join(ctx, room) })
	}
	joining.Wait()
	for i := range all {
		if errs[i] != nil || !said[i].good() {
			e.report.unknown(check, "not all were let in: %s", orSaid(errs[i], said[i]))
			return
		}
	}
	heard := make(map[introduction]int)
	for end := time.Now().Add(promptTime); ; {
		clear(heard)
		for i, g := range all {
			for _, in := range e.introductions(g, from[i], room) {
				heard[in]++
			}
		}
		if len(heard) >= crowd*(crowd-1) || time.Now().After(end) || !pause(ctx, settleTime) {
			break
		}
	}
	e.judgeCrowd(all, heard)
	for _, g := range all {
		g.close(ctx)
	}
}

// judgeCrowd compares what was heard with what should have been.
func (e *examination) judgeCrowd(all []*guest, heard map[introduction]int) {
	const check = "rooms.at-once"
	lost, wrong := 0, 0
	for i, g := range all {
		for _, other := range all[:i] {
			offers := heard[introduction{g.id, other.id, true}] + heard[introduction{other.id, g.id, true}]
			awaits := heard[introduction{g.id, other.id, false}] + heard[introduction{other.id, g.id, false}]
			both := offers == 1 && awaits == 1 && heard[introduction{g.id, other.id, true}] == heard[introduction{other.id, g.id, false}]
			switch {
			case offers == 0 || awaits == 0:
				lost++
			case !both:
				wrong++
			}
		}
	}
	pairs := crowd * (crowd - 1) / 2
	switch {
	case lost > 0:
		e.report.fail(check, "let people and programs come one after another, or mend the server: a join has to be atomic for its room",
			"of %d pairs that met at once %d were never introduced", pairs, lost)
	case wrong > 0:
		e.report.lax(check, "mend the server: a join has to be atomic for its room", "of %d pairs %d were introduced twice", pairs, wrong)
	default:
		e.report.ok(check, "%d peers, %d pairs", crowd, pairs)
	}
}
