package peer

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

const (
	pingTime    = 5 * time.Second        // between pings, give or take a fifth
	silentTime  = 15 * time.Second       // without any sign of life: the link is dead
	tellTime    = 750 * time.Millisecond // between two words on what we hold
	graceTime   = 400 * time.Millisecond // for what a neighbour has and we lack to come by itself
	pullTime    = 2 * time.Second        // without progress, until another neighbour is asked
	answerBytes = 64 << 10               // of an answer may wait, so that live drawing is not delayed
	maxHeld     = 8192                   // entries that came too early
)

var errSilent = errors.New("no sign of life")

// A pull is a request for what we lack, to one neighbour at a time.
type pull struct {
	from     signaling.ID // empty: none
	progress time.Time
}

// held keeps entries that came before others which they follow, for as long as
// those are being asked for.
type held struct {
	entries map[canvas.Site][]canvas.Entry // each in the order of their numbers
	size    int
}

// heard takes a message from a neighbour.
func (r *replica) heard(id signaling.ID, msg mesh.Message, now time.Time) {
	n := r.neighbours[id]
	if n == nil {
		return
	}
	n.heard = now
	switch {
	case n.plain() && msg.Text:
		r.heardPlain(n, msg.Data, now)
	case n.plain():
	case msg.Text:
		r.heardText(n, msg.Data, now)
	default:
		r.heardFrame(n, msg.Data, now)
	}
}

func (r *replica) heardText(n *neighbour, data []byte, now time.Time) {
	m, err := canvas.ParseMessage(data)
	if errors.Is(err, canvas.ErrUnknown) {
		return // of a later version
	}
	if err != nil {
		r.fault(n, err)
		return
	}
	switch m := m.(type) {
	case canvas.Entry:
		if m.Site == (canvas.Site{}) {
			m.Site = n.site
		}
		r.add(n, m, now)
	case canvas.Plain:
		r.events = append(r.events, Drawn{From: n.id, Op: m.Op})
	case canvas.Have:
		r.heardHave(n, m, now)
	case canvas.Want:
		n.want.Have, n.want.Dead = join(n.want.Have, m.Have), join(n.want.Dead, m.Dead)
		if !m.More {
			n.answer = &canvas.Want{Have: n.want.Have, Dead: n.want.Dead}
			n.want = canvas.Want{}
			r.pump(n)
		}
	case canvas.Ping:
		n.sum = m.Sum
	}
}

func join(v, w canvas.Vector) canvas.Vector {
	v = v.Clone()
	v.Join(w)
	return v
}

// add takes in an entry, or keeps it until it can be.
func (r *replica) add(n *neighbour, e canvas.Entry, now time.Time) {
	change, err := r.log.Add(e)
	var gap *canvas.GapError
	switch {
	case err == nil:
		r.taken(e, change, now)
		r.release(e.Site, now)
	case errors.Is(err, canvas.ErrDuplicate):
	case errors.As(err, &gap):
		n.gap = true
		n.have = join(n.have, canvas.Vector{e.Site: e.N - 1})
		n.claimed = now
		r.hold(e)
	default:
		r.fault(n, err)
	}
}

// taken tells of an entry that is in the log now.
func (r *replica) taken(e canvas.Entry, change canvas.Change, now time.Time) {
	r.changed(change)
	if _, ok := e.Op.(canvas.Clear); ok {
		r.cleared = now
	}
	r.events = append(r.events, Drawn{From: r.author(e), Op: e.Op, Entry: e})
	if change.Kind > canvas.Appended {
		r.outdated(e.Op)
	}
}

// author is who drew e, if that can be told: a plain peer, or a neighbour.
func (r *replica) author(e canvas.Entry) signaling.ID {
	if e.By != "" {
		return signaling.ID(e.By)
	}
	for id, n := range r.neighbours {
		if n.site == e.Site {
			return id
		}
	}
	return ""
}

func (r *replica) hold(e canvas.Entry) {
	list := r.held.entries[e.Site]
	at, found := slices.BinarySearchFunc(list, e.N, func(e canvas.Entry, n uint32) int { return int(int64(e.N) - int64(n)) })
	if !found && r.held.size < maxHeld {
		r.held.entries[e.Site] = slices.Insert(list, at, e)
		r.held.size++
	}
}

// release takes in what was held of a site, as far as it goes.
func (r *replica) release(site canvas.Site, now time.Time) {
	list := r.held.entries[site]
	for len(list) > 0 {
		change, err := r.log.Add(list[0])
		var gap *canvas.GapError
		if errors.As(err, &gap) {
			break
		}
		if err == nil {
			r.taken(list[0], change, now)
		}
		list = list[1:]
		r.held.size--
	}
	if r.held.entries[site] = list; len(list) == 0 {
		delete(r.held.entries, site)
	}
}

