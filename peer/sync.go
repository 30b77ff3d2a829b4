package peer

import (
	"context"
	"errors"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

var errReset = errors.New("it was reset")

// introTime is how long after joining the server's introductions may take.
const introTime = 300 * time.Millisecond

// WaitSynced waits until every member's link is open or has failed once, and we
// hold all that our neighbours have said to hold.
func (p *Peer) WaitSynced(ctx context.Context) error {
	return p.await(ctx, p.complete)
}

// await waits until done, which is called with p.mu held.
func (p *Peer) await(ctx context.Context, done func() bool) error {
	check := func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return done()
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !check() {
		select {
		case <-tick.C:
		case <-p.ctx.Done():
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// complete reports whether we have what was drawn before we came. p.mu is held.
func (p *Peer) complete() bool {
	return !p.joined.IsZero() && p.roster.tried() && time.Since(p.joined) >= introTime && p.drawing.Complete()
}

// Flush waits until every member's link is open or has failed once, and the
// open ones have acknowledged all that was drawn: whoever has to pull of it says
// so, unless it takes nothing for some seconds. It fails only when ctx or the
// stay ends before.
func (p *Peer) Flush(ctx context.Context) error {
	// The mesh hears of a member a moment after Members, and of its link a moment
	// before.
	if err := p.await(ctx, p.roster.tried); err != nil {
		return err
	}
	p.mu.Lock()
	owed := p.drawing.Flush(time.Now())
	p.mu.Unlock()
	err := p.mesh.Flush(ctx)
	if err == nil {
		err = p.await(ctx, func() bool { return owed.Done(time.Now()) })
	}
	if p.ctx.Err() != nil {
		return ErrClosed
	}
	return err
}

// Sum is a hash of the drawing, and of what everybody has signed: peers that hold
// the same have the same.
func (p *Peer) Sum() canvas.Digest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.drawing.Sum()
}

// Agree reports with how many synced peers we are linked, and whether all of
// them last said to hold the same drawing as we do.
func (p *Peer) Agree() (peers int, all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.drawing.Agree()
}

// Reset drops the connection to a member, if there is one, and makes it again.
func (p *Peer) Reset(id signaling.ID) { p.mesh.Reset(id, errReset) }

// Traffic is what has gone over the present link to a member so far.
func (p *Peer) Traffic(id signaling.ID) Traffic { return Traffic(p.mesh.Traffic(id)) }
