package script

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"go.starlark.net/starlark"
	"golang.org/x/time/rate"

	"drawmesh/peer"
)

// Bounds on what the bots of a run say.
const (
	linesRate  = 100  // a second, of all bots together
	linesBurst = 1000 // at once
)

// A Run is what the bots of a program share. Methods may be called concurrently,
// but for Setup, which comes first, and Teardown, which comes last.
type Run struct {
	program *Program
	opts    RunOptions
	lines   *rate.Limiter
	data    starlark.Value // what setup returned

	busy, missed, unsaid atomic.Int64

	mu      sync.Mutex
	aborted error
	abort   chan struct{} // closed when aborted is set
}

// RunOptions configures [Program.Run]. Its zero value is a working default.
type RunOptions struct {
	// Seed is for what is random: each bot has numbers of its own, which are the
	// same in every run with that seed.
	Seed uint64

	// Log hears each line that a bot logs, but for those that exceed 100 a second.
	// It may be called by several bots at a time. Nil hears none.
	Log func(bot, line string)

	// Stuck is called, maybe several times, when a bot is so busy that it cannot be
	// ended: in one huge multiplication, for example. There is no way to go on but
	// to end the process. Nil means that Bot does not return until that is over.
	Stuck func(bot string)

	limits limits
}

// An Actor is who a bot is.
type Actor struct {
	Number   int      // in the run, from 0
	Scenario Scenario // whose function it calls
	Measures Measures // take what it observes
}

// Stats count what all bots of a run have come to so far.
type Stats struct {
	Busy   int64 // times that a bot did not wait for more than 100 ms
	Missed int64 // events that bots were not told of, for their queues were full
	Unsaid int64 // lines that were logged and not told
}

// An AbortError says that a program has ended the run.
type AbortError struct{ Reason string }

func (e *AbortError) Error() string { return "aborted: " + e.Reason }

// Run prepares a run.
func (p *Program) Run(o RunOptions) *Run {
	return &Run{program: p, opts: o, lines: rate.NewLimiter(linesRate, linesBurst), data: starlark.None, abort: make(chan struct{})}
}

// Aborted is closed when a bot has ended the run: Err says why.
func (r *Run) Aborted() <-chan struct{} { return r.abort }

// Err is nil, or an [*AbortError].
func (r *Run) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.aborted
}

// Stats are those of now.
func (r *Run) Stats() Stats {
	return Stats{Busy: r.busy.Load(), Missed: r.missed.Load(), Unsaid: r.unsaid.Load()}
}

// Bot runs one bot. It is the only one to read the peer's events.
//
// When ctx is done, the run is over: the wait that the bot is in ends, running is
// false, and the next wait but one ends the bot, which is no error. Nor is it an
// error to return, or that another bot has aborted the run. An [*Error] tells
// where in the program the bot has failed. The peer stays in the room.
func (r *Run) Bot(ctx context.Context, p *peer.Peer, a Actor) error {
	ctx, end := context.WithCancelCause(ctx)
	b := &bot{run: r, peer: p, measures: a.Measures, ctx: ctx, end: end, queue: newQueue(), due: time.Now()}
	b.thread = newThread(p.Name(), &host{
		log: b.log, random: newRandom(r.opts.Seed, uint64(a.Number)+botStream), bot: b, limits: r.opts.limits,
		busy:  func() { r.busy.Add(1) },
		spent: b.measures.Busy,
		stuck: func() { r.stuck(p.Name()) },
	})
	var tasks sync.WaitGroup
	defer tasks.Wait()
	defer end(nil)
	tasks.Go(func() {
		e := &ear{hears: r.program.hears, tell: b.tell}
		e.listen(ctx, p.Events())
		end(closedError{cmp.Or(p.Err(), peer.ErrClosed)})
	})
	tasks.Go(func() {
		select {
		case <-r.abort:
			end(errOver)
		case <-ctx.Done():
		}
	})
	err := b.thread.run(func() error {
		_, err := starlark.Call(b.thread.Thread, a.Scenario.entry, r.arguments(b, a.Scenario.entry), nil)
		return err
	})
	if errors.Is(err, errOver) {
		return nil
	}
	return err
}

// arguments are what a bot's function is called with.
func (r *Run) arguments(b *bot, entry *starlark.Function) starlark.Tuple {
	if _, most := params(entry); most > 1 && r.program.setup != nil {
		return starlark.Tuple{b, r.data}
	}
	return starlark.Tuple{b}
}

func (r *Run) stuck(bot string) {
	if r.opts.Stuck != nil {
		r.opts.Stuck(bot)
	}
}

// say tells what a bot logs, if that is not too much.
func (r *Run) say(bot, line string) {
	switch {
	case r.opts.Log == nil:
	case r.lines.Allow():
		r.opts.Log(bot, cut(line))
	default:
		r.unsaid.Add(1)
	}
}

// stop ends the run for all bots.
func (r *Run) stop(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.aborted == nil {
		r.aborted = &AbortError{cut(reason)}
		close(r.abort)
	}
}
