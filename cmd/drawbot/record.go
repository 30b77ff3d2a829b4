package main

import (
	"context"
	"fmt"
	"time"

	"drawmesh/canvas/raster"
	"drawmesh/peer"
)

// recordCommand watches a room and writes the picture.
type recordCommand struct {
	room
	For        time.Duration `placeholder:"DURATION" help:"Stop after so long, such as 90s or 2h (default: at Ctrl-C)."`
	Out        string        `short:"o" required:"" placeholder:"FILE.png" help:"Where the picture goes; - is standard output."`
	Log        string        `placeholder:"FILE.ndjson" help:"Where every operation goes as it comes, too; - is standard output."`
	Size       size          `default:"1280x720" placeholder:"WxH" help:"The picture's size in pixels (default ${default})."`
	Background color         `default:"white" placeholder:"CSS" help:"The picture's background, any CSS color (default ${default})."`
}

// Help is the text between the summary and the flags.
func (recordCommand) Help() string {
	return `Starts with what was drawn before. The picture is written at the end, also after Ctrl-C: whole, or not at all. The log's first line says what follows, and each other line is an operation, as on the wire between peers that keep the drawing, with the milliseconds since the start:

  {"type":"recording","version":1,"room":"http://…","started":"2026-…","width":1280,"height":720,"background":"white"}
  {"type":"op","at_ms":1041.2,"from":"0198…","op":{"event":"draw",…,"n":41,"t":107,"k":38,"o":"Jx3kQ9aPz1M"}}

Draw takes a log as it is.`
}

func (recordCommand) examples() string {
	return `
Examples:
  $ drawbot record studio -o studio.png --for 1m
  $ drawbot record http://localhost:8081/studio -o studio.png --log studio.ndjson
`
}

// The times between things that a recorder does again and again.
const (
	showEvery = 200 * time.Millisecond // the status line
	saveEvery = time.Second            // the log, to its file
)

// syncWait bounds how long a recorder waits for what was drawn before. What
// comes later is recorded, too.
const syncWait = 5 * time.Second

func (c *recordCommand) run(ctx context.Context, e env, u *ui) error {
	address, err := c.check()
	if err != nil {
		return err
	}
	picture, err := newOutput(c.Out, e.out)
	if err != nil {
		return err
	}
	log, err := openLog(c.Log, e.out)
	if err != nil {
		return err
	}
	defer log.close() // of no effect after the one in finish
	board, err := raster.NewBoard(c.Size.Width, c.Size.Height, c.Background.Color)
	if err != nil {
		return err
	}
	rec := newRecording(log, u.warn, recordingRecord{
		Room: address, Width: c.Size.Width, Height: c.Size.Height, Background: c.Background.text,
	})
	p, err := c.join(ctx, u, rec.hear)
	if err != nil {
		return unlessDone(ctx, err)
	}
	defer leave(p)
	rec.begin()
	catchUp(ctx, p, syncWait)
	u.say("recording %s; Ctrl-C ends it", address)
	ctx, cancel := limited(ctx, c.For)
	defer cancel()
	ended := rec.watch(ctx, u, p)
	leave(p) // so that the log and the picture end at the same operation
	paint(p, board)
	return c.finish(rec, picture, board, u, ended)
}

// check checks the flags and returns the room's address.
func (c *recordCommand) check() (address string, err error) {
	if err := checkFor(c.For); err != nil {
		return "", err
	}
	if c.Out == "-" && c.Log == "-" {
		return "", misused("standard output holds the picture or the log, not both")
	}
	return c.url()
}

// finish writes what was recorded. The first error is why the recording ended,
// if that was not asked for.
func (c *recordCommand) finish(rec *recording, picture output, board *raster.Board, u *ui, ended error) error {
	took := rec.end()
	saveErr := picture.save(board.EncodePNG)
	logErr := rec.log.close()
	for _, err := range []error{saveErr, logErr, ended} {
		if err != nil {
			return err
		}
	}
	by := count(len(rec.from), "peer")
	u.say("wrote %s: %dx%d pixels, %s by %s in %.1f s", picture.name("picture"), c.Size.Width, c.Size.Height,
		count(rec.ops, "operation"), by, took.Seconds())
	return nil
}

// watch returns when ctx is done, or with the reason why it had to end before.
func (r *recording) watch(ctx context.Context, u *ui, p *peer.Peer) error {
	show := time.NewTicker(showEvery)
	defer show.Stop()
	save := time.NewTicker(saveEvery)
	defer save.Stop()
	for {
		select {
		case <-show.C:
			ops, took := r.status()
			u.progress("recording: %s, %s, %.0f s", count(openLinks(p), "peer"), count(ops, "operation"), took.Seconds())
		case <-save.C:
			if err := r.log.flush(); err != nil {
				return err
			}
		case <-p.Done():
			return fmt.Errorf("the room is closed to us: %w", p.Err())
		case <-ctx.Done():
			return nil
		}
	}
}
