package archive

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"drawmesh/peer"
)

const (
	lingerTime  = time.Minute    // that a keeper stays when all others have left
	expireEvery = 24 * time.Hour // between two looks for what has expired
)

// RoomsOptions configures [Keep]. URL and Say are required; every other zero
// value is a working default.
type RoomsOptions struct {
	// URL is the server's, as Peer.HTTPClient reaches it.
	URL string

	// Peer is what the keepers are in their rooms: see Options.
	Peer peer.Options

	// Most is how many rooms are kept at a time: those that were drawn in last.
	// Zero means 256.
	Most int

	// Limit bounds the size of each store in bytes. Zero means that nothing does.
	Limit int64

	// For is how long a store is left that nobody opens. Zero means for ever.
	For time.Duration

	// Say tells people what happens, in one line.
	Say func(format string, args ...any)
}

// Rooms are a server's keepers: one in each room that somebody is in. Methods
// may be called concurrently.
//
// Each keeper has a goroutine of its own. The mutex guards what they have to
// tell, and is not held while they work.
type Rooms struct {
	dir     *Dir
	opts    RoomsOptions
	ctx     context.Context // the keepers' life
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu   sync.Mutex
	kept map[string]*kept
	errs []error // of keepers that ended before everything was stored
}

// kept is what is known of a room that is kept.
type kept struct {
	stop     context.CancelFunc
	stopping bool
	again    bool // somebody came while it was stopping

	last  Status
	used  time.Time // when somebody came or drew last
	empty time.Time // since when nobody else is there; zero if somebody is
}

// Keep keeps rooms in dir, which it closes in the end.
func Keep(dir *Dir, opts RoomsOptions) *Rooms {
	if opts.Most == 0 {
		opts.Most = 256
	}
	r := &Rooms{dir: dir, opts: opts, kept: make(map[string]*kept)}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	if opts.For > 0 {
		r.expire()
		r.running.Go(func() {
			tick := time.NewTicker(expireEvery)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					r.expire()
				case <-r.ctx.Done():
					return
				}
			}
		})
	}
	return r
}

// expire deletes the stores that are due, of rooms that nobody is in.
func (r *Rooms) expire() {
	gone, err := r.dir.Expire(time.Now().Add(-r.opts.For), func(room string) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.kept[room] != nil
	})
	if len(gone) > 0 {
		r.opts.Say("deleted drawings that nobody has opened for %v: %d", r.opts.For, len(gone))
	}
	if err != nil {
		r.opts.Say("old drawings are not deleted: %v", err)
	}
}

// Visit says that somebody has entered a room. It does not wait.
func (r *Rooms) Visit(room string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() != nil {
		return
	}
	now := time.Now()
	if k := r.kept[room]; k != nil {
		k.used, k.again = now, k.stopping
		if !k.empty.IsZero() {
			k.empty = now // the keeper has not met whoever came yet
		}
		return
	}
	r.makePlace()
	ctx, stop := context.WithCancel(r.ctx)
	k := &kept{stop: stop, used: now}
	r.kept[room] = k
	r.running.Go(func() {
		err := r.keep(ctx, room, k)
		stop()
		r.ended(room, k, err)
	})
}

// makePlace stops a keeper if there are as many as there may be: of one whose
// room is empty rather than of others, and of one without a drawing rather than
// with one; of these, the one whose room was used longest ago. One whose
// drawing is not stored stays. r.mu is held.
func (r *Rooms) makePlace() {
	running := 0
	var least string
	for room, k := range r.kept {
		if k.stopping {
			continue
		}
		running++
		if k.stored() && (least == "" || k.before(r.kept[least])) {
			least = room
		}
	}
	if running < r.opts.Most || least == "" {
		return
	}
	k := r.kept[least]
	if k.empty.IsZero() && k.last.Entries > 0 {
		r.opts.Say("one room is kept no longer while people are in it: %d are at a time (--keep-rooms)", r.opts.Most)
	}
	k.stopping = true
	k.stop()
}

// before reports whether k is to give place rather than other.
func (k *kept) before(other *kept) bool {
	if k.empty.IsZero() != other.empty.IsZero() {
		return !k.empty.IsZero()
	}
	if (k.last.Entries == 0) != (other.last.Entries == 0) {
		return k.last.Entries == 0
	}
	return k.used.Before(other.used)
}

// stored reports whether all is in the store that can be.
func (k *kept) stored() bool { return k.last.Err == nil || errors.Is(k.last.Err, errLimit) }

// keep keeps a room until ctx is done.
func (r *Rooms) keep(ctx context.Context, room string, k *kept) error {
	opts := Options{
		URL: strings.TrimRight(r.opts.URL, "/") + "/" + room, Room: room,
		Limit: r.opts.Limit, Peer: r.opts.Peer, Warn: r.opts.Say,
	}
	for pause := time.Second; ; pause = min(2*pause, maxPause) {
		keeper, err := Join(ctx, r.dir, opts)
		if err == nil {
			return keeper.Run(ctx, func(s Status) { r.saw(k, s) })
		}
		if ctx.Err() == nil && pause == time.Second {
			r.opts.Say("room %s is not kept yet: %v", room, err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
}

// saw takes note of how a keeper is doing, and stops it when its room has been
// empty for a while.
func (r *Rooms) saw(k *kept, s Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if s.Entries != k.last.Entries {
		k.used = now
	}
	k.last = s
	switch {
	case s.Members > 0:
		k.empty = time.Time{}
	case k.empty.IsZero():
		k.empty = now
	case now.Sub(k.empty) >= lingerTime && k.stored():
		k.stopping = true
		k.stop()
	}
}

// ended takes note that a keeper has ended, and starts another if somebody has
// come meanwhile.
func (r *Rooms) ended(room string, k *kept, err error) {
	r.mu.Lock()
	delete(r.kept, room)
	if err != nil && !errors.Is(err, errLimit) {
		r.errs = append(r.errs, fmt.Errorf("room %s: %w", room, err))
	}
	again := k.again
	r.mu.Unlock()
	if again {
		r.Visit(room)
	}
}

// Close stores everything, leaves all rooms and closes the directory. It fails
// if something could not be stored.
func (r *Rooms) Close() error {
	r.mu.Lock() // a Visit has begun before, or sees that there are no more
	r.cancel()
	r.mu.Unlock()
	r.running.Wait()
	return errors.Join(append(r.errs, r.dir.Close())...)
}
