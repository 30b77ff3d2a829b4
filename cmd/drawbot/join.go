package main

import (
	"context"
	"errors"
	"fmt"

	"drawmesh/peer"
)

// joinCommand stays in a room, for a program in any language.
type joinCommand struct {
	room
	stay
}

// Help is the text between the summary and the flags.
func (joinCommand) Help() string {
	return `What happens in the room comes out on standard output, one JSON object a line; its "type" is self, signaling, peer, link, op or error. The operations on standard input, as they are on the wire or as they come out here, are drawn for everybody whose link is open. A line that holds none is an error, and the rest goes on. The end of standard input does not end the stay.`
}

func (joinCommand) examples() string {
	return `
Examples:
  $ drawbot join studio --for 1m | jq -r 'select(.type == "peer") | .name'
  $ echo '{"event":"clear"}' | drawbot join studio --for 5s
`
}

func (c *joinCommand) run(ctx context.Context, e env, u *ui) error {
	ctx, cancel, err := c.limit(ctx)
	if err != nil {
		return err
	}
	defer cancel()

	out := newRecordWriter(e.out)
	p, err := c.join(ctx, u, func(ev peer.Event) { out.write(recordOf(ev)) })
	if ctx.Err() != nil && err != nil {
		return nil
	}
	if err != nil {
		out.begin(errorRecord{Type: "error", Cause: err.Error()})
		return err
	}
	defer leave(p)
	address, err := c.url()
	if err != nil {
		return err
	}
	out.begin(selfRecord{"self", p.ID(), c.Name, address})

	pen := pen{peer: p}
	ops := inBackground(ctx, readOps(e.in))
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-out.broken:
			return fmt.Errorf("standard output: %w", err)
		case <-p.Done():
			return p.Err()
		case next, more := <-ops:
			if !more {
				ops = nil // and stay
				continue
			}
			if next.err == nil {
				next.err = pen.draw(ctx, next.op)
			}
			if next.err != nil && ctx.Err() == nil {
				u.warn("standard input: %v", next.err)
				out.write(inputError(next.err))
			}
		}
	}
}

// inputError is the record of something wrong with standard input.
func inputError(err error) errorRecord {
	var bad *lineError
	if errors.As(err, &bad) {
		return errorRecord{Type: "error", Line: bad.Line, Cause: bad.Err.Error()}
	}
	return errorRecord{Type: "error", Cause: err.Error()}
}
