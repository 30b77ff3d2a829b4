package exchange

import (
	"drawmesh/signaling"
	"time"
)

const (
	// Between two words on what we hold: where many are linked, everybody has as many
	// to read.
	leastTell   = 750 * time.Millisecond
	tellPerLink = 60 * time.Millisecond
	mostTell    = 2 * time.Second

	deliverTime = 5 * time.Second // without progress: who was not sent something does not want to pull it
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
func (t *teller) holds() [][]byte { return t.since(0) }

// since is what has changed of what we hold, or all of it where that is shorter.
func (t *teller) since(version uint64) (messages [][]byte) {
	h, whole := t.log.HaveSince(version)
	m := Have{All: whole, Have: h.Sites, Sum: h.Digest}
	if whole {
		m.Clear, m.Void = h.Clear, h.Void
	}
	for _, part := range m.Split() {
		messages = append(messages, AppendMessage(nil, part))
	}
	return messages
}

// tell says what we hold, after all that is on its way.
func (t *teller) tell(n *synced) {
	t.out.flush()
	t.verify()
	messages := t.since(n.told)
	n.told = t.log.Version()
	for _, data := range messages {
		t.wire.Send(n.id, data, true)
	}
}

// confirm is tell, unless that has been said.
func (t *teller) confirm(n *synced) {
	if n.told != t.log.Version() {
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
// the end. Those who were told the same before are told the same now, together
// with what is drawn.
func (t *teller) announce(now time.Time) {
	if now.Sub(t.last) < min(max(leastTell, time.Duration(t.near.count())*tellPerLink), mostTell) {
		return
	}
	t.last = now
	t.out.flush()
	t.verify()
	before, all := t.usual()
	if all {
		for _, data := range t.since(before) {
			t.out.gather(data)
		}
	}
	for _, n := range t.near.synced {
		switch {
		case all:
			n.told = t.log.Version()
		case n.told != t.log.Version() && n.answer == nil && !t.out.stuck(n.id):
			t.tell(n)
		}
	}
}

// usual is the version that all neighbours were told last, and whether there is one,
// and they can all be told what has changed since.
func (t *teller) usual() (version uint64, all bool) {
	for _, n := range t.near.synced {
		if version == 0 {
			version = n.told
		}
		if n.told != version || n.told == t.log.Version() || n.answer != nil || t.out.stuck(n.id) || t.out.behind(n) {
			return 0, false
		}
	}
	return version, version != 0
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
