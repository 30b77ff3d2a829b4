package archive

import (
	"context"
	"errors"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
)

const (
	saveEvery = time.Second      // what a crash loses at most
	maxPause  = 30 * time.Second // between attempts to save, or to come back
	leaveTime = 1500 * time.Millisecond
)

// Options configures [Join]. URL and Warn are required.
type Options struct {
	// URL is the room's address.
	URL string

	// Room is its name.
	Room string

	// Limit bounds the store's size in bytes. Zero means that nothing does.
	Limit int64

	// Peer is the member that the keeper is. An empty name means "archive";
	// its Log is the keeper's own.
	Peer peer.Options

	// Hear is told what happens in the room, one event at a time. Nil means that
	// nobody cares.
	Hear func(peer.Event)

	// Warn hears what goes wrong and does not end the keeping, in one line.
	Warn func(format string, args ...any)
}

// A Keeper is a member of a room that stores the drawing while it comes, and
// gives it to whoever comes later. It is for one goroutine.
type Keeper struct {
	opts  Options
	store *Store
	peer  *peer.Peer
	view  *peer.View

	again time.Time // when to try to save again, after a failure
	pause time.Duration
	err   error // why the last attempt failed
}

// Join opens a room's store in dir, and enters the room with what is in it.
func Join(ctx context.Context, dir *Dir, opts Options) (*Keeper, error) {
	if opts.Peer.Name == "" {
		opts.Peer.Name = "archive"
	}
	opts.Peer.Role = "keeper"
	k := &Keeper{opts: opts}
	log := canvas.NewLog(canvas.NewSigner())
	var err error
	if k.store, err = dir.Open(opts.Room, opts.Limit, log); err != nil {
		return nil, err
	}
	if err := k.enter(ctx, log); err != nil {
		k.store.Close()
		return nil, err
	}
	k.save(time.Now())
	return k, nil
}

// enter enters the room with a log.
func (k *Keeper) enter(ctx context.Context, log *canvas.Log) error {
	opts := k.opts.Peer
	opts.Log = log
	p, err := peer.Join(ctx, k.opts.URL, opts)
	if err != nil {
		return err
	}
	k.peer = p
	go func() {
		for ev := range p.Events() {
			if k.opts.Hear != nil {
				k.opts.Hear(ev)
			}
		}
	}()
	k.view = p.View()
	k.view.Look(func(*canvas.Log, canvas.Change) {}) // what was restored is no change
	return nil
}

// Run keeps the room until ctx is done. It returns nil if everything is in the
// store then. Each, if it is not nil, is called about once a second.
func (k *Keeper) Run(ctx context.Context, each func(Status)) error {
	defer k.store.Close()
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case now := <-tick.C:
			k.save(now)
			if each != nil {
				each(k.Status())
			}
		case <-k.peer.Done():
			k.comeBack(ctx)
		case <-ctx.Done():
			k.leave()
			return k.err
		}
	}
}

// leave saves what there is, before and after leaving the room.
func (k *Keeper) leave() {
	k.again = time.Time{}
	k.save(time.Now())
	ctx, cancel := context.WithTimeout(context.Background(), leaveTime)
	defer cancel()
	k.peer.Close(ctx) // never fails
	k.again = time.Time{}
	k.save(time.Now())
}

// comeBack enters the room again with what memory holds, after the server has
// refused the peer: as often as it takes, for nobody may be there to help.
func (k *Keeper) comeBack(ctx context.Context) {
	k.opts.Warn("room %s: out of the room (%v), and coming back", k.opts.Room, k.peer.Err())
	k.save(time.Now())
	k.peer.Close(context.Background())
	for pause := time.Second; ; pause = min(2*pause, maxPause) {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		// A log of its own each time: a site writes in one place only.
		log, err := k.copy()
		if err == nil {
			err = k.enter(ctx, log)
		}
		if err == nil {
			k.opts.Warn("room %s: back in the room", k.opts.Room)
			return
		}
	}
}

// copy is the drawing, to go on with under another site.
func (k *Keeper) copy() (*canvas.Log, error) {
	log := canvas.NewLog(canvas.NewSigner())
	var err error
	k.peer.Sum() // by which all is signed
	k.peer.Look(func(old *canvas.Log) {
		for record := range records(old, new(contents)) {
			err = errors.Join(err, restore(log, record))
		}
	})
	return log, err
}

// save writes what is new. When that fails, it is said once, and tried again
// after a while, until it succeeds.
func (k *Keeper) save(now time.Time) {
	if now.Before(k.again) {
		return
	}
	err := k.store.Save(k.lend)
	switch {
	case err == nil && k.err != nil:
		k.opts.Warn("room %s: everything is in the store again", k.opts.Room)
	case err != nil && (k.err == nil || err.Error() != k.err.Error()):
		k.opts.Warn("room %s is kept in memory only: %v", k.opts.Room, err)
	}
	if k.err = err; err == nil {
		k.pause, k.again = 0, time.Time{}
		return
	}
	k.pause = min(max(2*k.pause, saveEvery), maxPause)
	k.again = now.Add(k.pause)
}

// lend lends the log to the store.
func (k *Keeper) lend(look func(*canvas.Log)) {
	k.view.Look(func(log *canvas.Log, _ canvas.Change) { look(log) })
}

// A Status is how a keeper is doing.
type Status struct {
	Members int   // that are in the room, besides the keeper
	Links   int   // to how many of them there is one
	Entries int   // of the drawing
	Bytes   int64 // of the store
	Err     error // why not everything is in the store
}

// Status tells how the keeper is doing.
func (k *Keeper) Status() Status {
	st := Status{Bytes: k.store.Size(), Err: k.err}
	for _, m := range k.peer.Members() {
		st.Members++
		if m.Link == peer.Open {
			st.Links++
		}
	}
	k.lend(func(log *canvas.Log) { st.Entries = log.Len() })
	return st
}
