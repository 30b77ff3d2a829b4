// Package record records what is drawn in a peer's room: as a recording that
// says who drew what and when, as a picture that is kept up to date, as numbered
// pictures, and as a timelapse.
//
//	p, err := peer.Join(ctx, "http://localhost:8081/studio", peer.Options{})
//	log, err := record.OpenLog("studio.ndjson.gz")
//	w, err := log.Begin(recording.Header{Room: "studio", Started: time.Now()})
//
//	r := record.New(p.View(), record.Options{})
//	r.Meet(p.Members())
//	err = r.Begin(w, time.Now())
//	go func() {
//		for ev := range p.Events() {
//			r.Hear(ev)
//		}
//	}()
//	// Once a second, so that a crash loses no more:
//	err = r.Follow()
//	// In the end:
//	summary, err := r.End()
//	err = log.Close(err)
package record

import (
	"errors"
	"io"
	"sync"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A Drawing is what a [Recorder] records: a [*peer.View] is one.
type Drawing interface {
	// Look lends the drawing, with what has changed since the last Look.
	Look(look func(log *canvas.Log, since canvas.Change))

	// Author is who drew an entry, if that is known. It is called during a Look.
	Author(canvas.Entry) signaling.ID
}

// Options configures a [Recorder].
type Options struct {
	// Picture is kept up to date. It belongs to the recorder from then on. Nil
	// means that no picture is wanted.
	Picture *raster.View

	// OthersOnly leaves out of the picture what the peer itself has drawn. The
	// recording has all.
	OthersOnly bool

	// DueOps is after how many operations Follow becomes due, see
	// [Recorder.Due]. Zero means that their number does not matter.
	DueOps int
}

// A Recorder records all that is in a room's log, also from before it began: as
// a picture, and as a recording, of which it may make several, one after another.
//
// What is drawn is noted when it is heard of, for the sake of the time. Now and
// then, at Follow, the recorder writes what the peer's log has of it by then, all
// verified, so that the picture, the recording and its sum are those of one moment.
//
// The mutex guards all but the picture, which belongs to whoever calls Begin,
// Follow and End and looks at it: what it takes is painted when neither the peer
// nor the recorder waits for it. Methods may be called concurrently otherwise.
type Recorder struct {
	drawing Drawing
	picture *raster.View // nil: none is wanted
	others  bool
	due     chan struct{} // one slot
	dueOps  int

	mu      sync.Mutex
	log     *logWriter // nil before Begin and after End
	names   map[signaling.ID]string
	liars   map[canvas.Site]recording.Who
	last    canvas.Digest // the drawing's sum
	empty   bool          // so is the drawing, and nothing was ever in it
	version uint64        // counts changes of the picture
	ops     int           // since Follow was due
}

// A Summary is what has been recorded.
type Summary struct {
	Ops     int           // operations
	Authors int           // of these, as far as they differ by site or id
	Took    time.Duration // since the recording started
}

// New returns a recorder that has not begun.
func New(d Drawing, o Options) *Recorder {
	return &Recorder{
		drawing: d, picture: o.Picture, others: o.OthersOnly, dueOps: o.DueOps,
		due: make(chan struct{}, 1), names: make(map[signaling.ID]string), liars: make(map[canvas.Site]recording.Who),
	}
}

// Begin begins with what has been drawn. Log is where it is written; nil means
// that it is only counted and painted. Started is the time in the recording's
// header; if it is zero, all came at once.
func (r *Recorder) Begin(log *recording.Writer, started time.Time) error {
	defer r.paint()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = newLogWriter(log, started, r.names, r.liars)
	r.version++
	return r.follow()
}

// Follow takes in what has been drawn, and hands it over to the log's writer,
// with a check.
func (r *Recorder) Follow() error {
	defer r.paint()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.follow()
}

func (r *Recorder) follow() (err error) {
	r.drawing.Look(func(log *canvas.Log, since canvas.Change) {
		if since.Kind != canvas.Nothing {
			r.version++
		}
		r.last, r.empty = log.Digest(), log.Len() == 0 && log.LastClear() == canvas.Clear{}
		if r.picture != nil {
			r.leaveOut(log.Site())
			r.picture.Take(log, since)
		}
		if r.log != nil {
			err = r.log.follow(log, r.drawing.Author)
		}
	})
	return err
}

// leaveOut leaves out of the picture, before the first time, what a site's author
// has drawn, and not only logged for peers without one.
func (r *Recorder) leaveOut(own canvas.Site) {
	if r.others {
		r.picture.Show(func(e canvas.Entry) bool { return e.Site != own || e.By != "" })
		r.others = false
	}
}

// paint paints what was taken in.
func (r *Recorder) paint() {
	if r.picture != nil {
		r.picture.Paint()
	}
}

// End takes in what has been drawn for the last time, and ends the recording. It
// does not close what the recording was written to. Without a Begin before, there
// is nothing to end.
func (r *Recorder) End() (Summary, error) {
	defer r.paint()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.log == nil {
		return Summary{}, nil
	}
	err := r.follow()
	sum := r.log.summary()
	if err == nil {
		err = r.log.close(sum.Took)
	}
	r.log = nil
	return sum, err
}

// Picture is the picture, nil if none is wanted.
func (r *Recorder) Picture() *raster.View { return r.picture }

// EncodePNG writes the picture, which says that it was made as l tells, and of
// which drawing. It is an error if none is wanted.
func (r *Recorder) EncodePNG(w io.Writer, l picture.Look) error {
	if r.picture == nil {
		return errors.New("the recorder keeps no picture: Options.Picture is nil")
	}
	l.Sum = r.Sum().String()
	return l.EncodePNG(w, r.picture)
}

// Version is another one whenever the picture has changed.
func (r *Recorder) Version() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.version
}

