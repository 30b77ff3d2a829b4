package script

import "sync"

// Bounds on what waits for a bot that does not ask for it.
const (
	maxEvents  = 10_000
	maxHeld    = 200_000 // points of all events together, 16 bytes each
	reuseAfter = 64      // events taken, until their room is given back
)

// A queue is what a bot is still to be told, in order. What comes while it is
// full is counted, and a missed stands in its place. Its mutex guards all of it.
type queue struct {
	came chan struct{} // one slot: something has been put

	mu     sync.Mutex
	list   []event
	taken  int // at the beginning of list
	points int // of those in list
	missed int // since the bot joined
}

func newQueue() *queue { return &queue{came: make(chan struct{}, 1)} }

// put adds an event. If that is not possible, it counts how many of them are
// missing.
func (q *queue) put(e event) (missed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.list) - q.taken
	if n >= maxEvents || q.points+len(e.points) > maxHeld {
		q.miss(1)
		return true
	}
	q.list = append(q.list, e)
	q.points += len(e.points)
	q.wake()
	return false
}

// miss counts events that are missing. q.mu is held.
func (q *queue) miss(n int) {
	q.missed += n
	if last := len(q.list) - 1; last >= q.taken && q.list[last].kind == "missed" {
		q.list[last].count += n
		return
	}
	q.list = append(q.list, event{kind: "missed", count: n})
	q.wake()
}

func (q *queue) wake() {
	select {
	case q.came <- struct{}{}:
	default:
	}
}

// take returns the first event that is wanted, and passes over those before it.
func (q *queue) take(wanted func(*event) bool) (event, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.taken < len(q.list) {
		e := q.list[q.taken]
		q.list[q.taken] = event{}
		q.taken++
		q.points -= len(e.points)
		if q.taken == len(q.list) {
			q.list, q.taken = q.list[:0], 0
			if cap(q.list) > reuseAfter {
				q.list = nil
			}
		}
		if wanted(&e) {
			return e, true
		}
	}
	return event{}, false
}

// lost is how many events the bot was not told of.
func (q *queue) lost() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.missed
}
