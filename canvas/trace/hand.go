package trace

import (
	"math"
	"time"

	"drawmesh/canvas"
)

// A Hand says how long somebody takes to draw. The zero value has drawn nothing.
type Hand struct {
	begun  bool
	last   canvas.Segment
	passed time.Duration
}

// How fast a hand is: along a line, from one to the next, and what it needs to stop
// and to turn. HandStep is how long a segment is at most that looks as if it was drawn,
// and did not just appear.
const (
	handSpeed   = 900.0  // CSS pixels a second
	travelSpeed = 2500.0 // CSS pixels a second
	liftTime    = 70 * time.Millisecond
	turnTime    = 90 * time.Millisecond // of going back
	HandStep    = 12.0                  // CSS pixels
)

// After is how long after the begin of all the hand has drawn s, which comes next.
func (h *Hand) After(s canvas.Segment) time.Duration {
	dx, dy := s.To.X-s.From.X, s.To.Y-s.From.Y
	length := math.Hypot(dx, dy)
	took := seconds(length / handSpeed)
	switch {
	case !h.begun:
	case h.last.To != s.From:
		took += liftTime + seconds(math.Hypot(s.From.X-h.last.To.X, s.From.Y-h.last.To.Y)/travelSpeed)
	default:
		px, py := h.last.To.X-h.last.From.X, h.last.To.Y-h.last.From.Y
		straight := (px*dx + py*dy) / (math.Hypot(px, py) * length) // the cosine of the turn
		took += time.Duration(float64(turnTime) * math.Min(1, math.Max(0, (1-straight)/2)))
	}
	h.begun, h.last = true, s
	h.passed += took
	return h.passed
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
