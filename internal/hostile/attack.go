package hostile

import (
	"bytes"
	"context"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// A Move is one thing that does harm, or would like to.
type Move struct {
	Name string
	do   func(*attack)
}

// All is every move that there is.
func All() (all []Move) {
	for _, moves := range [][]Move{Clears(), Sites(), Forgeries(), Rewrites(), Forks(), Clocks(), Floods()} {
		all = append(all, moves...)
	}
	return all
}

// An attack is some of a member's time.
type attack struct {
	*Member
	ctx context.Context
}

// Attack makes the moves, each once and then again, in any order, with a pause
// after each, until ctx ends.
func (m *Member) Attack(ctx context.Context, rest time.Duration, moves ...Move) {
	a := &attack{m, ctx}
	for {
		for _, i := range m.random.Perm(len(moves)) {
			a.wait()
			moves[i].do(a)
			if !pause(ctx, rest) {
				return
			}
		}
	}
}

// Once makes each of the moves once, in their order.
func (m *Member) Once(ctx context.Context, rest time.Duration, moves ...Move) {
	for _, move := range moves {
		move.do(&attack{m, ctx})
		pause(ctx, rest)
	}
}

// maxWaiting is how many bytes it lets wait for somebody, lest its own queue breaks
// the link.
const maxWaiting = 256 << 10

// to sends something to one, when there is room.
func (a *attack) to(id signaling.ID, data []byte, text bool) {
	for a.mesh.Queued(id) > maxWaiting {
		if !pause(a.ctx, time.Millisecond) {
			return
		}
	}
	a.mesh.Send(id, mesh.Message{Data: data, Text: text})
}

func (a *attack) all(data []byte, text bool) {
	for _, id := range a.neighbours() {
		a.to(id, data, text)
	}
}

// say says something to all as text.
func (a *attack) say(text []byte) { a.all(text, true) }

// send sends all what authors wrote: as a text or as a frame.
func (a *attack) send(runs ...run) {
	if a.random.IntN(2) == 0 {
		a.all(frame(runs...), false)
		return
	}
	for _, r := range runs {
		a.say(r.of.text(r.first, r.last, r.of != a.self))
	}
}

// one is any neighbour, "" if there is none.
func (a *attack) one() signaling.ID {
	if list := a.neighbours(); len(list) > 0 {
		return list[a.random.IntN(len(list))]
	}
	return ""
}

// victim is the key of somebody else, and how much is known of what he wrote.
func (a *attack) victim() (key canvas.PublicKey, n uint32) {
	id := a.one()
	a.mu.Lock()
	defer a.mu.Unlock()
	key = a.near[id]
	n, _ = a.log.Holds(key.Site())
	return key, n
}

// invent makes up a site.
func (a *attack) invent() *author {
	made := newAuthor(a.random.Uint64)
	if a.used = append(a.used, made); len(a.used) > 64 {
		a.used = a.used[1:]
	}
	return made
}

// scribble lets an author draw, at times that go on from t.
func (a *attack) scribble(by *author, n int, t uint64) *author {
	for range n {
		t = max(t, by.lastT()+1)
		by.add(entry{kind: draw, t: t, xy: [4]int32{a.random.Int32N(640), a.random.Int32N(480), a.random.Int32N(640), a.random.Int32N(480)}})
	}
	return by
}

// relink leaves and comes again, as somebody whose key is said to be key: the others'
// limits are new.
func (a *attack) relink(key canvas.PublicKey) {
	a.mu.Lock()
	a.says = key
	a.mu.Unlock()
	a.again()
	a.wait()
}

// again leaves the room and comes back.
func (a *attack) again() {
	if a.server.Leave(a.ctx, a.room) != nil {
		return // there is no server, or no time left
	}
	a.mu.Lock()
	for id := range a.there {
		a.mesh.Remove(id)
	}
	clear(a.there)
	a.mu.Unlock()
	_ = a.server.Join(a.ctx, a.room) // or it stays outside until the next time
}

// wait waits until all links are there, and comes again if that takes long: who has
// been found out is not linked to again at once.
func (a *attack) wait() {
	for range 100 {
		a.mu.Lock()
		all := len(a.there) > 0 && len(a.near) >= len(a.there)
		a.mu.Unlock()
		if all || !pause(a.ctx, 10*time.Millisecond) {
			return
		}
	}
	a.again()
}

// lines are the messages of a text.
func lines(text []byte) (list []exchange.Message) {
	for line := range bytes.SplitSeq(text, []byte{'\n'}) {
		if m, err := exchange.ParseMessage(line); err == nil {
			list = append(list, m)
		}
	}
	return list
}
