package main

import (
	"log/slog"
	"sync"
	"time"
)

// sayEvery is how often the log hears of what happens again and again, at most.
const sayEvery = time.Minute

// A repeated is a warning that strangers can cause as often as they like. The log
// hears of the first time at once, and of those that follow how many there were, and
// of the last, once a minute. Methods may be called concurrently.
type repeated struct {
	log  *slog.Logger
	what string
	hint string // what to do about it

	mu    sync.Mutex
	total uint64
	due   uint64 // times that were not said
	last  []any
	timer *time.Timer // until more may be said; nil: at once
}

// note says that it has happened, now or later, and what is to be said of it.
func (r *repeated) note(attrs ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total++
	r.due++
	r.last = attrs
	if r.timer == nil {
		r.say()
	}
}

// say says what is due; it is silent for a while then. r.mu is held: a slow log
// holds up what is refused, and nobody else.
func (r *repeated) say() {
	attrs := append([]any{"times", r.due}, r.last...)
	r.due, r.last = 0, nil
	r.timer = time.AfterFunc(sayEvery, r.again)
	r.log.Warn(r.what, append(attrs, "hint", r.hint)...)
}

// again says what has happened meanwhile.
func (r *repeated) again() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer = nil; r.due > 0 {
		r.say()
	}
}

// count is how often it has happened.
func (r *repeated) count() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.total
}

// end says what has not been said yet.
func (r *repeated) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.due > 0 {
		r.timer.Stop()
		r.say()
	}
	if r.timer != nil {
		r.timer.Stop()
	}
}
