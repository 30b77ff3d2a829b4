package exchange

import (
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

const (
	newSites     = 8192 // that one neighbour may bring at once
	newSitesRate = 1    // and a second
)

// Why a link is made anew.
var (
	errForged  = errors.New("it has sent entries that their author did not sign")
	errRunless = errors.New("entries without a head that covers them")
)

// A receiver takes what neighbours send into the log.
type receiver struct {
	*drawing
	near    *neighbours
	sponsor interface{ wiped() }
	wire    Wire
	before  canvas.Vector // what neighbours held when we met them, until we have caught up
	caught  bool          // we have
}

// run takes in what a text message said of a site: entries, and the head that
// covers them. Of a neighbour's own it looks at the signature later.
func (r *receiver) run(n *synced, entries []canvas.Entry, head canvas.Head, now time.Time) error {
	if head.Site == n.site {
		head.Key = n.key
	}
	lazily := r.near.authors[head.Site] == n.id && head.Site == n.site // and nobody else says that it is his
	if !r.admitsSite(n, head.Site, now) {
		return nil
	}
	have, _ := r.log.Holds(head.Site)
	verdict, change, proof := r.log.TakeLive(entries, head, r.ticks(now), lazily)
	switch verdict {
	case canvas.Taken:
		r.unverified = true
		n.lazily = n.lazily || lazily
		r.changed(change)
		for _, e := range entries {
			if e.Site = head.Site; e.N > have {
				r.taken(e, change)
			}
		}
	case canvas.Gap:
		if head.Site != n.site {
			n.wasted(now)
		}
		n.gap = n.gap || !n.hurried(now)
		return n.claims(r.log, Have{Have: canvas.Vector{head.Site: head.N}}, now)
	case canvas.Early:
		return n.claims(r.log, Have{Have: canvas.Vector{head.Site: head.N}}, now)
	case canvas.Bad:
		r.wire.Reset(n.id, errForged)
		return errForged
	case canvas.Forked:
		r.convict("", proof)
	}
	return nil
}

// taken tells of an entry that is in the log now.
func (r *receiver) taken(e canvas.Entry, change canvas.Change) {
	r.drawn(e)
	if change.Kind > canvas.Appended {
		r.outdated(e.Op)
	}
}

func (r *receiver) drawn(e canvas.Entry) {
	r.events = append(r.events, Drawn{From: r.near.author(e), Op: e.Op, Entry: e, Old: e.N <= r.before[e.Site]})
}

// admitsSite reports whether a neighbour may bring what a site draws: of sites that
// we have never heard of, not too many.
func (r *receiver) admitsSite(n *synced, site canvas.Site, now time.Time) bool {
	if have, dead := r.log.Holds(site); have > 0 || dead > 0 {
		return true
	}
	if _, known := r.log.Key(site); known || site == n.site || n.sites.AllowN(now, 1) {
		return true
	}
	return false
}

// frame takes in a frame of runs. It is worthless if nothing can be made of it, or
// somebody has tampered with it.
func (r *receiver) frame(n *synced, data []byte, now time.Time) (worthless bool, err error) {
	if proof, err := canvas.ParseProof(data); err == nil {
		r.proof(n, proof, now)
		return false, nil
	} else if !errors.Is(err, canvas.ErrUnknown) {
		return true, err
	}
	merged, err := r.log.MergeAdmitted(data, r.ticks(now), func(site canvas.Site) bool { return r.admitsSite(n, site, now) })
	if errors.Is(err, canvas.ErrUnknown) {
		return false, nil // of a later version
	}
	if err != nil {
		return true, err
	}
	r.changed(merged.Change)
	if merged.Change.Kind > canvas.Appended {
		r.outdated(nil)
	}
	for _, span := range merged.Taken {
		for e := range r.log.Entries(span) {
			r.drawn(e)
		}
	}
	for _, proof := range merged.Proofs {
		r.convict("", proof)
	}
	if merged.Bad > 0 {
		return true, errForged
	}
	return false, nil
}

// clear takes in a clear, and passes it on if it counts. One too many is asked for
// later, as what is lost.
func (r *receiver) clear(n *synced, c canvas.Clear, now time.Time) error {
	if r.log.LastClear().Less(c) && !n.limits.clears.AllowN(now, 1) {
		return n.claims(r.log, Have{Clear: c}, now)
	}
	verdict, change := r.log.TakeClear(c, r.ticks(now))
	switch verdict {
	case canvas.Taken:
		r.changed(change)
		r.outdated(c)
		r.sponsor.wiped()
		r.events = append(r.events, Drawn{From: r.near.authors[c.Site()], Op: c})
		r.tellAll(n.id, canvas.AppendMessage(nil, c), true)
	case canvas.Early:
		return n.claims(r.log, Have{Clear: c}, now)
	case canvas.Bad:
		return errors.New("a clear that nobody signed")
	}
	return nil
}

// proof takes in a proof. To look at one takes half a millisecond.
func (r *receiver) proof(n *synced, p *canvas.Proof, now time.Time) {
	if r.log.Void(p.Site()) == nil && n.sites.AllowN(now, 1) {
		r.convict(n.id, p)
	}
}

// convict makes void the site that a proof is about, and tells everybody but who
// told us.
func (r *receiver) convict(from signaling.ID, p *canvas.Proof) {
	verdict, change := r.log.TakeProof(p)
	switch verdict {
	case canvas.Taken:
		r.changed(change)
		r.outdated(nil)
		r.events = append(r.events, Lied{Peer: r.near.authors[p.Site()], Proof: p})
		r.tellAll(from, canvas.AppendProof(nil, p), false)
	case canvas.Bad:
		if from != "" {
			r.fault(from, fmt.Errorf("what it calls a proof against %s is none", p.Site()))
		}
	}
}

// tellAll tells the synced neighbours but one.
func (r *receiver) tellAll(but signaling.ID, data []byte, text bool) {
	for id := range r.near.synced {
		if id != but {
			r.wire.Send(id, data, text)
		}
	}
}

// met notes what a neighbour held when its link opened: until we have caught up
// that was drawn before we came.
func (r *receiver) met(n *synced) {
	if r.caught {
		return
	}
	if r.before == nil {
		r.before = make(canvas.Vector, len(n.have))
	}
	r.before.Join(n.have)
}

// look makes anew the links of those who sent what their own authors did not sign.
// That is found out when what we hold is announced, at the latest.
func (r *receiver) look() {
	for _, site := range r.forged {
		for _, n := range r.near.synced {
			if n.site == site && n.lazily {
				n.lazily = false
				r.fault(n.id, errForged)
				r.wire.Reset(n.id, errForged)
			}
		}
	}
	r.forged = nil
}
