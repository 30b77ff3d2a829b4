package main

import (
	"errors"
	"sync"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A recorder follows all that is in a room's log, also from before it began. It
// keeps a picture up to date, and writes a log.
//
// What is drawn is written when it is heard of, for the sake of the time. Now
// and then the recorder compares with the peer's log, so that the picture, the
// log's file and its sum are those of one moment.
//
// The mutex guards all but the view, which belongs to whoever calls begin, follow
// and end and looks at the picture: what it takes is painted when neither the
// peer nor the recorder waits for it. Methods may be called concurrently
// otherwise.
type recorder struct {
	warn func(format string, args ...any)
	view *raster.View  // nil: no picture is wanted
	wake chan struct{} // one slot: follow is due

	reach *reach // whom it may have recorded nothing of

	// every is after how many operations follow is due; zero: never.
	every int

	mu      sync.Mutex
	tape    *tape // nil before the beginning and after the end
	names   map[signaling.ID]string
	sites   map[canvas.Site]signaling.ID // whose they are, also before the beginning
	server  standing
	last    canvas.Sum // the drawing's sum
	empty   bool       // so is the drawing, and nothing was ever in it
	version uint64     // counts changes of the picture
	forget  bool       // entries turned out to be wrong
	due     int        // operations since follow was due
}

// newRecorder returns a recorder that has not begun.
func newRecorder(view *raster.View, warn func(string, ...any)) *recorder {
	return &recorder{warn: warn, view: view, wake: make(chan struct{}, 1), reach: newReach(warn), names: make(map[signaling.ID]string), sites: make(map[canvas.Site]signaling.ID)}
}

// begin begins with what v has. The log may be nil.
func (r *recorder) begin(v viewer, log *recording.Writer, started time.Time) error {
	defer r.paint()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tape = newTape(started, r.names, r.sites)
	r.tape.log = log
	r.version++
	return r.followLocked(v)
}

// follow takes in what v has.
func (r *recorder) follow(v viewer) error {
	defer r.paint()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.followLocked(v)
}

func (r *recorder) followLocked(v viewer) (err error) {
	v.Look(func(log *canvas.Log, since canvas.Change) {
		if since.Kind != canvas.Nothing {
			r.version++
		}
		r.last, r.empty = log.Sum(), len(log.Have()) == 0
		if r.view != nil {
			r.view.Take(log, since)
		}
		if r.tape != nil {
			err = r.tape.follow(log, r.forget)
			r.forget = false
		}
	})
	return err
}

// paint paints what was taken in.
func (r *recorder) paint() {
	if r.view != nil {
		r.view.Paint()
	}
}

// end takes in what v has for the last time, ends the log, and returns what
// there was.
func (r *recorder) end(v viewer) (*tape, error) {
	defer r.paint()
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.followLocked(v)
	tape := r.tape
	r.tape = nil
	tape.took = tape.now()
	if err == nil {
		err = tape.close()
	}
	return tape, err
}

// versionNow is another one whenever the picture has changed.
func (r *recorder) versionNow() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.version
}

// blank reports whether nobody had drawn anything when the recorder last looked.
func (r *recorder) blank() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.empty
}

// sum is that of the drawing when the recorder last looked.
func (r *recorder) sum() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last.String()
}

// sync sees to the disk what has been written of the log.
func (r *recorder) sync() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tape.log == nil {
		return nil
	}
	return r.tape.log.Sync()
}

// status is how much there is.
func (r *recorder) status() (ops int, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tape == nil {
		return 0, 0
	}
	return r.tape.ops, r.tape.now()
}

// meet notes what those are called who are there, of whom hear may not have been
// told yet.
func (r *recorder) meet(members []peer.Member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range members {
		r.names[m.ID] = m.Name
	}
}

// hear takes an event of the peer's.
func (r *recorder) hear(ev peer.Event) {
	r.reach.hear(ev)
	switch ev := ev.(type) {
	case peer.Presence:
		r.mu.Lock()
		r.names[ev.Peer.ID] = ev.Peer.Name
		if r.tape != nil && ev.Joined {
			r.tape.renamed(ev.Peer.ID)
		}
		r.mu.Unlock()
	case peer.Missed:
		r.rouse() // the drawing itself has it all
	case peer.Drawn:
		if ev.Entry.N > 0 { // else it is no part of the drawing
			r.draw(ev)
		}
	case peer.Signaling:
		r.signaled(ev)
	case peer.Fault:
		warnOfDisagreement(r.warn, ev)
		if errors.As(ev.Err, new(*peer.DisagreementError)) {
			r.mu.Lock()
			r.forget = true
			r.mu.Unlock()
			r.rouse()
		}
	}
}

func (r *recorder) draw(ev peer.Drawn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ev.From != "" && ev.Entry.By == "" {
		r.sites[ev.Entry.Site] = ev.From
	}
	if r.tape == nil {
		return
	}
	next := r.tape.op(ev.From, ev.Entry)
	if r.due++; !next || r.every > 0 && r.due >= r.every {
		r.due = 0
		r.rouse()
	}
}

// rouse says that follow is due.
func (r *recorder) rouse() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// signaled says how the server stands, when that has changed.
func (r *recorder) signaled(ev peer.Signaling) {
	r.mu.Lock()
	says := r.server.change(ev, "the recording goes on with who is here")
	r.mu.Unlock()
	if says != "" {
		r.warn("%s", says)
	}
}
