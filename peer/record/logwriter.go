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

	// What has been written comes to: the entries of each site, those that no head
	// covers, the clear that counts, the void sites, and the digest at the last
	// follow.
	have, bare canvas.Vector
	signed     canvas.Verifier
	clear      canvas.Clear
	void       map[canvas.Site]bool
	sum        canvas.Digest
	news       bool // since the last check

	heard []heard // since the last follow, in order
	ops   int
	from  map[string]bool         // who drew
	names map[signaling.ID]string // the recorder's, and so is this:
	liars map[canvas.Site]recording.Who
	told  map[recording.Who]bool
}

// What was heard is written when it has been verified, with the time at which it
// came. It is an entry or, if that is zero, a clear.
type heard struct {
	at    time.Duration
	from  signaling.ID
	entry canvas.Entry
	clear canvas.Clear
}

// maxHeard bounds what waits.
const maxHeard = 1 << 13

func newLogWriter(w *recording.Writer, started time.Time, names map[signaling.ID]string, liars map[canvas.Site]recording.Who) *logWriter {
	return &logWriter{
		w: w, started: started,
		have: make(canvas.Vector), bare: make(canvas.Vector), void: make(map[canvas.Site]bool),
		news: true, // its header
		from: make(map[string]bool), names: names, liars: liars, told: make(map[recording.Who]bool),
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

// hear notes what came, for the sake of the time. It reports whether there is room
// for more.
func (l *logWriter) hear(from signaling.ID, e canvas.Entry, c canvas.Clear) bool {
	if e.N > 0 && e.N <= l.have[e.Site] {
		l.introduce(from, e) // it was written before the news of whose it is
	} else if len(l.heard) < maxHeard {
		l.heard = append(l.heard, heard{l.now(), from, e, c})
	}
	return len(l.heard) < maxHeard/2
}

// follow writes all that log holds and was not written, and vouches for it. All of
// log has been verified.
func (l *logWriter) follow(log *canvas.Log, author func(canvas.Entry) signaling.ID) error {
	l.writeHeard(log)
	if c := log.LastClear(); l.clear.Less(c) {
		l.writeClear(l.now(), "", c)
	}
	held := log.Have()
	for e, base := range unwritten(log, held.Sites, l.have) {
		if base != nil {
			l.writeBase(*base)
		}
		l.write(l.now(), author(e), e)
	}
	l.cover(log)
	for _, site := range held.Void {
		l.writeLie(log.Void(site))
	}
	l.sum = held.Digest
	if l.w == nil || !l.news {
		return nil
	}
	l.news = false
	return l.w.Check(l.now(), l.sum)
}

// writeHeard writes what was heard and holds. What a clear has wiped since is
// written as it was heard, if its author has signed it.
func (l *logWriter) writeHeard(log *canvas.Log) {
	wiped := l.wiped(log)
	for _, h := range l.heard {
		e := h.entry
		if e.N == 0 {
			if l.clear.Less(h.clear) {
				l.writeClear(h.at, h.from, h.clear)
			}
			continue
		}
		held, dead := log.Holds(e.Site)
		switch {
		case e.N != l.have[e.Site]+1 || e.N > held || e.N <= dead && !wiped[e.Site]:
			continue
		case e.N > dead:
			e, _ = log.Entry(e.Site, e.N)
		}
		if e.N == 1 {
			key, _ := log.Key(e.Site)
			l.writeBase(recording.Base{Key: key})
		} else if l.have[e.Site] == 0 {
			continue
		}
		l.write(h.at, h.from, e)
	}
	clear(l.heard)
	l.heard = l.heard[:0]
}

// cover writes the heads of what was written, also of what has been wiped since.
func (l *logWriter) cover(log *canvas.Log) {
	for _, site := range l.bare.Sites() {
		if head, ok := log.Head(site); ok && head.N == l.have[site] {
			delete(l.bare, site)
			l.signed.Head(head)
			if l.w != nil {
				l.w.Head(head)
			}
		}
	}
}

// write writes an entry. Of what goes wrong, the next check tells.
func (l *logWriter) write(at time.Duration, from signaling.ID, e canvas.Entry) {
	l.ops++
	l.news = true
	l.from[cmp.Or(e.By, e.Site.String())] = true
	l.have[e.Site], l.bare[e.Site] = e.N, e.N
	l.signed.Add(e)
	if l.w == nil {
		return
	}
	l.introduce(from, e)
	l.w.Op(recording.Op{At: at, From: string(from), Entry: e})
}

// writeBase writes from where on there is what of a site.
func (l *logWriter) writeBase(b recording.Base) {
	l.have[b.Key.Site()] = b.N
	l.signed.Base(b.Key, b.N, b.Chain)
	if l.w != nil {
		l.w.Base(b)
	}
}

func (l *logWriter) writeClear(at time.Duration, from signaling.ID, c canvas.Clear) {
	l.ops++
	l.news = true
	l.clear = c
	if l.w != nil {
		l.w.Clear(recording.Clear{At: at, From: string(from), Clear: c})
	}
}

// writeLie writes the proof that a site told two stories, once, and who that was.
func (l *logWriter) writeLie(p *canvas.Proof) {
	site := p.Site()
	if l.void[site] {
		return
	}
	l.news = true
	l.void[site] = true
	if l.w != nil {
		l.w.Lie(recording.Lie{At: l.now(), Proof: p})
	}
	l.accuse(site)
}

// accuse says who a liar is, if that is known.
func (l *logWriter) accuse(site canvas.Site) {
	if who, known := l.liars[site]; known && l.void[site] {
		l.tell(who)
	}
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

// close ends the recording, which took so long.
func (l *logWriter) close(took time.Duration) error {
	if l.w == nil {
		return nil
	}
	return l.w.Close(took, l.sum)
}
