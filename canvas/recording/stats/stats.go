// Package stats counts what recordings hold: who drew what, when and how much.
package stats

import (
	"context"
	"iter"
	"math"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// Stats are those of one drawing, of however many recordings.
type Stats struct {
	Started time.Time     // the first recording; zero if there is none
	Before  time.Duration // from the first thing that it has of before until then
	Last    time.Duration // until the last operation, Before included
	Entries int           // that the drawing consists of
	Sum     string        // of the drawing
	Shares  []*Share      // by what the people are called; at last that of whom nothing is known

	Authors *recording.Authors
}

// A Share is what one person did, under all names, ids and sites.
type Share struct {
	Author *recording.Author // nil: it is not known who

	Operations           int
	Strokes              int
	Length               float64 // of all lines, in CSS pixels
	Shown                int     // operations that are part of the drawing in the end
	Undos, Redos, Clears int

	First, Last time.Duration // by the drawing's time: see [recording.Timed]
	BySecond    map[int]int   // operations in each second of it in which there was one
}

// Count counts what is merged, see [recording.Merge]. Authors are those to add to;
// nil means new ones. It passes over records that are wrong, and tells of each, and
// of entries that are missing. If tell is nil, the first of these errors is the end.
func Count(ctx context.Context, merged iter.Seq2[recording.Timed, error], authors *recording.Authors, tell func(error)) (*Stats, error) {
	if authors == nil {
		authors = new(recording.Authors)
	}
	c := counter{
		Stats: &Stats{Authors: authors}, drawing: recording.NewDrawing(),
		shares: make(map[recording.Signature]*Share),
	}
	for t, err := range merged {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = c.add(t)
		}
		switch {
		case err == nil:
		case tell == nil || !recording.Passable(err):
			return nil, err
		default:
			tell(err)
		}
	}
	for _, err := range c.drawing.Lacks() {
		if tell == nil {
			return nil, err
		}
		tell(err)
	}
	c.divide()
	return c.Stats, nil
}

// A counter counts. Whose signatures belong together is known only in the end.
type counter struct {
	*Stats
	drawing *recording.Drawing
	begun   bool // what follows was drawn since the first recording began
	shares  map[recording.Signature]*Share
}

// add counts a record.
func (c *counter) add(t recording.Timed) error {
	if h, ok := t.Record.(recording.Header); ok && (c.Started.IsZero() || h.Started.Before(c.Started)) {
		c.Started = h.Started
	}
	if !c.begun && !t.At.Before(c.Started) {
		c.begun = true
		c.Before = t.Since - t.At.Sub(c.Started)
	}
	before := c.drawing.Log().Len()
	_, err := c.drawing.Add(t.Record)
	if err != nil {
		c.Authors.Add(t.Record, nil)
		return &recording.SourceError{Source: t.Source, Err: &recording.LineError{Line: t.Line, Err: err}}
	}
	taken := c.drawing.Taken()
	c.Authors.Add(t.Record, taken)
	if len(taken) == 0 && c.drawing.Log().Len() == before {
		return nil
	}
	var s recording.Signature
	var e canvas.Entry // zero for a clear
	switch rec := t.Record.(type) {
	case recording.Op:
		s, e = rec.Signature(), rec.Entry
		if e.N == 0 && len(taken) > 0 {
			e = taken[0].Entry // where it has its place
		}
	case recording.Clear:
		s = rec.Signature()
	default:
		return nil
	}
	c.Last = max(c.Last, t.Since)
	if c.shares[s] == nil {
		c.shares[s] = newShare(nil)
	}
	c.shares[s].add(e, t.Since)
	return nil
}

// divide gives everybody what they did under all signatures that turned out to be
// theirs.
func (c *counter) divide() {
	log := c.drawing.Log()
	c.Sum, c.Entries = c.drawing.Sum(), log.Len()
	whole := make(map[*recording.Author]*Share)
	of := func(who *recording.Author) *Share {
		if whole[who] == nil {
			whole[who] = newShare(who)
		}
		return whole[who]
	}
	for s, part := range c.shares {
		of(c.Authors.Signed(s)).join(part)
	}
	for e := range log.Paint(canvas.Key{}) {
		of(c.Authors.Of(e)).Shown++
	}
	for _, who := range append(c.Authors.All(), nil) {
		if share := whole[who]; share != nil {
			c.Shares = append(c.Shares, share)
		}
	}
}

func newShare(of *recording.Author) *Share { return &Share{Author: of, BySecond: make(map[int]int)} }

// join adds what the same person did under another signature.
func (s *Share) join(part *Share) {
	if s.Operations == 0 || part.First < s.First {
		s.First = part.First
	}
	s.Last = max(s.Last, part.Last)
	s.Operations += part.Operations
	s.Strokes += part.Strokes
	s.Length += part.Length
	s.Undos += part.Undos
	s.Redos += part.Redos
	s.Clears += part.Clears
	for second, n := range part.BySecond {
		s.BySecond[second] += n
	}
}

// add counts an entry, or a clear if it is zero, by its time.
func (s *Share) add(e canvas.Entry, at time.Duration) {
	if s.Operations == 0 {
		s.First = at
	}
	s.Last = at
	s.Operations++
	s.BySecond[int(at/time.Second)]++
	if e.K == e.N && e.N > 0 {
		s.Strokes++
	}
	switch op := e.Op.(type) {
	case canvas.Segment:
		s.Length += math.Hypot(op.To.X-op.From.X, op.To.Y-op.From.Y)
	case canvas.Rect:
		s.Length += 2 * (math.Abs(op.Width) + math.Abs(op.Height))
	case canvas.Undo:
		s.Undos++
	case canvas.Redo:
		s.Redos++
	case nil:
		s.Clears++
	}
}
