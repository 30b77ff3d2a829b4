package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A room is several exchanges with queues between them, in which everything goes
// wrong that can: links are slow, are cut and made again, peers come late and crash,
// clocks differ, somebody knows only the plain protocol, and one says what he likes.
type room struct {
	seed  uint64
	rnd   *rand.Rand
	now   time.Time
	peers []*member
	links []*link
	wrote map[canvas.Site][]canvas.Entry // by honest ones
	eve   *hostile
	sent  int // messages of honest ones
}

// A member is one peer. It has no exchange if it is the plain one, or eve.
type member struct {
	in    *room
	id    signaling.ID
	says  []byte // its capability; nil: it is a plain peer
	x     *Exchange
	alive bool
	due   time.Time // Due is to be called
	clear canvas.Clear
	k     uint32 // the stroke that is being drawn
}

// A link is one way, from one to another.
type link struct {
	from, to *member
	queue    []said
	until    time.Time // it is cut until then; the zero time: it is open
}

func newRoom(seed uint64) *room {
	r := &room{seed: seed, rnd: rand.New(rand.NewPCG(seed, 9)), now: time.Unix(1_800_000_000, 0), wrote: map[canvas.Site][]canvas.Entry{}}
	for range 2 + r.rnd.IntN(2) {
		r.join()
	}
	r.eve = newHostile(r)
	r.enter(&member{in: r, id: "eve", says: r.eve.says(), alive: true})
	if r.rnd.IntN(2) == 0 {
		r.enter(&member{in: r, id: "plain", alive: true})
	}
	return r
}

// signer is the key of a name, in this room.
func (r *room) signer(name any) *canvas.Signer {
	return newSigner(fmt.Sprint("room ", r.seed, name))
}

// join takes in an honest peer.
func (r *room) join() {
	m := &member{in: r, id: signaling.ID(fmt.Sprint("p", len(r.peers))), alive: true}
	signer := r.signer(m.id)
	r.wrote[signer.Site()] = nil
	m.x = New(Options{Wire: m, Log: canvas.NewLog(signer), Wrote: func(e canvas.Entry) {
		r.wrote[e.Site] = append(r.wrote[e.Site], e)
	}})
	m.x.life.random = r.rnd.Float64
	m.x.SetAhead(time.Duration(r.rnd.IntN(60)-30) * time.Second)
	m.says = m.x.Capability()
	r.enter(m)
}

func (r *room) enter(m *member) {
	for _, other := range r.peers {
		if other.alive {
			r.connect(m, other)
		}
	}
	r.peers = append(r.peers, m)
}

// connect makes a link both ways, a moment later.
func (r *room) connect(a, b *member) {
	until := r.now.Add(time.Duration(1+r.rnd.IntN(2000)) * time.Millisecond)
	r.links = append(r.links, &link{from: a, to: b, until: until}, &link{from: b, to: a, until: until})
}

// cut closes the link of two, for a while.
func (r *room) cut(a, b *member) {
	until := r.now.Add(time.Duration(200+r.rnd.IntN(5000)) * time.Millisecond)
	for _, l := range r.links {
		if l.from == a && l.to == b || l.from == b && l.to == a {
			if l.until.IsZero() && l.to.x != nil {
				l.to.x.Closed(l.from.id)
			}
			l.queue, l.until = nil, until
		}
	}
}

func (r *room) link(from, to *member) *link {
	for _, l := range r.links {
		if l.from == from && l.to == to && l.until.IsZero() {
			return l
		}
	}
	return nil
}

func (r *room) member(id signaling.ID) *member {
	return r.peers[slices.IndexFunc(r.peers, func(m *member) bool { return m.id == id })]
}

// Send implements Wire.
func (m *member) Send(to signaling.ID, data []byte, text bool) bool {
	l := m.in.link(m, m.in.member(to))
	if l == nil {
		return false
	}
	m.in.sent++
	l.queue = append(l.queue, said{data, text})
	return true
}

func (m *member) Queued(id signaling.ID) (bytes int) {
	if l := m.in.link(m, m.in.member(id)); l != nil {
		for _, s := range l.queue {
			bytes += len(s.data)
		}
	}
	return bytes
}

func (m *member) Reset(id signaling.ID, _ error) {
	for _, l := range m.in.links {
		if l.from == m && l.to.id == id || l.from.id == id && l.to == m {
			l.queue, l.until = nil, m.in.now // it is closed when the room looks next
		}
	}
}

// pass lets time pass: links open and close, and everybody looks at the clock.
func (r *room) pass(d time.Duration) error {
	r.now = r.now.Add(d)
	var open []*link // from now on: both ways at once
	for _, l := range r.links {
		if !l.until.IsZero() && !r.now.Before(l.until) && l.from.alive && l.to.alive {
			l.until = time.Time{}
			open = append(open, l)
		}
	}
	for _, l := range open {
		if x := l.to.x; x != nil {
			x.Closed(l.from.id)
			x.Opened(l.from.id, r.eve.claims(l.from), nil, r.now)
		}
	}
	for _, m := range r.peers {
		if m.alive && m.x != nil {
			m.x.Tick(r.now)
			if err := m.settle(); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle does what an exchange's owner does after all that happens.
func (m *member) settle() error {
	if m.x.Pump() {
		m.x.Pump()
	}
	if !m.due.IsZero() && !m.in.now.Before(m.due) {
		m.due = time.Time{}
		m.x.Due()
	}
	if wait := m.x.Ship(m.in.now); wait > 0 {
		m.due = m.in.now.Add(wait)
	}
	m.x.Events()
	clear := m.x.log.LastClear()
	if clear.Less(m.clear) {
		return errors.New("what was cleared comes back")
	}
	m.clear = clear
	for site := range m.in.wrote {
		if m.x.log.Void(site) != nil {
			return fmt.Errorf("%s is honest, and void for %s", site, m.id)
		}
	}
	if most := canvas.Ticks(m.in.now.Add(m.x.Ahead())) + canvas.Tolerance + 1e6; m.x.log.Next(0) > most {
		return errors.New("time has run away")
	}
	return nil
}

// deliver takes the first message of a queue.
func (r *room) deliver(l *link) error {
	if len(l.queue) == 0 || !l.until.IsZero() {
		return nil
	}
	s := l.queue[0]
	l.queue = l.queue[1:]
	switch {
	case !l.to.alive:
	case l.to.x != nil:
		data := bytes.Clone(s.data)
		l.to.x.Heard(l.from.id, data, s.text, r.now)
		for i := range data { // another message comes in the same place
			data[i] = '{'
		}
		return l.to.settle()
	case l.to.id == "eve":
		r.eve.hears(s)
	}
	return nil
}
