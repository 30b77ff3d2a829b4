package signaling

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// tableSize bounds how many addresses or peers a table remembers at once.
const tableSize = 10_000

// A rateTable holds one token bucket a key. It forgets the keys not seen for
// longest, in halves, so that its size is bounded by 2 × tableSize.
type rateTable struct {
	limit rate.Limit // events a second; negative means no limit
	burst int

	mu       sync.Mutex
	now, old map[string]*rate.Limiter
}

func newRateTable(limit rate.Limit, burst int) *rateTable {
	return &rateTable{limit: limit, burst: burst, now: make(map[string]*rate.Limiter)}
}

// allow reports whether key may do something that counts as n events.
func (t *rateTable) allow(key string, n int) bool {
	if t.limit < 0 || n == 0 {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.now[key]
	if l == nil {
		if l = t.old[key]; l == nil {
			l = rate.NewLimiter(t.limit, t.burst)
		}
		if len(t.now) == tableSize {
			t.now, t.old = make(map[string]*rate.Limiter), t.now
		}
		t.now[key] = l
	}
	return l.AllowN(time.Now(), n)
}

// localFactor is how many times as much this machine itself may have: its people
// could do the server worse things, and load tests begin on one machine.
const localFactor = 16

// addressLimits are those of one address.
type addressLimits struct {
	streams  *counter
	accesses *rateTable
}

func newAddressLimits(streams int, accessRate float64) addressLimits {
	return addressLimits{
		&counter{max: streams, n: make(map[string]int)},
		newRateTable(rate.Limit(accessRate), max(64, streams)),
	}
}

// A counter bounds how many of something each key has at a time.
type counter struct {
	max int // negative means no limit

	mu sync.Mutex
	n  map[string]int
}

func (c *counter) acquire(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.max >= 0 && c.n[key] >= c.max {
		return false
	}
	c.n[key]++
	return true
}

func (c *counter) release(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[key]--; c.n[key] == 0 {
		delete(c.n, key)
	}
}
