package peer

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
	"drawmesh/internal/hostile"
	"drawmesh/signaling"
)

// A witness knows what was drawn, undone and cleared, and what each peer was
// told of, without a look into a log: what can be seen from outside. Each
// segment is drawn once and known by its content.
type witness struct {
	mu      sync.Mutex
	lives   []*life
	items   map[canvas.Segment]*item
	wipes   []*wiped
	toggles []*toggled
	wrong   error // what should never happen, the first of it

	enemy signaling.ID // of the hostile member that was there; empty: none
}

// A life is one stay of a peer, from its coming to its going.
type life struct {
	name  string
	site  canvas.Site
	saw   map[canvas.Segment]int // what it drew or was told of, and after how many others
	heard map[named]bool         // the entries that it was told of
	wiped time.Time              // the time of the latest clear that it said or was told of
	told  time.Time              // the same, but for its own: what it is told may have waited
}

// named is how an entry is called on the wire.
type named struct {
	site canvas.Site
	n    uint32
}

// An item is a segment that somebody drew.
type item struct {
	op     canvas.Segment
	by     *life     // nil: a plain peer
	stroke int       // items of equal strokes are undone together
	after  int       // of what its author saw
	at     time.Time // as its author says, with the log's clock, which somebody may drive ahead
}

// A wiped is a clear, its time, and what its author saw, which is before that.
type wiped struct {
	by   *life
	at   time.Time
	what map[canvas.Segment]bool // nothing where its author is hostile
}

// A toggled is an undo or a redo of a stroke.
type toggled struct {
	named
	by     *life
	stroke int
	hides  bool
}

func newWitness() *witness { return &witness{items: make(map[canvas.Segment]*item)} }

func (w *witness) born(name string) *life {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := &life{name: name, saw: make(map[canvas.Segment]int), heard: make(map[named]bool)}
	w.lives = append(w.lives, l)
	return l
}

// drew notes that a peer drew op, or a plain one if l is nil.
func (w *witness) drew(l *life, op canvas.Segment, stroke int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := &item{op: op, by: l, stroke: stroke, at: time.Now()}
	w.items[op] = i
	if l != nil {
		i.after = len(l.saw)
		l.saw[op] = i.after
	}
}

// sees notes what shows on a peer's canvas: it may not have been told yet of what
// was drawn before it came, which waits for the names of those who drew it.
func (w *witness) sees(l *life, shows map[canvas.Segment]bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for op := range shows {
		if _, ok := l.saw[op]; !ok {
			l.saw[op] = len(l.saw)
		}
	}
}

// cleared notes that a peer cleared all that it saw, and whatever else was drawn
// before then.
func (w *witness) cleared(l *life, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wipe(l, at)
	l.wiped = at
}

// traced notes the time of what a peer writes itself: no later than any log takes.
func (w *witness) traced(l *life, ev Event) {
	d, drawn := ev.(Drawn)
	op, segment := d.Op.(canvas.Segment)
	if !drawn || !segment || d.Entry.Site != l.site || d.Entry.By != "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := w.items[op]; i != nil {
		i.at = canvas.TimeOf(d.Entry.T)
	}
	if ahead := time.Until(canvas.TimeOf(d.Entry.T)); ahead > 11*time.Minute {
		w.accuse("%s draws %v ahead of time", l.name, ahead)
	}
}

// drewIt reports whether it was the hostile member who drew something.
func (w *witness) drewIt(op canvas.Op, e canvas.Entry) bool {
	s, ok := op.(canvas.Segment)
	return ok && s.Color == hostile.Ink || e.By != "" && e.By == string(w.enemy)
}

// honest reports whether a site is of somebody who is.
func (w *witness) honest(site canvas.Site) bool {
	return slices.ContainsFunc(w.lives, func(l *life) bool { return l.site == site })
}

// hostile reports whether what somebody is told of is a hostile member's: drawn as
// itself, or as a plain peer is, whom others adopt, or, as the last look shows to be
// taken back, in an honest name.
func (w *witness) hostile(d Drawn) bool {
	if w.drewIt(d.Op, d.Entry) || !w.honest(d.Entry.Site) {
		return true
	}
	_, undo := d.Op.(canvas.Undo)
	_, redo := d.Op.(canvas.Redo)
	return (undo || redo) && !slices.ContainsFunc(w.toggles, func(t *toggled) bool {
		return t.named == named{d.Entry.Site, d.Entry.N} && t.hides == undo
	})
}

func (w *witness) wipe(l *life, at time.Time) {
	c := &wiped{by: l, at: at, what: make(map[canvas.Segment]bool)}
	for op := range l.saw {
		if i := w.items[op]; i != nil && !i.at.After(at) { // it may have been heard a while before
			c.what[op] = true
		}
	}
	w.wipes = append(w.wipes, c)
}

func (w *witness) toggled(l *life, n uint32, stroke int, hides bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.toggles = append(w.toggles, &toggled{named{l.site, n}, l, stroke, hides})
}

// told notes what a peer hears.
func (w *witness) told(l *life, ev Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch ev := ev.(type) {
	case Fault:
		if !errors.Is(ev.Err, exchange.ErrPace) && !(w.enemy != "" && (ev.Name == "eve" || ev.Name == "")) {
			w.accuse("%s was told of a fault of %q: %v", l.name, ev.Name, ev.Err)
		}
	case Lied:
		if w.honest(ev.Proof.Site()) {
			w.accuse("%s was told that somebody honest lies: %+v", l.name, ev)
		}
	case Drawn:
		name := named{ev.Entry.Site, ev.Entry.N}
		if c, clears := ev.Op.(canvas.Clear); clears {
			w.heardClear(l, c)
			return
		}
		if _, preview := ev.Op.(canvas.Preview); w.enemy != "" && (preview || w.hostile(ev)) {
			return
		}
		if ev.Entry.N == 0 {
			w.accuse("%s was told of %+v before it had its place", l.name, ev.Op)
			return
		}
		if l.heard[name] {
			w.accuse("%s was told twice of %v %d: %+v", l.name, name.site, name.n, ev.Op)
		}
		l.heard[name] = true
		w.drawn(l, ev.Op)
	}
}

func (w *witness) drawn(l *life, op canvas.Op) {
	if op, ok := op.(canvas.Segment); ok {
		if w.items[op] == nil {
			w.accuse("%s was told of %+v, which nobody drew", l.name, op)
		}
		if _, ok := l.saw[op]; !ok {
			l.saw[op] = len(l.saw)
		}
	}
}

// heardClear notes that a peer is told of a clear, or that it has signed one for a
// plain peer.
func (w *witness) heardClear(l *life, c canvas.Clear) {
	at := canvas.TimeOf(c.T)
	if at.Before(l.told) {
		w.accuse("%s was told of a clear of %v after one of %v", l.name, at, l.told)
	}
	if l.told = at; at.After(l.wiped) {
		l.wiped = at
	}
	if c.Site() == l.site {
		w.wipe(l, at)
	} else if !w.honest(c.Site()) {
		w.wipes = append(w.wipes, &wiped{at: at})
	}
}

// accuse notes the first thing that went wrong. w.mu is held.
func (w *witness) accuse(format string, args ...any) {
	if w.wrong == nil {
		w.wrong = fmt.Errorf(format, args...)
	}
}
