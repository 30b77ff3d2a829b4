package exchange

import (
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas"
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
	Ours, Theirs canvas.Sum
}

func (e *DisagreementError) Error() string {
	s := fmt.Sprintf("peer %s holds another drawing although nothing is missing: ", e.Peer)
	switch {
	case e.Site == canvas.Site{}:
		return s + fmt.Sprintf("its sum is %v, ours %v", e.Theirs, e.Ours)
	case e.N == 0:
		return s + fmt.Sprintf("the entries of site %s come to %v, ours to %v, which stay", e.Site, e.Theirs, e.Ours)
	}
	return s + fmt.Sprintf("entry %d of site %s is %v, ours was %v; we have taken theirs", e.N, e.Site, e.Theirs, e.Ours)
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
	with     *synced
	sums     canvas.SiteSums // promised
	have     canvas.Vector   // that the sums are about
	dead     canvas.Vector
	copy     *canvas.Log
	frames   [][]byte
	size     int // bytes
	progress time.Time
}

// A settler finds out who holds other entries under the same numbers as we do,
// and whose are to stay.
type settler struct {
	*drawing
	near  *neighbours
	tell  interface{ tell(*synced) }
	pull  interface{ want(*synced, Want) }
	take  interface{ release(canvas.Site, time.Time) }
	wire  Wire
	under *settlement // way; nil: none is
}

// suspect tells a neighbour that holds another drawing what ours consists of,
// so that it does the same.
func (s *settler) suspect(n *synced, now time.Time) {
	if n.holds == s.log.Sum() {
		n.wait, n.since = 0, time.Time{}
	}
	if now.Before(n.again) || !n.differs(s.log) {
		return
	}
	n.since = now
	n.wait = min(max(2*n.wait, settleTime), maxSettle)
	n.again = now.Add(n.wait)
	s.tell.tell(n) // or it could not know what the sums are about
	for _, m := range (Sums{Sums: s.log.Sums()}).Split() {
		s.wire.Send(n.id, AppendMessage(nil, m), true)
	}
}

// unexplained tells of a neighbour that holds another drawing and does not say
// where.
func (s *settler) unexplained(n *synced, now time.Time) {
	if !n.since.IsZero() && now.Sub(n.since) >= settleTime {
		n.since = time.Time{}
		if n.differs(s.log) {
			s.fault(n.id, &DisagreementError{Peer: n.id, Ours: s.log.Sum(), Theirs: n.holds})
		}
	}
}

// heard notes what a neighbour's drawing consists of, and compares.
func (s *settler) heard(n *synced, m Sums, now time.Time) error {
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
	s.suspect(n, now)
	if !n.since.IsZero() && n.differs(s.log) { // once for each time that we tell ours
		n.since = time.Time{}
		s.compare(n, theirs, now)
	}
	return nil
}

// compare decides, for each site whose entries differ, whose are to stay.
func (s *settler) compare(n *synced, theirs canvas.SiteSums, now time.Time) {
	if s.under != nil {
		return // one after the other
	}
	ours := s.log.Sums()
	take := make(canvas.SiteSums)
	fault := &DisagreementError{Peer: n.id, Ours: s.log.Sum(), Theirs: n.holds}
	for site := range s.log.Have() {
		if ours[site] == theirs[site] {
			continue
		}
		if fault.Site == (canvas.Site{}) || site.String() < fault.Site.String() {
			fault.Site, fault.Ours, fault.Theirs = site, ours[site], theirs[site]
		}
		if s.yields(n, site, ours[site], theirs[site]) {
			take[site] = theirs[site]
		}
	}
	if len(take) == 0 {
		s.fault(n.id, fault)
		return
	}
	s.settle(n, take, now)
}

