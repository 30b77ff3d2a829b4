package peer

import "time"

// What may wait for whoever reads Events, in events of some 150 bytes; what one
// frame brings may come on top of it.
const (
	maxWaiting = 1 << 16
	maxUnread  = 1 << 12         // while nobody has read any
	readerTime = 5 * time.Second // without any being taken, until newer ones are let go
	buffered   = 64              // in the channel, which spares the reader a wake-up for each
)

// A feedLimits is what a feed keeps to. Zero values mean the constants.
type feedLimits struct {
	waiting, unread int // events
	patience        time.Duration
}

// A feed is what Events is still to tell, in order. It belongs to loop.
//
// While it is full nothing is taken from the links, so a reader that is slow
// slows down those who send, and misses nothing. One that stops altogether must
// not hold up the room: after a while newer events are let go and counted.
type feed struct {
	limits  feedLimits
	out     chan Event
	waiting []Event
	early   int       // events that went into the channel at once
	read    bool      // somebody reads
	since   time.Time // when one was last taken, or the feed became full
	stopped bool      // the reader has, and has not caught up since
	missed  int       // events let go
}

func newFeed(limits feedLimits) feed {
	if limits.waiting == 0 {
		limits.waiting = maxWaiting
	}
	if limits.unread == 0 {
		limits.unread = maxUnread
	}
	if limits.patience == 0 {
		limits.patience = readerTime
	}
	return feed{limits: limits, out: make(chan Event, min(buffered, limits.waiting))}
}

// put adds an event.
func (f *feed) put(ev Event) {
	if f.stopped {
		f.missed++
		return
	}
	if len(f.waiting) == 0 {
		select {
		case f.out <- ev:
			f.early++
			f.read = f.read || f.early > cap(f.out)
			return
		default:
		}
	}
	f.waiting = append(f.waiting, ev)
	switch {
	case !f.read && len(f.waiting) == f.limits.unread:
		f.stopped = true
	case len(f.waiting) == f.limits.waiting:
		f.since = time.Now()
	}
}

// next is the first event that waits, and where to send it: nowhere if none
// does.
func (f *feed) next() (chan<- Event, Event) {
	if len(f.waiting) == 0 {
		return nil, nil
	}
	return f.out, f.waiting[0]
}

// sent notes that the first event has been taken.
func (f *feed) sent(now time.Time) {
	f.read, f.since = true, now
	f.waiting[0] = nil
	if f.waiting = f.waiting[1:]; len(f.waiting) > 0 {
		return
	}
	f.waiting, f.stopped = nil, false
	if f.missed > 0 {
		f.waiting = []Event{Missed{f.missed}}
		f.missed = 0
	}
}

// full reports whether nothing more may come before something is taken.
func (f *feed) full() bool { return !f.stopped && len(f.waiting) >= f.limits.waiting }

// tick lets go of newer events if the reader has stopped.
func (f *feed) tick(now time.Time) {
	f.stopped = f.stopped || f.full() && now.Sub(f.since) >= f.limits.patience
}
