package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas/recording"
	"drawmesh/peer"
)

// joinCommand stays in a room, for a program in any language.
type joinCommand struct {
	room
	For time.Duration `placeholder:"DURATION" help:"Leave after so long, such as 90s or 2h (default: at Ctrl-C)."`
}

// companyWait is how long the first operations on standard input wait for
// somebody who may be there: the server introduces the peers of a room one by
// one.
const companyWait = time.Second

// Help is the text between the summary and the flags.
func (joinCommand) Help() string {
	return `For a bot in any language: what happens in the room comes out on standard output, one JSON object a line, and the operations that go in on standard input, as they are on the wire or as they come out here, are drawn for everybody. A line that cannot be done is an error, and the rest goes on. The end of standard input does not end the stay.

What was drawn before comes out first, as operations that are "old"; "synced" says that this was all. Each operation names its stroke, and who drew it:

  {"type":"op","from":"0198…","name":"Ana","stroke":"48GzYsDfNvazcLixR5tn2g-38","op":{"event":"draw",…}}

Each line that goes in is answered, by an "ack" that names the stroke which it became part of. {"event":"undo"} and {"event":"redo"} hide and show the latest stroke that came in, or with "stroke" any one of them, also by the id that it had where it came from. {"ask":"members"} tells who is there.

People are told on standard error when everybody has the same drawing, and who has lied about theirs; "sync" and "lie" say so to programs, and the proof.

docs/bots.md describes each record, and has bots in Python, shell and Go.`
}

func (joinCommand) examples() string {
	return `
Examples:
  $ drawbot join studio --for 1m | jq -r 'select(.type == "op") | .name'
  $ drawbot join studio | drawbot join atelier > /dev/null
`
}

func (c *joinCommand) run(ctx context.Context, e env, u *ui) error {
	if err := checkFor(c.For); err != nil {
		return err
	}
	address, err := c.url()
	if err != nil {
		return err
	}
	out := newRecordWriter(e.out)
	p, err := c.join(ctx, u)
	if err != nil {
		out.write(errorRecord{Type: "error", Cause: err.Error()})
		return err
	}
	defer leave(p)
	ctx, cancel := limited(ctx, c.For)
	defer cancel()
	return (&conversation{p, address, e.in, "standard input", out, u.say, u.warn, make(chan struct{})}).hold(ctx)
}

// answerTo does what a line asks for, and returns what is to be said of that.
func answerTo(ctx context.Context, i input, pen *pen, p *peer.Peer) (any, error) {
	switch i.ask {
	case "":
		stroke, err := pen.draw(ctx, i)
		return ackRecord{"ack", i.line, stroke}, err
	case `"members"`:
		return membersOf(i.line, p.Members()), nil
	}
	return nil, fmt.Errorf(`ask for %s: there is {"ask":"members"}`, i.ask)
}

// inputError is the record of something wrong with standard input.
func inputError(err error) errorRecord {
	var bad *recording.LineError
	if errors.As(err, &bad) {
		return errorRecord{Type: "error", Line: bad.Line, Cause: bad.Err.Error()}
	}
	return errorRecord{Type: "error", Cause: err.Error()}
}
