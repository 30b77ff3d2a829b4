package canvas

import (
	"encoding/binary"
	"iter"
)

// Bounds on frames.
const (
	MaxFrame     = frameHeader + 16<<10 // bytes
	maxInflated  = 1 << 20              // bytes
	maxFrameRows = 65536

	frameHeader  = 4
	fullFrame    = 8192      // rows that are tried to fit into a frame
	fullPayload  = 512 << 10 // bytes, about, that they may come to
	mixedMarks   = 64        // dead sites in a frame that has rows as well
	frameVersion = 1
	frameEntries = 1 // the type of a frame of entries
)

// Frames yields all that a neighbour lacks who holds have and knows dead to be
// dead, as frames for [Log.Merge]. Taken in this order they leave no gaps, and
// what arrives is painted in order. The log must not change meanwhile; see
// [Log.NextFrame].
func (l *Log) Frames(have, dead Vector) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		have, dead := have.Clone(), dead.Clone()
		for f := l.NextFrame(have, dead); f != nil && yield(f); {
			f = l.NextFrame(have, dead)
		}
	}
}

// NextFrame returns the first frame of what a neighbour lacks, and raises have
// and dead to what it holds with that. It returns nil when nothing is lacking.
// The log may change from one frame to the next.
func (l *Log) NextFrame(have, dead Vector) []byte {
	gone, limit := l.gone(have, dead), fullFrame
	if len(gone) > mixedMarks {
		limit = 0
	}
	for {
		runs := l.collect(have, limit)
		if len(gone)+len(runs) == 0 {
			return nil
		}
		f := l.deflater.frame(l.payload(gone, runs))
		if rows := runs.rows(); len(f) > MaxFrame && rows > 1 {
			limit = max(1, rows*MaxFrame/len(f)*15/16)
			continue
		}
		runs.count(have)
		return f
	}
}

// gone returns the sites that are dead further than dead says, and raises have
// and dead to them.
func (l *Log) gone(have, dead Vector) []mark {
	var gone []mark
	for _, m := range marks(l.Dead()) {
		if m.n > dead[m.site] && len(gone) < MaxCut {
			gone = append(gone, m)
			dead[m.site], have[m.site] = m.n, max(have[m.site], m.n)
		}
	}
	return gone
}

// A rowRun is some rows of a site in sequence.
type rowRun struct {
	site  Site
	first uint32 // the number of the first
	rows  []row
}

type rowRuns []*rowRun

func (runs rowRuns) rows() (n int) {
	for _, r := range runs {
		n += len(r.rows)
	}
	return n
}

// count raises have to the runs' ends.
func (runs rowRuns) count(have Vector) {
	for _, r := range runs {
		have[r.site] = r.first + uint32(len(r.rows)) - 1
	}
}

// collect takes the first rows, in paint order, that have does not count.
func (l *Log) collect(have Vector, limit int) rowRuns {
	var runs rowRuns
	bySite := make(map[Site]*rowRun)
	size := 0
	for c := range l.lacking(have) {
		if limit--; limit < 0 || size > fullPayload {
			break
		}
		r := bySite[c.of.site]
		if r == nil {
			r = &rowRun{site: c.of.site, first: c.n}
			bySite[r.site] = r
			runs = append(runs, r)
		}
		r.rows = append(r.rows, c.row)
		size += 40 + len(c.row.by) + len(c.row.cut)*16
	}
	return runs
}

// payload is what a frame deflates: dead sites, runs of rows, their columns.
// It comes in parts, of which each is like itself and unlike the others.
func (l *Log) payload(gone []mark, runs rowRuns) [][]byte {
	b := binary.AppendUvarint(nil, uint64(len(gone)))
	for _, m := range gone {
		b = binary.AppendUvarint(append(b, m.site[:]...), uint64(m.n))
	}
	b = binary.AppendUvarint(b, uint64(len(runs)))
	l.columns.reset()
	for _, r := range runs {
		b = binary.AppendUvarint(append(b, r.site[:]...), uint64(r.first))
		b = binary.AppendUvarint(b, uint64(len(r.rows)))
		b = binary.AppendUvarint(b, l.columns.add(r.rows, r.first).code())
	}
	parts := [][]byte{b}
	for _, c := range l.columns {
		b = binary.AppendUvarint(nil, uint64(len(c)))
		parts = append(parts, append(b, c...))
	}
	return parts
}
