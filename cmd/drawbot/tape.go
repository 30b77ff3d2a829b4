package main

import (
	"cmp"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/signaling"
)

// A tape is what has been recorded, from a beginning on. It is for one goroutine
// at a time.
type tape struct {
	started time.Time         // zero: all came at once
	took    time.Duration     // once it has ended
	log     *recording.Writer // nil: it is only counted

	// What the entries on it come to: those of each site, how many of them are
	// known to be dead, and the sum when the recorder last looked.
	have, dead canvas.Vector
	sum        canvas.Sum
	news       bool // since the last check

	ops   int
	from  map[string]bool         // who drew
	names map[signaling.ID]string // the recorder's
	sites map[canvas.Site]signaling.ID
	told  map[recording.Who]bool
}

func newTape(started time.Time, names map[signaling.ID]string, sites map[canvas.Site]signaling.ID) *tape {
	return &tape{
		started: started,
		have:    make(canvas.Vector), dead: make(canvas.Vector),
		news: true, // its header
		from: make(map[string]bool), names: names,
		sites: sites, told: make(map[recording.Who]bool),
	}
}

// now is the time of the tape, which stands still without a start.
func (t *tape) now() time.Duration {
	if t.started.IsZero() {
		return 0
	}
	return time.Since(t.started)
}

// op records an entry. It reports whether that is the next one of its site, or
// one that is on the tape already. Any other has to wait until follow knows what
// lies before it.
func (t *tape) op(from signaling.ID, e canvas.Entry) bool {
	switch have := t.have[e.Site]; {
	case e.N <= have: // follow may have been faster than the news of whose it is
		t.introduce(from, e)
		return true
	case e.N > have+1:
		return false
	}
	t.write(from, e)
	return true
}

// write writes an entry. Of what goes wrong, the next check tells.
func (t *tape) write(from signaling.ID, e canvas.Entry) {
	t.ops++
	t.news = true
	t.from[cmp.Or(e.By, e.Site.String())] = true
	t.have[e.Site] = e.N
	t.have.Join(e.Cut)
	t.dead.Join(e.Cut)
	if t.log == nil {
		return
	}
	t.introduce(from, e)
	t.log.Op(recording.Op{At: t.now(), From: string(from), Entry: e})
}

// introduce says who has drawn e, once.
func (t *tape) introduce(from signaling.ID, e canvas.Entry) {
	name, known := t.names[from]
	if !known {
		return
	}
	who := recording.Who{ID: string(from), Name: name}
	if e.By == "" {
		who.Site = e.Site
	}
	t.tell(who)
}

// renamed says what somebody who has drawn is called now, even if they draw no
// more.
func (t *tape) renamed(id signaling.ID) {
	var known []recording.Who
	for who := range t.told {
		if who.ID == string(id) {
			known = append(known, who)
		}
	}
	for _, who := range known {
		who.Name = t.names[id]
		t.tell(who)
	}
}

// tell writes what somebody is called, once.
func (t *tape) tell(who recording.Who) {
	if t.log != nil && !t.told[who] {
		t.told[who] = true
		t.news = true
		t.log.Who(who)
	}
}

// follow records all that log holds and the tape does not, and vouches for it.
// If forget, the tape's entries may be others than those of log.
func (t *tape) follow(log *canvas.Log, forget bool) error {
	if forget {
		t.forget()
	}
	dead := make(canvas.Vector)
	for site, n := range log.Dead() {
		if n > t.dead[site] {
			dead[site] = n
		}
	}
	if len(dead) > 0 {
		t.news = true
		t.dead.Join(dead)
		t.have.Join(dead)
		if t.log != nil {
			t.log.Dead(dead)
		}
	}
	for e := range log.Lacking(t.have) {
		from := signaling.ID(e.By)
		if from == "" {
			from = t.sites[e.Site]
		}
		t.write(from, e)
	}
	t.sum = log.Sum()
	if t.log == nil || !t.news {
		return nil
	}
	t.news = false
	return t.log.Check(t.now(), t.sum)
}

// forget gives up all that is not dead.
func (t *tape) forget() {
	t.news = true
	for site, n := range t.have {
		if dead := t.dead[site]; n > dead {
			t.have[site] = dead
			if t.log != nil {
				t.log.Forget(site)
			}
		}
	}
}

// close ends the log.
func (t *tape) close() error {
	if t.log == nil {
		return nil
	}
	return t.log.Close(t.took, t.sum)
}
