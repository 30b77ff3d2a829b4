package mesh

import (
	"context"
	"runtime"
	"time"
)

const (
	busyPerCore = 6  // offers that are worked at
	maxUnderWay = 64 // offers that wait for the network, too

	busyTime  = 250 * time.Millisecond // after which a set-up is waiting for the network
	setupTime = time.Second            // after which it no longer counts
)

// Setups bounds how many offers are under way at a time, for one mesh or for all
// of a process: many more than a machine can work at slow each other down. What
// only waits for a distant network holds up nobody. Answers wait for nothing, so
// two peers never wait for each other.
type Setups struct{ busy, underWay chan struct{} }

// NewSetups returns bounds that suit the machine.
func NewSetups() *Setups {
	return &Setups{
		busy:     make(chan struct{}, busyPerCore*runtime.GOMAXPROCS(0)),
		underWay: make(chan struct{}, maxUnderWay),
	}
}

// A slot is one offer's part in Setups. Nil is that of an answer.
type slot struct{ busy, underWay chan struct{} }

// begin waits for a slot, or for ctx to end.
func (s *Setups) begin(ctx context.Context) *slot {
	t := new(slot)
	select {
	case s.underWay <- struct{}{}:
		t.underWay = s.underWay
	case <-ctx.Done():
		return t
	}
	select {
	case s.busy <- struct{}{}:
		t.busy = s.busy
	case <-ctx.Done():
	}
	return t
}

// wait lets others work meanwhile. Doing it twice is harmless.
func (t *slot) wait() {
	if t != nil && t.busy != nil {
		<-t.busy
		t.busy = nil
	}
}

// end gives the slot up. Doing it twice is harmless.
func (t *slot) end() {
	if t.wait(); t != nil && t.underWay != nil {
		<-t.underWay
		t.underWay = nil
	}
}