// Blank reports whether nobody had ever drawn anything at the last Follow.
func (r *Recorder) Blank() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.empty
}

// Sum is that of the drawing at the last Follow.
func (r *Recorder) Sum() canvas.Digest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// Sync sees to the disk what has been handed over.
func (r *Recorder) Sync() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.log == nil || r.log.w == nil {
		return nil
	}
	return r.log.w.Sync()
}

// Status is what has been recorded so far.
func (r *Recorder) Status() Summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.log == nil {
		return Summary{}
	}
	return r.log.summary()
}

// Due is sent to when a Follow should not wait: there is much to write, or there
// have been as many operations as the options say.
func (r *Recorder) Due() <-chan struct{} { return r.due }

// Meet notes what those are called who are there, of whom Hear may not have been
// told: at the beginning, and after a [peer.Missed].
func (r *Recorder) Meet(members []peer.Member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range members {
		r.meet(m.Peer)
	}
}

func (r *Recorder) meet(p signaling.Peer) {
	r.names[p.ID] = p.Name
	if r.log != nil {
		r.log.renamed(p.ID)
	}
}

// Hear takes an event of the peer's. It is told all, in order.
func (r *Recorder) Hear(ev peer.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch ev := ev.(type) {
	case peer.Presence:
		r.meet(ev.Peer)
	case peer.Missed:
		r.rouse() // the drawing itself has it all
	case peer.Drawn:
		if c, clears := ev.Op.(canvas.Clear); ev.Entry.N > 0 || clears { // else it is no part of the drawing
			r.drawn(ev, c)
		}
	case peer.Lied:
		r.lied(ev)
		r.rouse()
	}
}

func (r *Recorder) drawn(ev peer.Drawn, c canvas.Clear) {
	if r.log == nil {
		return
	}
	room := r.log.hear(ev.From, ev.Entry, c)
	if r.ops++; !room || r.dueOps > 0 && r.ops >= r.dueOps {
		r.ops = 0
		r.rouse()
	}
}

// lied notes who told two stories: the proof itself is in the drawing.
func (r *Recorder) lied(ev peer.Lied) {
	if ev.Name == "" {
		return
	}
	site := ev.Proof.Site()
	r.liars[site] = recording.Who{ID: string(ev.From), Name: ev.Name, Site: site}
	if r.log != nil {
		r.log.accuse(site)
	}
}

// rouse says that Follow is due.
func (r *Recorder) rouse() {
	select {
	case r.due <- struct{}{}:
	default:
	}
}
