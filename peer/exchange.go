package peer

import (
	"errors"
	"math/rand/v2"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

const (
	pingTime    = 5 * time.Second        // between pings, or a fifth more
	probeTime   = time.Minute            // the same, without a word from who need not be pinged
	silentTime  = 15 * time.Second       // without a message or an acknowledgment: the link is dead
	tellTime    = 750 * time.Millisecond // between two words on what we hold
	graceTime   = 400 * time.Millisecond // for what a neighbour has and we lack to come by itself
	pullTime    = 2 * time.Second        // without progress, until another neighbour is asked
	answerBytes = 64 << 10               // of an answer may wait, so that live drawing is not delayed
)

var errSilent = errors.New("no sign of life")

// heard takes a message from a neighbour.
func (r *replica) heard(id signaling.ID, msg mesh.Message, now time.Time) {
	n := r.neighbours[id]
	if n == nil {
		return
	}
	n.heard, n.spoke = now, now
	switch {
	case n.plain() && msg.Text:
		r.restless = true
		r.heardPlain(n, msg.Data, now)
	case n.plain():
	case msg.Text:
		for text := range n.messages(msg.Data) {
			if err := r.heardText(n, text, now); err != nil {
				r.fault(n, err)
				break // one fault for each message is enough to tell
			}
		}
	default:
		r.restless = true
		r.heardFrame(n, msg.Data, now)
	}
}

func (r *replica) heardText(n *neighbour, data []byte, now time.Time) error {
	counted := draws(data)
	if counted && !n.admits(now) {
		return nil
	}
	m, err := canvas.ParseMessage(data)
	if errors.Is(err, canvas.ErrUnknown) {
		return nil // of a later version
	}
	if err != nil {
		return err
	}
	switch m.(type) {
	case canvas.Entry, canvas.Plain:
		if !counted && !n.admits(now) {
			return nil
		}
	}
	if _, idle := m.(canvas.Ping); !idle {
		r.restless = true
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
		if len(n.want.Have) > canvas.MaxSites || len(n.want.Dead) > canvas.MaxSites {
			n.want = canvas.Want{}
			r.fault(n, canvas.ErrSites)
		} else if !m.More {
			n.answer = &canvas.Want{Have: n.want.Have, Dead: n.want.Dead}
			n.want = canvas.Want{}
			r.serving = true
		}
	case canvas.Sums:
		if err := r.heardSums(n, m, now); err != nil {
			r.fault(n, err)
		}
	case canvas.Ping:
		n.sum = m.Sum
		if !n.acks && now.Sub(n.pinged) >= pingTime/2 {
			r.ping(n, now)
		}
	case canvas.Bye:
		n.leaves = true
		if r.pull.from == n.id {
			r.pull.from = ""
		}
	}
	return nil
}

// join raises v to w, and makes it if it is nil.
func join(v, w canvas.Vector) canvas.Vector {
	if v == nil {
		v = make(canvas.Vector, len(w))
	}
	v.Join(w)
	return v
}

// claims notes that a neighbour holds so much, or knows it to be dead. If that
// is more sites than a room can have, nothing is believed any more.
func (r *replica) claims(n *neighbour, have, dead canvas.Vector, now time.Time) error {
	if !r.lacks(n) {
		n.claimed = now
	}
	n.have, n.dead, n.ahead = join(n.have, have), join(n.dead, dead), true
	if len(n.have) > canvas.MaxSites || len(n.dead) > canvas.MaxSites {
		n.have, n.dead = nil, nil
		return canvas.ErrSites
	}
	return nil
}

// heardHave notes what a neighbour says it holds.
func (r *replica) heardHave(n *neighbour, m canvas.Have, now time.Time) {
	if err := r.claims(n, m.Have, m.Dead, now); err != nil {
		r.fault(n, err)
		return
	}
	n.sum = m.Sum
	if m.More {
		return
	}
	n.known, n.holds = true, m.Sum
	if own := (canvas.Vector{n.site: n.have[n.site]}); !r.log.Covers(own, nil) {
		n.gap = true // what it sent itself has come before that
	}
	r.answered(n)
	r.suspect(n, now)
	r.ask(now)
}

// holds is what we hold, in as many messages as it takes.
func (r *replica) holds() (messages [][]byte) {
	for _, m := range (canvas.Have{Have: r.log.Have(), Dead: r.log.Dead(), Sum: r.log.Sum()}).Split() {
		messages = append(messages, canvas.AppendMessage(nil, m))
	}
	return messages
}

// tell says what we hold, after all that is on its way.
func (r *replica) tell(n *neighbour) {
	r.flush()
	n.told = r.version
	for _, data := range r.holds() {
		r.wire.Send(n.id, mesh.Message{Data: data, Text: true})
	}
}

// tick does what time makes due.
func (r *replica) tick(now time.Time) {
	if now.Sub(r.ticked) > silentTime/2 {
		// It is us who did nothing for a while: the machine slept, say.
		for _, n := range r.neighbours {
			n.heard = now
		}
	}
	r.ticked = now
	r.adoptDue(now)
	for id, n := range r.neighbours {
		if n.plain() {
			r.show(n, now)
			continue
		}
		r.suspect(n, now)
		r.unexplained(n, now)
		if r.behind(n) && n.told != r.version && n.answer == nil && !r.stuck(n) {
			r.tell(n)
		}
		if n.unsteady {
			continue
		}
		if silent := now.Sub(n.heard); silent >= pingTime {
			switch queued := r.wire.Queued(id); {
			case queued == 0, queued >= resumeBytes:
				n.heard = now // it takes what we send, or is known not to read just now
			case silent >= silentTime && !n.leaves:
				n.heard = now
				r.wire.Reset(id, errSilent)
			}
		}
		if now.Sub(n.pinged) >= n.pause && !(n.acks && now.Sub(n.spoke) < n.pause) && !r.stuck(n) {
			r.ping(n, now)
		}
	}
	if now.Sub(r.announced) >= tellTime {
		r.announced = now
		r.announce()
	}
	r.stale = false
	if r.settling != nil && now.Sub(r.settling.progress) >= pullTime {
		r.unsettled()
	}
	r.ask(now)
	r.restless = !r.calm()
}

// ping shows a neighbour that we are alive, and the sum of our drawing, and finds
// out whether it is.
func (r *replica) ping(n *neighbour, now time.Time) {
	n.pinged, n.pause = now, n.idle()
	r.wire.Send(n.id, mesh.Message{Data: canvas.AppendMessage(nil, canvas.Ping{Sum: r.log.Sum()}), Text: true})
}

// idle is the time until the next ping, which differs from the neighbour's, or
// both would send one at once.
func (n *neighbour) idle() time.Duration {
	if n.acks {
		return probeTime + rand.N(probeTime/5)
	}
	return pingTime + rand.N(pingTime/5)
}

// announce tells what we hold to whoever may not know.
func (r *replica) announce() {
	lines := false
	for _, n := range r.neighbours {
		switch {
		case n.plain() || n.told == r.version || n.answer != nil || r.stuck(n): // it is told in the end
		case n.lines && !r.behind(n):
			lines, n.told = true, r.version
		default:
			r.tell(n)
		}
	}
	if lines {
		for _, data := range r.holds() {
			r.gather(data)
		}
	}
}

// bye tells the synced neighbours that we leave, after all that we drew.
func (r *replica) bye() {
	r.flush()
	for id, n := range r.neighbours {
		if !n.plain() {
			r.wire.Send(id, mesh.Message{Data: canvas.AppendMessage(nil, canvas.Bye{}), Text: true})
		}
	}
}