// yields reports whether to give up our entries of a site for a neighbour's.
func (s *settler) yields(n *synced, site canvas.Site, ours, theirs canvas.Sum) bool {
	if site == s.log.Site() || n.yielded[site] >= maxYields {
		return false
	}
	if site != n.site {
		if s.vouched(site) {
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
func (s *settler) vouched(site canvas.Site) bool {
	n := s.near.ofSite(site)
	return n != nil && n.known && n.sum == s.log.Sum()
}

// settle asks a neighbour for all of its entries of some sites.
func (s *settler) settle(n *synced, sums canvas.SiteSums, now time.Time) {
	s.under = &settlement{
		with: n, sums: sums, have: make(canvas.Vector), dead: s.log.Dead(),
		copy: canvas.NewLog(canvas.Site{}), progress: now,
	}
	want := Want{Have: s.log.Have(), Dead: s.log.Dead()}
	for site := range sums {
		s.under.have[site] = want.Have[site]
		delete(want.Have, site)
		delete(want.Dead, site)
	}
	s.pull.want(n, want)
}

// collect keeps a frame that may be part of a settlement, and ends that when it
// is complete.
func (s *settler) collect(n *synced, frame []byte, now time.Time) {
	u := s.under
	if u == nil || u.with != n {
		return
	}
	_, err := u.copy.Merge(frame)
	u.size += len(frame)
	// All that is asked for is in the log as well, but for what differs: so more
	// than that is not what was asked for.
	if err != nil && !errors.As(err, new(*canvas.GapError)) || u.size > settleBytes || u.copy.Len() > s.log.Len() {
		s.giveUp()
		return
	}
	u.frames, u.progress = append(u.frames, frame), now
	if u.copy.Covers(u.have, nil) {
		s.settled(now)
	}
}

// settled puts what was collected in the place of what we held, if it is what
// was promised.
func (s *settler) settled(now time.Time) {
	u := s.under
	if !u.kept(s.log) {
		s.giveUp()
		return
	}
	s.under = nil
	fault := &DisagreementError{Peer: u.with.id}
	for _, site := range sitesOf(u.sums) {
		if fault.N == 0 {
			fault.name(site, u.dead[site], s.log.Hashes(site), u.copy.Hashes(site))
		}
		s.changed(s.log.Forget(site))
	}
	for _, frame := range u.frames {
		change, _ := s.log.Merge(frame) // it has been merged before
		s.changed(change)
	}
	for site := range u.sums {
		s.take.release(site, now)
	}
	for _, n := range s.near.synced {
		n.ahead = true // for sites were forgotten
	}
	s.stale = true
	s.fault(u.with.id, fault)
}

// kept reports whether what was collected is what was promised, and nothing of
// it has been cleared meanwhile.
func (u *settlement) kept(log *canvas.Log) bool {
	for site, sum := range u.sums {
		dead := u.dead[site]
		for _, h := range u.copy.Hashes(site)[:u.have[site]-dead] {
			sum -= h
		}
		if sum != 0 || u.copy.Dead()[site] != dead || log.Dead()[site] != dead {
			return false
		}
	}
	return true
}

// name names the first entry whose hash differs.
func (e *DisagreementError) name(site canvas.Site, dead uint32, ours, theirs []canvas.Sum) {
	for i := range min(len(ours), len(theirs)) {
		if ours[i] != theirs[i] {
			e.Site, e.N, e.Ours, e.Theirs = site, dead+uint32(i)+1, ours[i], theirs[i]
			return
		}
	}
}

// closed gives up on a neighbour that is gone.
func (s *settler) closed(id signaling.ID) {
	if s.under != nil && s.under.with.id == id {
		s.giveUp()
	}
}

// overdue gives up on a neighbour that sends nothing.
func (s *settler) overdue(now time.Time) {
	if s.under != nil && now.Sub(s.under.progress) >= pullTime {
		s.giveUp()
	}
}

// giveUp gives up on a neighbour that does not show what it promised.
func (s *settler) giveUp() {
	u := s.under
	s.under = nil
	site := sitesOf(u.sums)[0]
	s.fault(u.with.id, &DisagreementError{Peer: u.with.id, Site: site, Ours: s.log.Sums()[site], Theirs: u.sums[site]})
}
