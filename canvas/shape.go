package canvas

import "math/bits"

// A shape is how the points of a run are written: divided by scale, as the
// difference from the last point or, if curved, from where the last step taken
// again would lead.
type shape struct {
	scale  uint32 // at least 1
	curved bool
}

func (s shape) code() uint64 {
	if s.curved {
		return uint64(s.scale)<<1 | 1
	}
	return uint64(s.scale) << 1
}

func shapeOf(code uint64) (shape, bool) {
	return shape{uint32(code >> 1), code&1 != 0}, code >= 2 && code < 1<<32
}

// bestShape is the one that takes the fewest bytes.
func bestShape(rows []row) shape {
	var all uint32
	for i := range rows {
		for _, v := range rows[i].xy {
			if all == 1 {
				break
			}
			all = gcd(all, uint32(max(v, -v)))
		}
	}
	sh := shape{scale: max(all, 1)}
	straight, curved := penWriter{shape: sh}, penWriter{shape: shape{sh.scale, true}}
	for i := range rows {
		if r := &rows[i]; r.paints() {
			chained := r.kind == kindSegment && r.xy[0] == straight.x && r.xy[1] == straight.y
			straight.move(r, chained, func(x, y uint64) { straight.size += bits.Len64(x|1) + bits.Len64(y|1) })
			curved.move(r, chained, func(x, y uint64) { curved.size += bits.Len64(x|1) + bits.Len64(y|1) })
		}
	}
	sh.curved = curved.size < straight.size
	return sh
}

func gcd(a, b uint32) uint32 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// A penWriter follows the points of a run.
type penWriter struct {
	shape  shape
	x, y   int32
	dx, dy int32 // the last step
	size   int   // bits, for bestShape
}

// move goes along a row that paints: to its beginning, unless chained, and its
// end.
func (p *penWriter) move(r *row, chained bool, put func(x, y uint64)) {
	to := [2]int32{r.xy[2], r.xy[3]}
	if r.kind == kindRect { // the corner opposite
		to = [2]int32{r.xy[0] + r.xy[2], r.xy[1] + r.xy[3]}
	}
	if !chained {
		p.dx, p.dy = 0, 0
		p.step(r.xy[0], r.xy[1], put)
		p.dx, p.dy = 0, 0
	}
	p.step(to[0], to[1], put)
}

func (p *penWriter) step(x, y int32, put func(x, y uint64)) {
	ex, ey := x-p.x, y-p.y
	if p.shape.curved {
		put(p.zigzag(ex-p.dx), p.zigzag(ey-p.dy))
	} else {
		put(p.zigzag(ex), p.zigzag(ey))
	}
	p.x, p.y, p.dx, p.dy = x, y, ex, ey
}

func (p *penWriter) zigzag(v int32) uint64 {
	return zigzag(int64(v) / int64(p.shape.scale))
}

func zigzag(v int64) uint64 { return uint64(v)<<1 ^ uint64(v>>63) }
