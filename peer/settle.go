package peer

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

const (
	settleTime  = 2 * time.Second  // until sums are told again; twice as long each time
	maxSettle   = 64 * time.Second // but no longer than that
	maxYields   = 3                // times that we take a site's entries over from one neighbour
	maxStands   = 3                // times that we do not give in to one who does not either
	settleBytes = 16 << 20         // of frames that are kept until they prove to be what was promised
)

// A DisagreementError means that a peer holds the same entries as we do, by
// number, and yet another drawing: somebody told different things to different
// peers, or a program has a fault.
type DisagreementError struct {
	Peer signaling.ID
	Site canvas.Site // whose entries differ, the first of several; zero if the peer does not tell
	N    uint32      // the first entry that differs; zero if theirs is not known, and ours stay

	// Ours and Theirs are the hashes of that entry; or, without N, the sums of
	// the site's entries; or, without Site, of all.
	Ours, Theirs uint64
}

func (e *DisagreementError) Error() string {
	s := fmt.Sprintf("peer %s holds another drawing although nothing is missing: ", e.Peer)
	switch {
	case e.Site == canvas.Site{}:
		return s + fmt.Sprintf("its sum is %016x, ours %016x", e.Theirs, e.Ours)
	case e.N == 0:
		return s + fmt.Sprintf("the entries of site %s come to %016x, ours to %016x, which stay", e.Site, e.Theirs, e.Ours)
	}
	return s + fmt.Sprintf("entry %d of site %s is %016x, ours was %016x; we have taken theirs", e.N, e.Site, e.Theirs, e.Ours)
}

// A dispute is what we know of a neighbour that holds another drawing.
type dispute struct {
	sums    canvas.SiteSums // collects what it says
	since   time.Time       // when we told our sums; zero once we know what differs
	again   time.Time       // when to tell it our sums again, at the earliest
	wait    time.Duration   // until the time after that
	yielded map[canvas.Site]int
	stood   map[canvas.Site]int
}

func newDispute() dispute {
	return dispute{yielded: make(map[canvas.Site]int), stood: make(map[canvas.Site]int)}
}

// A settlement is the pull of sites of which a neighbour holds other entries
// under the same numbers, and is to be believed. They are collected beside the
// log: it gives up nothing before it has seen all that was promised instead.
type settlement struct {
	with     *neighbour
	sums     canvas.SiteSums // promised
	have     canvas.Vector   // that the sums are about
	dead     canvas.Vector
	copy     *canvas.Log
	frames   [][]byte
	size     int // bytes
	progress time.Time
}

// same reports whether a neighbour said to hold the same entries as we do, by
// number.
func (r *replica) same(n *neighbour) bool {
	return n.known && !r.lacks(n) && r.log.CoveredBy(n.have, n.dead)
}

// differs reports whether a neighbour holds another drawing although nothing is
// missing. What is on its way is missing.
func (r *replica) differs(n *neighbour) bool {
	return n.holds != r.log.Sum() && r.same(n)
}

// suspect tells a neighbour that holds another drawing what ours consists of,
// so that it does the same.
func (r *replica) suspect(n *neighbour, now time.Time) {
	if n.holds == r.log.Sum() {
		n.wait, n.since = 0, time.Time{}
	}
	if now.Before(n.again) || !r.differs(n) {
		return
	}
	n.since = now
	n.wait = min(max(2*n.wait, settleTime), maxSettle)
	n.again = now.Add(n.wait)
	r.tell(n) // or it could not know what the sums are about
	for _, m := range (canvas.Sums{Sums: r.log.Sums()}).Split() {
		r.wire.Send(n.id, mesh.Message{Data: canvas.AppendMessage(nil, m), Text: true})
	}
}

// unexplained tells of a neighbour that holds another drawing and does not say
// where.
func (r *replica) unexplained(n *neighbour, now time.Time) {
	if !n.since.IsZero() && now.Sub(n.since) >= settleTime {
		n.since = time.Time{}
		if r.differs(n) {
			r.fault(n, &DisagreementError{Peer: n.id, Ours: r.log.Sum(), Theirs: n.holds})
		}
	}
}

// heardSums notes what a neighbour's drawing consists of, and compares.
func (r *replica) heardSums(n *neighbour, m canvas.Sums, now time.Time) error {
	if n.sums == nil {
		n.sums = make(canvas.SiteSums)
	}
	for site, sum := range m.Sums {
		n.sums[site] = sum
	}
	if len(n.sums) > canvas.MaxSites {
		n.sums = nil
		return canvas.ErrSites
	}
	if m.More {
		return nil
	}
	theirs := n.sums
	n.sums = nil
	r.suspect(n, now)
	if !n.since.IsZero() && r.differs(n) { // once for each time that we tell ours
		n.since = time.Time{}
		r.compare(n, theirs, now)
	}
	return nil
}

