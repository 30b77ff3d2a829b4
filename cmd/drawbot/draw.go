package main

import (
	"context"
	"fmt"
	"time"
)

// drawCommand draws something and leaves.
type drawCommand struct {
	room
	source
	Wait   time.Duration `default:"5s" placeholder:"DURATION" help:"How long to wait for somebody to draw for (default ${default})."`
	DryRun string        `placeholder:"FILE" help:"Paint it in this .png, as large as --size, and not in the room, which nobody enters."`
}

// Help is the text between the summary and the flags.
func (drawCommand) Help() string {
	return `Draws the operations in FILE, one JSON object a line, as they are on the wire or as join and record write them. A line that cannot be drawn is said and passed over. Or draws a pattern, or an SVG: its paths, shapes and uses, as wide and in the colors that it says, outlines of what is only filled; or a text, in letters of single lines; or an image, in outlines, hatching or dots; and names what it leaves out. Leaves when everything has been delivered to everybody who is there.`
}

func (drawCommand) examples() string {
	return `
Examples:
  $ drawbot draw studio --pattern spiral --seed 7 --at 640,360 --radius 300
  $ drawbot draw http://localhost:8081/studio --svg plan.svg --at 40,40 --fit 800x600
`
}

func (c *drawCommand) run(ctx context.Context, e env, u *ui) error {
	out, err := c.dryOutput(ctx, e)
	if err != nil {
		return err
	}
	src, err := c.open(ctx, e.in, u)
	if err != nil {
		return err
	}
	defer src.close()
	if c.DryRun != "" {
		return c.dryRun(ctx, src, out, u)
	}

	a := newAudience(c.Wait)
	p, err := c.join(ctx, u)
	if err != nil {
		return err
	}
	defer leave(p)
	go hear(p, a.hear)
	d := &drawing{source: src, peer: p, audience: a, warn: u.warn}
	d.show = func() { c.show(u, d) }
	if err := d.run(ctx); err != nil {
		return err
	}
	u.say("drew %s for %s in %.1f s", count(d.pen.drawn, "operation"),
		count(openLinks(p), "peer"), time.Since(d.start).Seconds())
	if d.bad > 0 {
		return fmt.Errorf("%s: %s could not be drawn", src.name, count(d.bad, "line"))
	}
	return a.lacking()
}

// show shows how far d is.
func (c *drawCommand) show(u *ui, d *drawing) {
	of := ""
	if d.source.total > 0 {
		of = fmt.Sprintf(" of %d", d.source.total)
	}
	u.progress("drawing %s: %d%s operations for %s", d.source.name, d.pen.drawn, of, count(openLinks(d.peer), "peer"))
}
