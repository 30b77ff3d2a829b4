package exchange

import (
	"drawmesh/signaling"
	"time"
)

const (
	tellTime    = 750 * time.Millisecond // between two words on what we hold
	deliverTime = 5 * time.Second        // without progress: who was not sent something does not want to pull it
)

// A teller says what we hold to whoever may not know.
type teller struct {
	*drawing
	near *neighbours
	out  interface {
		flush()
		gather([]byte)
		behind(*synced) bool
		stuck(signaling.ID) bool
	}
	wire Wire
	last time.Time // when announce did it
}

// holds is what we hold, in as many messages as it takes.
func (t *teller) holds() (messages [][]byte) {
	for _, m := range (Have{Have: t.log.Have(), Dead: t.log.Dead(), Sum: t.log.Sum()}).Split() {
		messages = append(messages, AppendMessage(nil, m))
	}
	return messages
}

// tell says what we hold, after all that is on its way.
func (t *teller) tell(n *synced) {
	t.out.flush()
	n.told = t.version
	for _, data := range t.holds() {
		t.wire.Send(n.id, data, true)
	}
}

// confirm is tell, unless that has been said.
func (t *teller) confirm(n *synced) {
	if n.told != t.version {
		t.tell(n)
	}
}

// remind tells a neighbour that has to pull what it was not sent.
func (t *teller) remind(n *synced) {
	if t.out.behind(n) && n.answer == nil {
		t.confirm(n)
	}
}

// announce tells everybody, once in a while. Who is being answered is told in
// the end.
func (t *teller) announce(now time.Time) {
	if now.Sub(t.last) < tellTime {
		return
	}
	t.last = now
	lines := false
	for _, n := range t.near.synced {
		switch {
		case n.told == t.version || n.answer != nil || t.out.stuck(n.id):
		case n.lines && !t.out.behind(n):
			lines, n.told = true, t.version
		default:
			t.tell(n)
		}
	}
	if lines {
		for _, data := range t.holds() {
			t.out.gather(data)
		}
	}
}

// An owed is what a neighbour was not sent and has to pull.
type owed struct {
	to       *synced
	upTo     uint32 // the last of our entries
	holds    uint32 // of which it has said to hold so many
	progress time.Time
}

// owes tells those who were not sent all that we drew what there is, and is what
// they are to pull.
func (t *teller) owes(now time.Time) (list []*owed) {
	for _, n := range t.near.synced {
		if t.out.behind(n) {
			t.remind(n)
			list = append(list, &owed{to: n, upTo: n.skipped, progress: now})
		}
	}
	return list
}

// delivered reports whether all of list is held by those it is owed to, or these
// are gone or do not want it.
func (t *teller) delivered(list []*owed, now time.Time) bool {
	for _, o := range list {
		if have := o.to.have[t.log.Site()]; have > o.holds {
			o.holds, o.progress = have, now
		}
		if o.holds < o.upTo && now.Sub(o.progress) < deliverTime && t.near.synced[o.to.id] == o.to {
			return false
		}
	}
	return true
}