// compare decides, for each site whose entries differ, whose are to stay.
func (r *replica) compare(n *neighbour, theirs canvas.SiteSums, now time.Time) {
	if r.settling != nil {
		return // one after the other
	}
	ours := r.log.Sums()
	take := make(canvas.SiteSums)
	fault := &DisagreementError{Peer: n.id, Ours: r.log.Sum(), Theirs: n.holds}
	for site := range r.log.Have() {
		if ours[site] == theirs[site] {
			continue
		}
		if fault.Site == (canvas.Site{}) || site.String() < fault.Site.String() {
			fault.Site, fault.Ours, fault.Theirs = site, ours[site], theirs[site]
		}
		if r.yields(n, site, ours[site], theirs[site]) {
			take[site] = theirs[site]
		}
	}
	if len(take) == 0 {
		r.fault(n, fault)
		return
	}
	r.settle(n, take, now)
}

// yields reports whether to give up our entries of a site for a neighbour's.
func (r *replica) yields(n *neighbour, site canvas.Site, ours, theirs uint64) bool {
	if site == r.log.Site() || n.yielded[site] >= maxYields {
		return false
	}
	if site != n.site {
		if r.vouched(site) {
			return false
		}
		// Who stays firm although it should yield believes the site's own peer.
		if ours < theirs {
			if n.stood[site]++; n.stood[site] <= maxStands {
				return false
			}
		}
	}
	n.yielded[site]++
	return true
}

// vouched reports whether we are linked to the site's own peer, and hold what
// it does.
func (r *replica) vouched(site canvas.Site) bool {
	for _, n := range r.neighbours {
		if n.site == site {
			return n.known && n.sum == r.log.Sum()
		}
	}
	return false
}

// settle asks a neighbour for all of its entries of some sites.
func (r *replica) settle(n *neighbour, sums canvas.SiteSums, now time.Time) {
	s := &settlement{
		with: n, sums: sums, have: make(canvas.Vector), dead: r.log.Dead(),
		copy: canvas.NewLog(canvas.Site{}), progress: now,
	}
	want := canvas.Want{Have: r.log.Have(), Dead: r.log.Dead()}
	for site := range sums {
		s.have[site] = want.Have[site]
		delete(want.Have, site)
		delete(want.Dead, site)
	}
	r.settling = s
	r.want(n, want)
}

// collect keeps a frame that may be part of a settlement, and ends that when it
// is complete.
func (r *replica) collect(n *neighbour, frame []byte, now time.Time) {
	s := r.settling
	if s == nil || s.with != n {
		return
	}
	_, err := s.copy.Merge(frame)
	var gap *canvas.GapError
	s.size += len(frame)
	// All that is asked for is in the log as well, but for what differs: so more
	// than that is not what was asked for.
	if err != nil && !errors.As(err, &gap) || s.size > settleBytes || s.copy.Len() > r.log.Len() {
		r.unsettled()
		return
	}
	s.frames, s.progress = append(s.frames, frame), now
	if s.copy.Covers(s.have, nil) {
		r.settled(now)
	}
}

// settled puts what was collected in the place of what we held, if it is what
// was promised.
func (r *replica) settled(now time.Time) {
	s := r.settling
	for site, sum := range s.sums {
		dead := s.dead[site]
		for _, h := range s.copy.Hashes(site)[:s.have[site]-dead] {
			sum -= h
		}
		if sum != 0 || s.copy.Dead()[site] != dead || r.log.Dead()[site] != dead {
			r.unsettled()
			return
		}
	}
	r.settling = nil
	fault := &DisagreementError{Peer: s.with.id}
	for _, site := range sitesOf(s.sums) {
		if fault.N == 0 {
			fault.name(site, s.dead[site], r.log.Hashes(site), s.copy.Hashes(site))
		}
		r.changed(r.log.Forget(site))
	}
	for _, frame := range s.frames {
		change, _ := r.log.Merge(frame) // it has been merged before
		r.changed(change)
	}
	for site := range s.sums {
		r.release(site, now)
	}
	for _, n := range r.neighbours {
		n.ahead = true // for sites were forgotten
	}
	r.stale = true
	r.fault(s.with, fault)
}

// name names the first entry whose hash differs.
func (e *DisagreementError) name(site canvas.Site, dead uint32, ours, theirs []uint64) {
	for i := range min(len(ours), len(theirs)) {
		if ours[i] != theirs[i] {
			e.Site, e.N, e.Ours, e.Theirs = site, dead+uint32(i)+1, ours[i], theirs[i]
			return
		}
	}
}

// unsettled gives up on a neighbour that does not show what it promised.
func (r *replica) unsettled() {
	s := r.settling
	r.settling = nil
	site := sitesOf(s.sums)[0]
	r.fault(s.with, &DisagreementError{Peer: s.with.id, Site: site, Ours: r.log.Sums()[site], Theirs: s.sums[site]})
}

func sitesOf(sums canvas.SiteSums) []canvas.Site {
	sites := make([]canvas.Site, 0, len(sums))
	for site := range sums {
		sites = append(sites, site)
	}
	slices.SortFunc(sites, func(a, b canvas.Site) int { return cmp.Compare(a.String(), b.String()) })
	return sites
}
