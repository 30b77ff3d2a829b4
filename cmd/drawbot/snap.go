package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
	"drawmesh/peer"
	"drawmesh/peer/record"
)

// snapCommand writes what a room has drawn.
type snapCommand struct {
	room
	pictureFlags
	Out     string        `short:"o" required:"" placeholder:"FILE" help:"Where it goes: a name that ends in .ndjson or .ndjson.gz gets the log, any other the picture; - is standard output."`
	Format  string        `placeholder:"png|ndjson|ndjson.gz" help:"What to write, whatever the file's name."`
	Timeout time.Duration `default:"20s" placeholder:"DURATION" help:"How long to wait for the others' drawing (default ${default})."`
}

// Help is the text between the summary and the flags.
func (snapCommand) Help() string {
	return `Gets the room's drawing from those who are there, writes it as a picture or as a log, and leaves. The file is written whole, or not at all. A log is as record writes it, and draw takes it.`
}

func (snapCommand) examples() string {
	return `
Examples:
  $ drawbot snap studio -o studio.png
  $ drawbot snap http://localhost:8081/studio -o - --format ndjson | drawbot draw atelier -
`
}

// minTimeout lets the server introduce everybody.
const minTimeout = time.Second

func (c *snapCommand) run(ctx context.Context, e env, u *ui) error {
	address, err := c.check()
	if err != nil {
		return err
	}
	out, err := newOutput(ctx, c.Out, e.out)
	if err != nil {
		return err
	}
	l, err := c.look(recording.Header{})
	if err != nil {
		return err
	}
	view, err := l.View()
	if err != nil {
		return err
	}
	p, err := c.join(ctx, u)
	if err != nil {
		return err
	}
	defer leave(p)
	o := observe(p, p.View(), record.Options{Picture: view}, u.warn)
	go hear(p, o.hear)
	lacks := c.await(ctx, p)
	if lacks != nil && statusOf(lacks) != exitIncomplete {
		return lacks
	}
	o.rec.Meet(p.Members())
	ops, err := c.write(out, o.rec, l, address)
	if err != nil {
		return err
	}
	u.say("wrote %s: %s", out.name("drawing"), count(ops, "operation"))
	return lacks
}

// write writes the drawing, and returns how many operations it is.
func (c *snapCommand) write(out output, rec *record.Recorder, l picture.Look, address string) (ops int, err error) {
	h := l.Header(address)
	h.Started = time.Now()
	content := func(w io.Writer) error {
		ops, err = snapLog(w, rec, h, c.format())
		return err
	}
	if c.format() == "png" {
		if ops, err = snapLog(io.Discard, rec, h, "ndjson"); err != nil {
			return 0, err
		}
		content = func(w io.Writer) error { return rec.EncodePNG(w, l) }
	}
	err = out.save(content)
	return ops, err
}

// snapLog writes the drawing as a recording in which all came at once.
func snapLog(w io.Writer, rec *record.Recorder, h recording.Header, format string) (ops int, err error) {
	log := record.NewLog(w, format == "ndjson.gz")
	out, err := log.Begin(h)
	if err == nil {
		err = rec.Begin(out, time.Time{})
	}
	s, ended := rec.End()
	return s.Ops, log.Close(cmp.Or(err, ended))
}

// check checks the flags and returns the room's address.
func (c *snapCommand) check() (address string, err error) {
	switch {
	case c.Timeout < minTimeout:
		return "", misused("--timeout %v: at least %v", c.Timeout, minTimeout)
	case c.Format != "" && !slices.Contains([]string{"png", "ndjson", "ndjson.gz"}, c.Format):
		return "", misused("--format %s: there are png, ndjson and ndjson.gz", c.Format)
	}
	if c.Format == "" {
		if _, err := checkFormat("-o", c.Out, "png", "ndjson", "ndjson.gz"); err != nil {
			return "", err
		}
	}
	return c.url()
}

// format is what is asked for.
func (c *snapCommand) format() string {
	switch format := formatOf(c.Out); {
	case c.Format != "":
		return c.Format
	case format == "ndjson" || format == "ndjson.gz":
		return format
	}
	return "png"
}

// await waits for the drawing, and says what is wrong with it.
func (c *snapCommand) await(ctx context.Context, p *peer.Peer) error {
	limit, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	err := p.WaitSynced(limit)
	select {
	case <-p.Done():
		return fmt.Errorf("the room is closed to us: %w", p.Err())
	default:
	}
	switch {
	case ctx.Err() != nil && len(p.Members()) == 0:
		return interrupted(ctx, "nobody had been met, and nothing was written")
	case err != nil && ctx.Err() != nil:
		err = errors.New("interrupted")
	case err != nil:
		err = fmt.Errorf("not all came within %v", c.Timeout)
	}
	keepers, _ := p.Agree()
	return lacking(p.Members(), keepers, err)
}

// lacking says what is wrong with a drawing that was got from these members, of
// whom so many keep one, if the wait for it ended with err.
func lacking(members []peer.Member, keepers int, err error) error {
	unreached := 0
	for _, m := range members {
		if m.Link != peer.Open {
			unreached++
		}
	}
	switch {
	case len(members) == 0:
		return errAlone
	case err != nil:
	case unreached > 0:
		err = unlinked(unreached, len(members))
	case keepers == 0:
		return &statusError{exitAlone, fmt.Errorf("%s in the room, and none that keeps the drawing", count(len(members), "peer"))}
	default:
		return nil
	}
	return &statusError{exitIncomplete, fmt.Errorf("the drawing may be incomplete: %w", err)}
}