// heardFrame takes in a frame of entries.
func (r *replica) heardFrame(n *neighbour, data []byte, now time.Time) {
	r.pulled[n.id] += len(data)
	before := r.log.Have()
	change, err := r.log.Merge(data)
	var refused *canvas.RefusedError
	switch {
	case errors.Is(err, canvas.ErrUnknown):
	case errors.As(err, &refused):
		r.fault(n, err)
	case err != nil && change.Kind == canvas.Nothing:
		r.fault(n, err)
		r.wire.Reset(n.id, err)
		return
	}
	r.pull.progress = now
	r.changed(change)
	for e := range r.log.Lacking(before) {
		if _, ok := e.Op.(canvas.Clear); ok {
			r.cleared = now
		}
		r.events = append(r.events, Drawn{From: r.author(e), Op: e.Op, Entry: e})
	}
	if change.Kind > canvas.Appended {
		r.outdated(nil)
	}
	for site := range r.held.entries {
		r.release(site, now)
	}
}

// heardHave notes what a neighbour says it holds.
func (r *replica) heardHave(n *neighbour, m canvas.Have, now time.Time) {
	n.have, n.dead = join(n.have, m.Have), join(n.dead, m.Dead)
	n.sum, n.claimed = m.Sum, now
	if m.More {
		return
	}
	n.known = true
	if n.sum != r.log.Sum() && r.log.Covers(m.Have, m.Dead) && covers(m, r.log) {
		r.fault(n, &DisagreementError{Ours: r.log.Sum(), Theirs: n.sum})
	}
	r.ask(now)
}

// covers reports whether a neighbour holds all that the log does.
func covers(m canvas.Have, log *canvas.Log) bool {
	return m.Have.Covers(log.Have()) && m.Dead.Covers(log.Dead())
}

// tell says what we hold.
func (r *replica) tell(n *neighbour) {
	n.told = r.version
	for _, m := range (canvas.Have{Have: r.log.Have(), Dead: r.log.Dead(), Sum: r.log.Sum()}).Split() {
		r.wire.Send(n.id, mesh.Message{Data: canvas.AppendMessage(nil, m), Text: true})
	}
}

// ask pulls what we lack from one neighbour that has it. What is merely on its
// way gets a moment to arrive.
func (r *replica) ask(now time.Time) {
	if n := r.neighbours[r.pull.from]; n != nil {
		if !r.log.Covers(n.have, n.dead) && now.Sub(r.pull.progress) < pullTime {
			return
		}
		n.gap = false
		n.claimed = now // others go first
	}
	r.pull = pull{}
	var source *neighbour
	for _, n := range r.neighbours {
		if n.plain() || r.log.Covers(n.have, n.dead) {
			n.gap = false
			continue
		}
		hurry := n.gap || n.known && r.version == 0
		if (hurry || now.Sub(n.claimed) >= graceTime) && (source == nil || n.claimed.Before(source.claimed)) {
			source = n
		}
	}
	if source == nil {
		return
	}
	r.pull = pull{source.id, now}
	for _, m := range (canvas.Want{Have: r.log.Have(), Dead: r.log.Dead()}).Split() {
		r.wire.Send(source.id, mesh.Message{Data: canvas.AppendMessage(nil, m), Text: true})
	}
}

// pump sends a neighbour frames of what it asked for, a few at a time.
func (r *replica) pump(n *neighbour) {
	for n.answer != nil && r.wire.Queued(n.id) < answerBytes {
		frame := r.log.NextFrame(n.answer.Have, n.answer.Dead)
		if frame == nil || !r.wire.Send(n.id, mesh.Message{Data: frame}) {
			n.answer = nil
		}
	}
	for len(n.replay) > 0 && r.wire.Queued(n.id) < replayBytes {
		r.wire.Send(n.id, mesh.Message{Data: canvas.AppendOp(nil, n.replay[0]), Text: true})
		n.replay = n.replay[1:]
	}
}

// busy reports whether there is something to pump.
func (r *replica) busy() bool {
	for _, n := range r.neighbours {
		if n.answer != nil || len(n.replay) > 0 {
			return true
		}
	}
	return false
}

// tick does what time makes due.
func (r *replica) tick(now time.Time) {
	r.adoptDue(now)
	for id, n := range r.neighbours {
		if n.plain() {
			r.show(n, now)
			continue
		}
		if now.Sub(n.heard) >= silentTime {
			n.heard = now
			r.wire.Reset(id, errSilent)
		}
		if !now.Before(n.ping) {
			n.ping = now.Add(time.Duration(float64(pingTime) * (0.8 + 0.4*rand.Float64())))
			r.wire.Send(id, mesh.Message{Data: canvas.AppendMessage(nil, canvas.Ping{Sum: r.log.Sum()}), Text: true})
		}
	}
	r.stale = false
	r.ask(now)
}

// announce tells what we hold to whoever may not know.
func (r *replica) announce() {
	for _, n := range r.neighbours {
		if !n.plain() && n.told != r.version {
			r.tell(n)
		}
	}
}

// pumpAll pumps to everybody.
func (r *replica) pumpAll() {
	for _, n := range r.neighbours {
		r.pump(n)
	}
}
