package record

import (
	"cmp"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/signaling"
)

// A logWriter writes one recording of a log, from a beginning on. It is for one
// goroutine at a time.
type logWriter struct {
	w       *recording.Writer // nil: it is only counted
	started time.Time         // zero: all came at once

	// What has been written comes to: the entries of each site, how many of them
	// are known to be dead, and the sum at the last follow.
	have, dead canvas.Vector
	sum        canvas.Sum
	news       bool // since the last check

	ops   int
	from  map[string]bool         // who drew
	names map[signaling.ID]string // the recorder's
	told  map[recording.Who]bool
}

func newLogWriter(w *recording.Writer, started time.Time, names map[signaling.ID]string) *logWriter {
	return &logWriter{
		w: w, started: started,
		have: make(canvas.Vector), dead: make(canvas.Vector),
		news: true, // its header
		from: make(map[string]bool), names: names, told: make(map[recording.Who]bool),
	}
}

// now is the time of the recording, which stands still without a start.
func (l *logWriter) now() time.Duration {
	if l.started.IsZero() {
		return 0
	}
	return time.Since(l.started)
}

func (l *logWriter) summary() Summary { return Summary{l.ops, len(l.from), l.now()} }

// op writes an entry. It reports whether that is the next one of its site, or one
// that has been written already. Any other has to wait until follow knows what
// lies before it.
func (l *logWriter) op(from signaling.ID, e canvas.Entry) bool {
	switch have := l.have[e.Site]; {
	case e.N <= have: // follow may have been faster than the news of what they are called
		l.introduce(from, e)
		return true
	case e.N > have+1:
		return false
	}
	l.write(from, e)
	return true
}

// write writes an entry. Of what goes wrong, the next check tells.
func (l *logWriter) write(from signaling.ID, e canvas.Entry) {
	l.ops++
	l.news = true
	l.from[cmp.Or(e.By, e.Site.String())] = true
	l.have[e.Site] = e.N
	l.have.Join(e.Cut)
	l.dead.Join(e.Cut)
	if l.w == nil {
		return
	}
	l.introduce(from, e)
	l.w.Op(recording.Op{At: l.now(), From: string(from), Entry: e})
}

// introduce says who has drawn e, once.
func (l *logWriter) introduce(from signaling.ID, e canvas.Entry) {
	name, known := l.names[from]
	if !known {
		return
	}
	who := recording.Who{ID: string(from), Name: name}
	if e.By == "" {
		who.Site = e.Site
	}
	l.tell(who)
}

// renamed says what somebody who has drawn is called now, even if they draw no
// more.
func (l *logWriter) renamed(id signaling.ID) {
	var known []recording.Who
	for who := range l.told {
		if who.ID == string(id) {
			known = append(known, who)
		}
	}
	for _, who := range known {
		who.Name = l.names[id]
		l.tell(who)
	}
}

// tell writes what somebody is called, once.
func (l *logWriter) tell(who recording.Who) {
	if l.w != nil && !l.told[who] {
		l.told[who] = true
		l.news = true
		l.w.Who(who)
	}
}

// follow writes all that log holds and was not written, and vouches for it. If
// forget, what was written may be other entries than those of log.
func (l *logWriter) follow(log *canvas.Log, author func(canvas.Entry) signaling.ID, forget bool) error {
	if forget {
		l.forget()
	}
	l.bury(log.Dead())
	for e := range log.Lacking(l.have) {
		l.write(author(e), e)
	}
	l.sum = log.Sum()
	if l.w == nil || !l.news {
		return nil
	}
	l.news = false
	return l.w.Check(l.now(), l.sum)
}

// bury writes which entries are dead, as far as that is news.
func (l *logWriter) bury(all canvas.Vector) {
	dead := make(canvas.Vector)
	for site, n := range all {
		if n > l.dead[site] {
			dead[site] = n
		}
	}
	if len(dead) == 0 {
		return
	}
	l.news = true
	l.dead.Join(dead)
	l.have.Join(dead)
	if l.w != nil {
		l.w.Dead(dead)
	}
}

// forget gives up all that is not dead.
func (l *logWriter) forget() {
	l.news = true
	for site, n := range l.have {
		if dead := l.dead[site]; n > dead {
			l.have[site] = dead
			if l.w != nil {
				l.w.Forget(site)
			}
		}
	}
}

// close ends the recording, which took so long.
func (l *logWriter) close(took time.Duration) error {
	if l.w == nil {
		return nil
	}
	return l.w.Close(took, l.sum)
}
