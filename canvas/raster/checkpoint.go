package raster

import (
	"image"
	"math"
	"slices"
	"sort"

	"drawmesh/canvas"
)

// A checkpoint is how the picture was when nothing after key was painted.
type checkpoint struct {
	key  canvas.Key
	done int // operations painted by then, about
	im   *image.RGBA
}

// Checkpoints are copies of a picture, the oldest first. They are dense where
// the picture is young and sparse where it is old, since most of what comes too
// late comes only a little too late.
type checkpoints struct {
	of    *image.RGBA
	every int // operations from one to the next
	most  int
	list  []checkpoint
	done  int
	spare *image.RGBA
}

const (
	checkpointEvery = 4096     // operations
	checkpointBytes = 64 << 20 // of all of a picture's checkpoints, unless one alone is larger
)

func newCheckpoints(of *image.RGBA) checkpoints {
	return checkpoints{of: of, every: checkpointEvery, most: max(1, checkpointBytes/len(of.Pix))}
}

// add keeps the picture as it is, with nothing after key in it.
func (c *checkpoints) add(key canvas.Key) {
	c.done += c.every
	if len(c.list) == c.most {
		c.thin()
	}
	im := c.spare
	if im == nil {
		im = image.NewRGBA(c.of.Rect)
	}
	c.spare = nil
	copy(im.Pix, c.of.Pix)
	c.list = append(c.list, checkpoint{key, c.done, im})
}

// thin lets that checkpoint go which is missed least: one whose neighbours are
// close together, considering its age.
func (c *checkpoints) thin() {
	least, price := 0, math.Inf(1)
	before := 0
	for i := range c.list {
		at, after := c.list[i].done, c.done
		if i+1 < len(c.list) {
			after = c.list[i+1].done
		}
		if p := float64(after-before) / float64(c.done-at); p < price {
			least, price = i, p
		}
		before = at
	}
	c.spare = c.list[least].im
	c.list = slices.Delete(c.list, least, least+1)
}

// around is the last checkpoint without anything from a place on in it, or the
// zero one, and those after it.
func (c *checkpoints) around(from canvas.Key) (checkpoint, []checkpoint) {
	n := sort.Search(len(c.list), func(i int) bool { return c.list[i].key.Compare(from) >= 0 })
	if n == 0 {
		return checkpoint{}, c.list
	}
	return c.list[n-1], c.list[n:]
}

// drop lets all go.
func (c *checkpoints) drop() { c.list, c.done, c.spare = nil, 0, nil }

// copyArea makes area the same in dst as it is in src.
func copyArea(dst, src *image.RGBA, area image.Rectangle) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		from, to := src.PixOffset(area.Min.X, y), dst.PixOffset(area.Min.X, y)
		copy(dst.Pix[to:to+4*area.Dx()], src.Pix[from:])
	}
}
