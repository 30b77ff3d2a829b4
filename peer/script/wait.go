package script

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.starlark.net/starlark"
)

// maxWait bounds what a program may wait for at once: more is an error of its.
const maxWait = 7 * 24 * time.Hour

// A span is a duration that a program gives: seconds, or a text such as "250ms".
type span struct {
	time.Duration
	given bool
}

// Unpack reads it: starlark.Unpacker.
func (s *span) Unpack(v starlark.Value) error {
	if v == starlark.None {
		return nil
	}
	seconds, ok := starlark.AsFloat(v)
	switch text, isText := starlark.AsString(v); {
	case isText:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is no duration, such as \"250ms\", \"2s\" or 2.5", cut(text))
		}
		s.Duration, seconds = d, d.Seconds()
	case !ok:
		return fmt.Errorf("want a number of seconds or a text such as \"2s\", got %s", v.Type())
	default:
		s.Duration = time.Duration(max(-1, min(seconds, 2*maxWait.Seconds())) * float64(time.Second))
	}
	if !(seconds >= 0 && seconds <= maxWait.Seconds()) {
		return fmt.Errorf("%v is out of range: 0 to %v", v, maxWait)
	}
	s.given = true
	return nil
}

// A closedError ends a bot whose room is closed to it.
type closedError struct{ error }

// await lets the program wait, until wait returns or the bot is to end. It fails
// if that has ended a wait before, or if the room is closed to us.
func (b *bot) await(wait func(ctx context.Context)) error {
	if b.ctx.Err() == nil {
		b.thread.pause()
		wait(b.ctx)
		b.thread.resume()
	}
	var closed closedError
	switch {
	case b.ctx.Err() == nil:
		return nil
	case errors.As(context.Cause(b.ctx), &closed):
		return closed.error
	case b.told:
		return errOver
	}
	b.told = true
	return nil
}

func (b *bot) running(c call) (starlark.Value, error) {
	return starlark.Bool(b.ctx.Err() == nil), c.unpack()
}

func (b *bot) sleep(c call) (starlark.Value, error) {
	var s span
	if err := c.unpack("time", &s); err != nil {
		return nil, err
	}
	return starlark.None, b.rest(s.Duration)
}

// rest waits for so long.
func (b *bot) rest(d time.Duration) error {
	return b.await(func(ctx context.Context) {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	})
}

// pace lets the program go on so many times a second. Who comes too late goes on
// at once, and nothing is made up for.
func (b *bot) pace(c call) (starlark.Value, error) {
	var often number
	if err := c.unpack("rate", &often); err != nil {
		return nil, err
	}
	if !(often >= 1e-6 && often <= 1e6) {
		return nil, fmt.Errorf("%v is no rate: it is how many times a second, 0.000001 to 1000000", often)
	}
	now := time.Now()
	b.due = b.due.Add(time.Duration(float64(time.Second) / float64(often)))
	if b.due.Before(now) {
		b.due = now
	}
	return starlark.None, b.rest(b.due.Sub(now))
}

// syncTime is how long synced waits unless the program says.
const syncTime = 10 * time.Second

func (b *bot) synced(c call) (starlark.Value, error) {
	limit := span{Duration: syncTime}
	if err := c.unpack("timeout?", &limit); err != nil {
		return nil, err
	}
	synced := false
	err := b.await(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, limit.Duration)
		defer cancel()
		synced = b.peer.WaitSynced(ctx) == nil
	})
	return starlark.Bool(synced), err
}

// next waits for the next event that is asked for. It passes over those before.
func (b *bot) next(c call) (starlark.Value, error) {
	wanted, limit, err := c.wanted()
	if err != nil {
		return nil, err
	}
	var found event
	ok := false
	err = b.await(func(ctx context.Context) {
		if limit.given {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, limit.Duration)
			defer cancel()
		}
		for {
			if found, ok = b.queue.take(wanted); ok {
				return
			}
			select {
			case <-b.queue.came:
			case <-ctx.Done():
				return
			}
		}
	})
	if err != nil || !ok {
		return starlark.None, err
	}
	return &found, nil
}

// wanted is what a call of next asks for.
func (c call) wanted() (func(*event) bool, span, error) {
	var limit span
	var by string
	old := false
	asked := make([]string, len(c.args))
	for i, arg := range c.args {
		kind, ok := starlark.AsString(arg)
		if !ok || !slices.Contains(kinds, kind) {
			return nil, limit, errors.New(badKind(arg.String()))
		}
		asked[i] = kind
	}
	err := starlark.UnpackArgs(c.name, nil, c.kwargs, "by??", &by, "old?", &old, "timeout?", &limit)
	return func(e *event) bool {
		return (len(asked) == 0 || slices.Contains(asked, e.kind)) && (by == "" || e.name == by || string(e.from) == by) && (old || !e.old)
	}, limit, err
}
