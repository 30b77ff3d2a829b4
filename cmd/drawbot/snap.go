package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"drawmesh/canvas/raster"
	"drawmesh/peer"
)

// snapCommand writes what a room has drawn.
type snapCommand struct {
	room
	Out        string        `short:"o" required:"" placeholder:"FILE" help:"Where it goes: a name that ends in .ndjson gets the log, any other the picture; - is standard output."`
	Format     string        `placeholder:"png|ndjson" help:"What to write, whatever the file's name."`
	Size       size          `default:"1280x720" placeholder:"WxH" help:"The picture's size in pixels (default ${default})."`
	Background color         `default:"white" placeholder:"CSS" help:"The picture's background, any CSS color (default ${default})."`
	Timeout    time.Duration `default:"20s" placeholder:"DURATION" help:"How long to wait for the others' drawing (default ${default})."`
}

// Help is the text between the summary and the flags.
func (snapCommand) Help() string {
	return `Gets the room's drawing from those who are there, writes it as a picture or as a log, and leaves. The file is written whole, or not at all. A log is as record writes it, and draw takes it.

Exit status: 0 the drawing is complete; 4 nobody is there to ask, and nothing was written; 5 what was written may lack something, for somebody could not be reached, or not all came within --timeout or before Ctrl-C; 1 failed; 2 misused.`
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
	out, err := newOutput(c.Out, e.out)
	if err != nil {
		return err
	}
	board, err := raster.NewBoard(c.Size.Width, c.Size.Height, c.Background.Color)
	if err != nil {
		return err
	}
	p, err := c.join(ctx, u, func(ev peer.Event) {
		if fault, ok := ev.(peer.Fault); ok {
			warnOfDisagreement(u.warn, fault)
		}
	})
	if err != nil {
		return err
	}
	defer leave(p)
	lacks := c.await(ctx, p)
	if lacks != nil && !isIncomplete(lacks) {
		return lacks
	}
	if c.log() {
		entries := entriesOf(p)
		err = out.save(func(w io.Writer) error { return writeLog(w, c.header(address), entries) })
	} else {
		paint(p, board)
		err = out.save(board.EncodePNG)
	}
	if err != nil {
		return err
	}
	u.say("wrote %s: %s", out.name("drawing"), count(syncOf(p).Entries, "operation"))
	return lacks
}

// check checks the flags and returns the room's address.
func (c *snapCommand) check() (address string, err error) {
	switch {
	case c.Timeout < minTimeout:
		return "", misused("--timeout %v: at least %v", c.Timeout, minTimeout)
	case c.Format != "" && c.Format != "png" && c.Format != "ndjson":
		return "", misused("--format %s: there are png and ndjson", c.Format)
	}
	return c.url()
}

func isIncomplete(err error) bool {
	var s *statusError
	return errors.As(err, &s) && s.status == exitIncomplete
}

// log reports whether the log is asked for, and not the picture.
func (c *snapCommand) log() bool {
	return c.Format == "ndjson" || c.Format == "" && filepath.Ext(c.Out) == ".ndjson"
}

func (c *snapCommand) header(address string) recordingRecord {
	return recordingRecord{Room: address, Width: c.Size.Width, Height: c.Size.Height, Background: c.Background.text}
}

// await waits for the drawing, and says what is wrong with it.
func (c *snapCommand) await(ctx context.Context, p *peer.Peer) error {
	limit, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	err := p.Synced(limit)
	select {
	case <-p.Done():
		return fmt.Errorf("the room is closed to us: %w", p.Err())
	default:
	}
	switch {
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
		return &statusError{exitAlone, errAlone}
	case err != nil:
	case unreached > 0:
		err = fmt.Errorf("no link to %d of %s", unreached, count(len(members), "peer"))
	case keepers == 0:
		return &statusError{exitAlone, fmt.Errorf("%s in the room, and none that keeps the drawing", count(len(members), "peer"))}
	default:
		return nil
	}
	return &statusError{exitIncomplete, fmt.Errorf("the drawing may be incomplete: %w", err)}
}
