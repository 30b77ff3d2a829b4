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
	every int // operations from one to the next, at least
	most  int
	list  []checkpoint
	spare []*image.RGBA // to be used again; with those of list at most most
}

const (
	checkpointEvery = 4096     // operations
	checkpointBytes = 64 << 20 // of all of a picture's checkpoints, unless one alone is larger
)

func newCheckpoints(of *image.RGBA) checkpoints {
	return checkpoints{of: of, every: checkpointEvery, most: max(1, checkpointBytes/len(of.Pix))}
}

// last is the youngest checkpoint, or the zero one.
func (c *checkpoints) last() checkpoint {
	if len(c.list) == 0 {
		return checkpoint{}
	}
	return c.list[len(c.list)-1]
}

// due reports whether the picture is to be kept after done of about total
// operations. Where many are still to come, fewer are kept: they would soon be
// let go. One is kept where there is room for changes that come as late as the
// last ones.
func (c *checkpoints) due(done, total, late int) bool {
	gap := done - c.last().done
	if late > 0 && total-done == late+late/4 {
		return gap >= c.every/4
	}
	return gap >= max(c.every, (total-done)/c.most)
}

// add keeps the picture as it is after done operations, with nothing after key
// in it.
func (c *checkpoints) add(key canvas.Key, done int) {
	if len(c.list) == c.most {
		c.thin(done)
	}
	im := c.image()
	copy(im.Pix, c.of.Pix)
	c.list = append(c.list, checkpoint{key, done, im})
}

// image is one that is not in use.
func (c *checkpoints) image() *image.RGBA {
	n := len(c.spare)
	if n == 0 {
		return image.NewRGBA(c.of.Rect)
	}
	im := c.spare[n-1]
	c.spare = c.spare[:n-1]
	return im
}

// thin lets that checkpoint go which is missed least, after done operations: one
// whose neighbours are close together, considering its age.
func (c *checkpoints) thin(done int) {
	least, price := 0, math.Inf(1)
	before := 0
	for i := range c.list {
		at, after := c.list[i].done, done
		if i+1 < len(c.list) {
			after = c.list[i+1].done
		}
		if p := float64(after-before) / float64(done-at); p < price {
			least, price = i, p
		}
		before = at
	}
	c.spare = append(c.spare, c.list[least].im)
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

// rewind lets those go that have something from a place on in them, and returns
// the last one that is left, or the zero one.
func (c *checkpoints) rewind(from canvas.Key) checkpoint {
	start, later := c.around(from)
	for _, l := range later {
		c.spare = append(c.spare, l.im)
	}
	c.list = c.list[:len(c.list)-len(later)]
	return start
}

// drop lets all go, and their memory.
func (c *checkpoints) drop() { c.list, c.spare = nil, nil }

// copyArea makes area the same in dst as it is in src.
func copyArea(dst, src *image.RGBA, area image.Rectangle) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		from, to := src.PixOffset(area.Min.X, y), dst.PixOffset(area.Min.X, y)
		copy(dst.Pix[to:to+4*area.Dx()], src.Pix[from:])
	}
}
