package main

import (
	"context"
	"fmt"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
)

// dryOutput is where --dry-run goes, if it is given.
func (c *drawCommand) dryOutput(ctx context.Context, e env) (output, error) {
	if c.DryRun == "" {
		return output{}, nil
	}
	if c.File != "" {
		return output{}, misused("--dry-run is not for a file of operations: render makes a picture of it")
	}
	if _, err := checkFormat("--dry-run", c.DryRun, "png"); err != nil {
		return output{}, err
	}
	if err := checkDistinct(e, []filePath{{"--dry-run", c.DryRun}}, c.inputs()); err != nil {
		return output{}, err
	}
	return newOutput(ctx, c.DryRun, e.out)
}

// dryRun paints what would be drawn, in a picture instead of a room.
func (c *drawCommand) dryRun(ctx context.Context, src opened, out output, u *ui) error {
	board, err := raster.NewBoard(c.Size.Width, c.Size.Height, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		return err
	}
	var drawn, beyond int
	var took time.Duration
	shown := canvas.Box{Max: canvas.Point{X: float64(c.Size.Width), Y: float64(c.Size.Height)}}
	for i, err := range src.ops {
		if err == nil && ctx.Err() != nil {
			err = interrupted(ctx, "%s was not written", out.name("picture"))
		}
		if err != nil {
			return err
		}
		due := src.due(drawn, i.op)
		if src.limit > 0 && due >= src.limit {
			break
		}
		drawn, took = drawn+1, due
		board.Apply(i.op)
		if b := canvas.Bounds(i.op); !b.Overlaps(shown) {
			beyond++
		}
	}
	if err := out.save(board.EncodePNG); err != nil {
		return err
	}
	if beyond > 0 {
		u.warn("%s of %d would be outside of %v: --size makes the picture larger, --fit and --at put it elsewhere", count(beyond, "operation"), drawn, c.Size)
	}
	pace := ""
	if took > 0 {
		pace = fmt.Sprintf(", which would take %.1f s", took.Seconds())
	}
	u.say("wrote %s: %v pixels, %s%s; nothing was drawn in a room", out.name("picture"), c.Size, count(drawn, "operation"), pace)
	return nil
}
