package canvas

// A Verdict says what became of a run, a clear or a proof.
type Verdict uint8

// The verdicts.
const (
	Taken  Verdict = iota // something of it is new
	Known                 // nothing of it is, or nothing of it counts any more
	Gap                   // it follows what is not held: ask for that
	Early                 // its time is too far ahead, or there is no room: ask again later
	Bad                   // it is not what anybody honest sends
	Forked                // with what is held it proves that its site told two stories
)

var verdicts = [...]string{"taken", "known", "gap", "early", "bad", "forked"}

// String is such as "taken".
func (v Verdict) String() string { return verdicts[v] }

// Take takes in a run at the time now, from whomever. Where the verdict is Forked,
// the proof is there: [Log.TakeProof] it, and pass it on. Unless the verdict is Taken
// nothing of the run has been taken; the change may be of what was taken back.
func (l *Log) Take(r Run, now uint64) (Verdict, Change, *Proof) {
	l.edge = l.end
	return l.take(r, now, false)
}

func (l *Log) take(r Run, now uint64, lazily bool) (Verdict, Change, *Proof) {
	if r.Site == l.own || l.void[r.Site] != nil {
		return Known, Change{}, nil
	}
	s := l.sites[r.Site]
	if s == nil {
		s = l.reopen(r.Site)
	}
	switch {
	case r.Key == PublicKey{} && s == nil:
		return Gap, Change{}, nil
	case r.Key == PublicKey{}:
		r.Key = s.key
	case r.Key.Site() != r.Site:
		return l.leave(s, Bad)
	}
	if !r.formed() {
		return l.leave(s, Bad)
	}
	chains := r.chains()
	if s != nil && r.Last() >= s.dead && r.Last() <= s.vouched {
		if c, ok := s.chainAt(r.Last()); ok && c == chains[len(chains)-1] {
			return l.leave(s, Known)
		}
	}
	lazily = lazily && s != nil && s.follows(r)
	if !lazily && !r.Key.signed(headText(r.Last(), chains[len(chains)-1]), r.Sig) {
		return l.leave(s, Bad)
	}
	if n := len(r.rows); n > 0 && r.rows[n-1].t > now+Tolerance {
		return l.leave(s, Early)
	}
	return l.merge(s, r, chains, lazily)
}

// leave is the verdict on a run of which nothing is taken.
func (l *Log) leave(s *siteLog, v Verdict) (Verdict, Change, *Proof) {
	l.retire(s)
	return v, Change{}, nil
}

// merge takes in a run that is what its head says, of a site of which s is what is
// held, or nil.
func (l *Log) merge(s *siteLog, r Run, chains []Chain, lazily bool) (v Verdict, change Change, proof *Proof) {
	if s != nil {
		if !lazily { // what follows has no quarrel
			change = l.vouch(s)
			if proof := s.quarrel(r, chains); proof != nil {
				l.retire(s)
				return Forked, change, proof
			}
		}
		if r.Last() <= s.have && (len(r.rows) == 0 || r.Last() <= s.vouched) {
			l.retire(s)
			return Known, change, nil
		}
	}
	have := uint32(0)
	if s != nil {
		have = s.have
	}
	if r.First > have+1 {
		if len(r.rows) == 0 || r.rows[0].t > l.clear.T {
			l.retire(s)
			return Gap, change, nil
		}
		if s != nil { // what is held of it is dead, as the witness says
			l.remove(s)
			s = nil
		}
		have = r.First - 1
	}
	if l.full(s, r) {
		l.retire(s)
		return Early, change, nil
	}
	if s == nil {
		s = l.open(base{site: r.Site, key: r.Key})
		s.have, s.vouched, s.tip, s.dead = have, have, r.Before, have
	}
	for i := have + 1 - r.First; i < uint32(len(r.rows)); i++ {
		change = change.Join(l.put(s, &r.rows[i], chains[i+1]))
	}
	m := mark{r.Last(), s.tip, r.Sig, len(r.rows) > 0 && r.rows[len(r.rows)-1].milestone(r.Last())}
	if lazily {
		if len(s.pending) == 0 {
			l.pending++
		} else if last := len(s.pending) - 1; !s.pending[last].mile {
			s.pending = s.pending[:last]
		}
		s.pending = append(s.pending, m)
	} else {
		l.accept(s, m)
	}
	if l.retire(s) {
		return Known, change, nil
	}
	return Taken, change, nil
}

// full reports whether there is no room for a run of which something lives.
func (l *Log) full(s *siteLog, r Run) bool {
	if r.rows[len(r.rows)-1].t <= l.clear.T {
		return false
	}
	weight := l.weight
	for i := range r.rows {
		weight += r.rows[i].weight()
	}
	return weight > 2*MaxLive || (s == nil || s.have == s.dead) && l.Sites() >= MaxSites
}

// follows reports whether a run goes on where s, of which something lives, ends.
func (s *siteLog) follows(r Run) bool {
	t, lives := s.lastT()
	return lives && r.First == s.have+1 && r.Before == s.tip && len(r.rows) > 0 && r.rows[0].t > t
}

// reopen holds a site again that was over, if it is kept beside.
func (l *Log) reopen(site Site) *siteLog {
	o, ok := l.over.take(site)
	if !ok {
		return nil
	}
	s := l.open(o.base)
	if s.key != (PublicKey{}) {
		s.heads = []mark{o.head}
	}
	return s
}

// retire keeps a site beside if it is over, and reports whether it is. One's own
// stays.
func (l *Log) retire(s *siteLog) bool {
	if s == nil || !s.isOver() {
		return false
	}
	l.over.add(s.keptOver())
	l.remove(s)
	return true
}

// isOver reports whether nothing of s lives. One's own is never over.
func (s *siteLog) isOver() bool { return s.have == s.dead && s.site != s.log.own }

// keptOver is what is kept of s, which is over. What is unsigned has no heads.
func (s *siteLog) keptOver() overSite {
	o := overSite{base: s.base}
	if s.key != (PublicKey{}) {
		o.head = s.newest()
	}
	return o
}
