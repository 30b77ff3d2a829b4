package loadtest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"drawmesh/peer"
)

// A Bot is what one peer of a run does.
type Bot interface {
	// Run does it, through p, which has joined its room. It is called when
	// drawing begins: by then the links are open, or, for a bot that comes later,
	// what was drawn before is there. What p.Events told until then waits, 4,096
	// events of it.
	//
	// When ctx is done, the time to draw is over, or the bot is to leave: Run
	// returns within five seconds. The run itself closes p, after all have
	// converged. A bot that closes it leaves, and nobody follows.
	//
	// A bot that returns nil before stays, and listens. An error, that of ctx
	// after its end excepted, ends the bot and is counted as its failure, and so
	// does a panic; one in another goroutine ends the process, as ever.
	Run(ctx context.Context, p *peer.Peer) error
}

// A PanicError is the cause of the failure of a bot that panicked.
type PanicError struct {
	Value any    // of the panic
	Stack []byte // where it was
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

var (
	errExited  = errors.New("the bot ended its goroutine")
	errOverrun = fmt.Errorf("the bot had not returned %v after its time was up", overrunTime)
)

// overrunTime is how long a bot may take to return.
const overrunTime = 5 * time.Second

// start runs the bot in a goroutine. What comes of it, and it alone, comes by
// the channel: nil if the bot has ended as it should.
func (b *participant) start(ctx context.Context) (result <-chan error) {
	c := make(chan error, 1)
	b.busy.Store(true)
	go func() {
		err := errExited // if nothing else is said: by runtime.Goexit
		defer func() {
			if v := recover(); v != nil {
				err = &PanicError{v, debug.Stack()}
			}
			b.busy.Store(false)
			c <- err
		}()
		if err = b.perform(ctx); b.excused(ctx, err) {
			err = nil
		}
	}()
	return c
}

// excused reports whether a bot may return an err: it was told to end, or its
// peer has.
func (b *participant) excused(ctx context.Context, err error) bool {
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return true
	}
	select {
	case <-b.peer.Done():
		return errors.Is(err, peer.ErrClosed) || errors.Is(err, b.peer.Err())
	default:
		return false
	}
}

// outcome waits for a bot that was told to end, and returns how it has failed.
func outcome(result <-chan error) error {
	if result == nil {
		return nil // it has ended
	}
	limit := time.NewTimer(overrunTime)
	defer limit.Stop()
	select {
	case err := <-result:
		return err
	case <-limit.C:
		return errOverrun
	}
}
