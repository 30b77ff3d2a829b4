package canvas

// A Merged says what became of a frame.
type Merged struct {
	Change Change
	Taken  []Span   // what is new, in the order in which it was taken
	Proofs []*Proof // that it holds, with what we hold: see [Log.TakeProof]

	// Runs that were not taken, by what they were.
	Gaps, Early, Bad int
}

// A Span is entries of a site in sequence.
type Span struct {
	Site        Site
	First, Last uint32
}

// Merge takes in a frame at the time now, from whomever: each of its runs as
// [Log.Take] does. If the error is not nil, it is ErrUnknown or the frame is
// damaged, and nothing has happened.
func (l *Log) Merge(frame []byte, now uint64) (Merged, error) {
	return l.MergeAdmitted(frame, now, nil)
}

// MergeAdmitted is Merge of what somebody sent who may not bring any number of new
// sites: admit is asked for each run of a site of which the log knows nothing, and
// if it says no, the run is early.
func (l *Log) MergeAdmitted(frame []byte, now uint64, admit func(Site) bool) (m Merged, err error) {
	payload, err := inflate(frame, frameRuns)
	if err != nil {
		return m, err
	}
	return l.mergePayload(payload, now, admit)
}

func (l *Log) mergePayload(payload []byte, now uint64, admit func(Site) bool) (m Merged, err error) {
	runs, err := parsePayload(payload, false, l.named)
	if err != nil {
		return m, err
	}
	l.edge = l.end
	end := Chain{} // of the run before
	for i, r := range runs {
		if r.First == 1 && r.Key == (PublicKey{}) {
			r.Key, _ = l.Key(r.Site)
		}
		switch {
		case r.First == 1:
			r.Before = genesis(r.Key)
		case follows(runs, i):
			r.Before = end
		}
		if i+1 < len(runs) && runs[i+1].Site == r.Site {
			chains := r.chains()
			end = chains[len(chains)-1]
		}
		have, _ := l.Holds(r.Site)
		if admit != nil && have == 0 && l.void[r.Site] == nil && r.Site != l.own && !admit(r.Site) {
			m.Early++
			continue
		}
		v, change, proof := l.take(r, now, false)
		m.Change = m.Change.Join(change)
		m.count(v, proof)
		if v == Taken {
			_, dead := l.Holds(r.Site)
			m.Taken = append(m.Taken, Span{r.Site, max(have+1, dead+1, r.First), r.Last()})
		}
	}
	return m, nil
}

func (m *Merged) count(v Verdict, proof *Proof) {
	switch v {
	case Gap:
		m.Gaps++
	case Early:
		m.Early++
	case Bad:
		m.Bad++
	case Forked:
		m.Proofs = append(m.Proofs, proof)
	}
}
