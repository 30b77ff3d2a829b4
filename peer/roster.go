package peer

import (
	"cmp"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A roster is who is in the room, and what those are called who were. The
// Peer's mutex guards it.
type roster struct {
	members   map[signaling.ID]*member
	names     map[signaling.ID]string
	forgotten bool // the server may not know all of them
}

// A member is what loop knows of somebody else.
type member struct {
	Member

	// gone is set when a restarted server has not introduced the member again.
	// Then only an open link shows that it is still there.
	gone bool

	renamed time.Time // when it was found to have another name now
}

// maxNames bounds whose names are remembered, of those who have left: some 500 KB.
const maxNames = 4096

func newRoster() roster {
	return roster{members: make(map[signaling.ID]*member), names: make(map[signaling.ID]string)}
}

// enter takes in somebody whom the server introduces. It reports whether that is
// news.
func (r *roster) enter(who signaling.Peer) (fresh bool) {
	m, known := r.members[who.ID]
	if !known {
		m = &member{Member: Member{Link: Connecting}}
		r.members[who.ID] = m
	}
	m.Peer, m.gone = who, false
	if _, named := r.names[who.ID]; !named && len(r.names) >= maxNames {
		for id := range r.names {
			if r.members[id] == nil {
				delete(r.names, id)
				break
			}
		}
	}
	r.names[who.ID] = who.Name
	return !known
}

// leave takes somebody out, and reports who that was.
func (r *roster) leave(id signaling.ID) (who signaling.Peer, known bool) {
	m, known := r.members[id]
	if !known {
		return who, false
	}
	delete(r.members, id)
	return m.Peer, true
}

// tried reports whether every member's link is open or has failed once.
func (r *roster) tried() bool {
	for _, m := range r.members {
		if m.Link == Connecting {
			return false
		}
	}
	return true
}

// linked reports whether there is a link to anybody.
func (r *roster) linked() bool {
	for _, m := range r.members {
		if m.Link == Open || m.Link == Unsteady {
			return true
		}
	}
	return false
}

// compare notes who is not on a list of the server's, which is known to be of
// the room or may be a restarted server's that cannot tell. It returns who has
// left for certain.
func (r *roster) compare(list []signaling.Peer, known bool) (left []signaling.Peer) {
	for _, m := range r.members {
		m.gone = !slices.ContainsFunc(list, func(p signaling.Peer) bool { return p.ID == m.ID })
		r.forgotten = r.forgotten || m.gone
		if m.gone && (known || m.Link == Lost) {
			left = append(left, m.Peer)
		}
	}
	return left
}

// recount takes back forgotten when nobody is missing any more.
func (r *roster) recount() {
	if r.forgotten {
		r.forgotten = slices.ContainsFunc(r.list(), func(m *member) bool { return m.gone })
	}
}

func (r *roster) list() []*member {
	list := make([]*member, 0, len(r.members))
	for _, m := range r.members {
		list = append(list, m)
	}
	return list
}

// renameTime is how long the other side may take to let go of a link to somebody
// who has another name now.
const renameTime = 10 * time.Second

// renamed is who has another name now, since the server was restarted, if it is
// ours to let go of that: one side does at once, and the other sees the link end,
// or does it when that was lost. Sites are those of the members that we are linked
// to.
func (r *roster) renamed(own canvas.Site, sites map[signaling.ID]canvas.Site, now time.Time) (list []signaling.Peer) {
	known := make(map[canvas.Site]bool) // by a name that the server knows
	for id, site := range sites {
		if m := r.members[id]; m != nil && !m.gone {
			known[site] = true
		}
	}
	for id, site := range sites {
		m := r.members[id]
		if m == nil || !m.gone || !known[site] {
			continue
		}
		if m.renamed.IsZero() {
			m.renamed = now
		}
		if own.String() < site.String() || now.Sub(m.renamed) >= renameTime {
			list = append(list, m.Peer)
		}
	}
	return list
}

// Members is who else is in the room, by id.
func (p *Peer) Members() []Member {
	p.mu.Lock()
	defer p.mu.Unlock()
	members := make([]Member, 0, len(p.roster.members))
	for _, m := range p.roster.members {
		members = append(members, m.Member)
	}
	slices.SortFunc(members, func(a, b Member) int { return cmp.Compare(a.ID, b.ID) })
	return members
}
