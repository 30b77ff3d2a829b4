package loadtest

import "sync"

// shiftMargin is by how much less than it first seemed an operation of another part
// may take, in microseconds.
const shiftMargin = 10_000

// clockOffsets compares one's own clock with those of the other parts. What comes
// from one of them and says when it was sent seems to take the way and the
// difference of the clocks together; the least of these, in both directions,
// tells the two apart when the reports are merged. Methods may be called
// concurrently.
type clockOffsets struct {
	own int

	mu     sync.Mutex
	clocks []clockOffset // by part - 1
}

// A clockOffset is how the clock of another part seems. All in microseconds.
type clockOffset struct {
	least int64 // that anything seemed to take
	count int64 // of things that came
	shift int64 // taken off latencies, so that their digits are not spent on the clocks
	fixed bool  // since the first operation
}

func newClockOffsets(own, parts int) *clockOffsets {
	return &clockOffsets{own: own, clocks: make([]clockOffset, parts)}
}

// note takes that something of a part seemed to take so long.
func (p *clockOffsets) note(part int, took int64) {
	if part == p.own {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clocks[part-1].note(took)
}

func (c *clockOffset) note(took int64) {
	if c.count == 0 || took < c.least {
		c.least = took
	}
	c.count++
}

// shift notes that an operation of a part seemed to take so long, and returns what
// has to be taken off that: always the same.
func (p *clockOffsets) shift(part int, took int64) int64 {
	if part == p.own {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &p.clocks[part-1]
	c.note(took)
	if !c.fixed {
		c.fixed, c.shift = true, c.least-shiftMargin
	}
	return c.shift
}

// shiftOf is what is taken off what comes from a part, so far.
func (p *clockOffsets) shiftOf(part int) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clocks[part-1].shift
}

// seen is how the other parts' clocks seem.
func (p *clockOffsets) seen() (seen []Clock) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range p.clocks {
		if c.count > 0 {
			seen = append(seen, Clock{i + 1, c.least, c.count})
		}
	}
	return seen
}
