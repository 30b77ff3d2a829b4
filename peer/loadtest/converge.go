package loadtest

import (
	"context"
	"slices"
	"time"

	"drawmesh/canvas"
)

const (
	convergeTime = 30 * time.Second // for all bots to agree
	hurryTime    = 2 * time.Second  // likewise, after Ctrl-C
	quietTime    = 3 * time.Second  // without an operation, until other parts count as done
	toldTime     = 3 * time.Second  // after joining, a peer has told of what it holds, also if it is not synced
)

// converge waits until all bots of a room hold the same drawing, by its sum.
// Other parts may still be drawing: then it goes on until nothing more comes.
func (r *Run) converge(ctx context.Context) {
	limit := convergeTime
	if ctx.Err() != nil {
		limit = hurryTime
	}
	done := context.WithoutCancel(ctx)
	if r.began.IsZero() {
		return
	}
	if r.cfg.Parts > 1 && ctx.Err() == nil {
		limit += r.others(done)
	}
	// The last that was due may be drawn a moment after the time is up.
	await(done, min(limit, overrunTime), r.idle)
	agreed := await(done, limit, r.agree)
	await(done, min(limit, toldTime), r.told)
	sums, latest := r.sums(), int64(1)
	for _, b := range r.live() {
		latest = max(latest, b.latest())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.drawn.sums = sums; agreed {
		r.drawn.agreed = latest
	}
}

// idle reports whether all bots have returned.
func (r *Run) idle() bool {
	return !slices.ContainsFunc(r.live(), func(b *participant) bool { return b.busy.Load() })
}

// latest is when the bot last heard an operation, in microseconds since 1970.
func (b *participant) latest() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ledger.latest
}

// others waits until no operation has come for a while, and returns how long that
// took.
func (r *Run) others(ctx context.Context) time.Duration {
	start, got, since := time.Now(), -1, time.Now()
	await(ctx, r.cfg.Duration+convergeTime, func() bool {
		if n := r.delivered(); n != got {
			got, since = n, time.Now()
		}
		return time.Since(since) >= quietTime
	})
	return time.Since(start)
}

// delivered is how many operations have come to all bots.
func (r *Run) delivered() (n int) {
	for _, b := range r.all() {
		b.mu.Lock()
		for _, t := range b.ledger.byName {
			n += t.delivered
		}
		b.mu.Unlock()
	}
	return n
}

// agree reports whether all bots of each room hold the same. Whether the other
// parts' do, they tell one another.
func (r *Run) agree() bool {
	sums := make(map[int]canvas.Digest)
	for _, b := range r.live() {
		sum := b.peer.Sum()
		if before, known := sums[b.room]; known && before != sum {
			return false
		}
		sums[b.room] = sum
		if r.cfg.Parts > 1 {
			if _, all := b.peer.Agree(); !all {
				return false
			}
		}
	}
	return true
}

// told reports whether all bots have heard what their peers hold: these do not tell
// at once what was drawn before they came.
func (r *Run) told() bool {
	return !slices.ContainsFunc(r.live(), func(b *participant) bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return !b.synced && time.Since(b.joined) < toldTime
	})
}

// sums is what each room's drawing has come to.
func (r *Run) sums() []Sum {
	sums := make([]Sum, len(r.cfg.Rooms))
	split := make([]bool, len(sums))
	for i := range sums {
		sums[i].Room = i + 1
	}
	for _, b := range r.live() {
		sum := b.peer.Sum().String()
		if s := &sums[b.room]; s.Sum == "" {
			s.Sum = sum
		} else if s.Sum != sum {
			split[b.room] = true
		}
	}
	for i := range sums {
		if split[i] {
			sums[i].Sum = ""
		}
	}
	return sums
}
