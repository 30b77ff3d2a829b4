package exchange

import (
	"time"

	"drawmesh/signaling"
)

const (
	graceTime = 400 * time.Millisecond // for what a neighbour has and we lack to come by itself
	pullTime  = 2 * time.Second        // without progress, until another neighbour is asked

	// For some time after the first pull the same neighbour is asked for whatever
	// is missing, though it may have to be asked again: then one is enough for who
	// comes late.
	stickyTime  = 10 * time.Second
	stickyTries = 5
)

// A puller asks for what we lack, one neighbour at a time.
type puller struct {
	*drawing
	near *neighbours
	tell interface{ confirm(*synced) }
	wire Wire

	from     signaling.ID // who is asked; empty: nobody
	progress time.Time
	over     bool                 // it has said that we hold all that it does
	gave     bool                 // it had something
	vain     int                  // times in sequence that it had nothing, before
	first    time.Time            // when the first of all pulls began
	pulled   map[signaling.ID]int // bytes of frames, by who sent them
}

// ask pulls what we lack from one neighbour that has it. What is merely on its
// way gets a moment to arrive.
func (p *puller) ask(now time.Time) {
	source := p.source(now)
	if n := p.near.synced[p.from]; n != nil && !p.over {
		if source == nil && p.complete() || now.Sub(p.progress) < pullTime {
			return
		}
		n.gap = false
		n.shelve(now) // others go first
		p.from = ""
		source = p.source(now)
	}
	if source == nil {
		return
	}
	if p.first.IsZero() {
		p.first = now
	}
	last := p.near.synced[p.from]
	vain := 0
	if last != nil && now.Sub(p.first) < stickyTime && p.vain < stickyTries {
		if !p.gave {
			if now.Sub(p.progress) < graceTime/2 {
				return // it may be on its way there
			}
			vain = p.vain + 1
		}
		source = last
	}
	p.from, p.progress, p.over, p.gave, p.vain = source.id, now, false, false, vain
	p.want(source)
}

// source is who has longest had what we lack, if it is time to ask for that.
func (p *puller) source(now time.Time) (source *synced) {
	for _, n := range p.near.synced {
		n.unshelve(now)
		if n.leaves || !n.lacks(p.log) {
			n.gap = false
			continue
		}
		hurry := n.gap || n.known && p.log.Version() == p.begun
		if (hurry || now.Sub(n.claimed) >= graceTime) && (source == nil || n.claimed.Before(source.claimed)) {
			source = n
		}
	}
	return source
}

// want asks a neighbour for what we lack.
func (p *puller) want(n *synced) {
	p.verify()
	h := p.log.Have()
	for _, m := range (Want{Have: h.Sites, Clear: h.Clear.T, Void: h.Void}).Split() {
		p.wire.Send(n.id, AppendMessage(nil, m), true)
	}
}

// came notes that a frame came, with something new or not.
func (p *puller) came(n *synced, news bool, now time.Time) {
	if news {
		n.served()
	}
	if n.id == p.from {
		p.progress = now
		p.gave = p.gave || news
	}
}

// answered ends the pull if a neighbour has just said to hold no more than we
// do, and confirms that: it may wait for us.
func (p *puller) answered(n *synced) {
	if p.from == n.id && !p.over && !n.lacks(p.log) {
		p.over = true
		p.tell.confirm(n)
	}
}

// forsake notes that nothing more is to be had from a peer.
func (p *puller) forsake(id signaling.ID) {
	if p.from == id {
		p.from = ""
	}
}

// complete reports whether we hold all that our neighbours said to hold. Who was
// asked for it in vain several times may say what he likes.
func (p *puller) complete() bool {
	for _, n := range p.near.synced {
		if !n.leaves && (!n.known || n.owes(p.log)) {
			return false
		}
	}
	return true
}
