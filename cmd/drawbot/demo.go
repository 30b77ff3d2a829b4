package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/peer"
	"drawmesh/peer/record"
)

// demoCommand shows everything at work.
type demoCommand struct {
	Out     string        `short:"o" default:"demo.png" placeholder:"FILE.png" help:"Where the picture goes (default ${default})."`
	For     time.Duration `default:"10s" placeholder:"DURATION" help:"How long the bots draw (default ${default})."`
	Program string        `placeholder:"FILE" help:"The server's program (default: the one beside drawbot)."`
}

// Help is the text between the summary and the flags.
func (demoCommand) Help() string {
	return `Starts a server on a free port, lets bots draw in one of its rooms, each with a pattern of its own, records the room, and ends the server. While it runs, the room can be opened in a browser.`
}

func (demoCommand) examples() string {
	return `
Examples:
  $ drawbot demo
  $ drawbot demo --for 1m --out picture.png
`
}

func (c *demoCommand) run(ctx context.Context, e env, u *ui) error {
	if c.For < time.Second {
		return misused("--for %v: a demo takes a second at least", c.For)
	}
	if _, err := checkFormat("--out", c.Out, "png"); err != nil {
		return err
	}
	if err := checkDistinct(e, []filePath{{"--out", c.Out}}, []filePath{{"--program", c.Program}}); err != nil {
		return err
	}
	picture, err := newOutput(ctx, c.Out, e.out)
	if err != nil {
		return err
	}
	program := c.Program
	if program == "" {
		if program, err = besideUs("drawmesh-server"); err != nil {
			return err
		}
	}
	server, err := startServer(ctx, program)
	if err != nil {
		return orInterrupted(ctx, err, "the server had not begun")
	}
	defer server.stop()
	room := server.url + "demo"
	u.say("Open %s in a browser to watch the bots, and to draw along.", room)
	return c.show(ctx, u, room, picture)
}

// show records the room while the bots draw in it.
func (c *demoCommand) show(ctx context.Context, u *ui, room string, picture output) error {
	view, err := raster.NewView(demoWidth, demoHeight, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		return err
	}
	watcher, err := peer.Join(ctx, room, peer.Options{Name: "recorder"})
	if err != nil {
		return orInterrupted(ctx, err, "nothing was drawn")
	}
	defer leave(watcher)
	rec := record.New(watcher.View(), record.Options{Picture: view})
	go hear(watcher, rec.Hear)
	if err := rec.Begin(nil, time.Now()); err != nil {
		return err
	}

	s := newShow(c.For)
	if err := s.join(ctx, room); err != nil {
		return orInterrupted(ctx, err, "nothing was drawn")
	}
	defer s.leave()
	drawn := make(chan error, 1)
	go func() { drawn <- s.draw(ctx) }()
	if err := c.watch(ctx, u, s, rec, drawn); err != nil {
		return err
	}
	recorded, err := rec.End()
	if err != nil {
		return err
	}
	if err := picture.save(view.EncodePNG); err != nil {
		return err
	}
	u.say("Wrote %s: %s by %s in %.1f s.", picture.name("picture"), count(recorded.Ops, "segment"), count(recorded.Authors, "peer"), recorded.Took.Seconds())
	if err := outcome(ctx, recorded.Ops, s.total); err != nil {
		return err
	}
	u.say("To draw yourself: make run, then open http://localhost:8081/ in two windows.")
	return nil
}

// outcome is how a demo ends that has recorded so many of the segments.
func outcome(ctx context.Context, recorded, total int) error {
	switch {
	case recorded >= total:
		return nil
	case ctx.Err() != nil:
		return interrupted(ctx, "the picture has %d of %s", recorded, count(total, "segment"))
	}
	return &statusError{exitIncomplete, fmt.Errorf("%d of %s were not recorded", total-recorded, count(total, "segment"))}
}

// watch shows how it goes until all that the bots draw has been recorded, or
// nothing more comes, or ctx is done.
func (c *demoCommand) watch(ctx context.Context, u *ui, s *show, rec *record.Recorder, drawn <-chan error) error {
	tick := time.NewTicker(showEvery / 4)
	defer tick.Stop()
	recorded, since := 0, time.Now()
	for {
		select {
		case err := <-drawn:
			if err != nil && ctx.Err() == nil {
				return err
			}
			drawn, since = nil, time.Now()
		case <-tick.C:
		}
		so := rec.Status()
		if so.Ops > recorded {
			recorded, since = so.Ops, time.Now()
		}
		u.progress("%s drawing: %d of %d segments, %.0f s", count(len(s.bots), "bot"), so.Ops, s.total, so.Took.Seconds())
		if drawn == nil && (so.Ops >= s.total || ctx.Err() != nil || time.Since(since) > closeTimeout) {
			return nil
		}
	}
}

// besideUs is the program of that name that was built together with this one.
func besideUs(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	program := filepath.Join(filepath.Dir(self), name)
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("no %s beside drawbot: build both with make build, or name it with --program", name)
	}
	return program, nil
}
