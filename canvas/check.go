package canvas

import (
	"fmt"
	"math"
)

// Check says why op is out of bounds, or returns nil. An op that passes is
// read back as it was by [ParseOp] from what [AppendOp] writes. A preview may
// leave out its line width; it is then 2.
func Check(op PlainOp) error {
	switch op := op.(type) {
	case Segment:
		for _, v := range [...]float64{op.From.X, op.From.Y, op.To.X, op.To.Y} {
			if err := checkCoordinate(v); err != nil {
				return fmt.Errorf("draw: %w", err)
			}
		}
		if !(op.Force > 0 && op.Force <= MaxForce) {
			return fmt.Errorf("draw: force %g is not within 0 to %d", op.Force, MaxForce)
		}
	case Rect:
		return checkRect(op)
	case Preview:
		if op.LineWidth == 0 {
			op.LineWidth = defaultLineWidth
		}
		return checkRect(Rect(op))
	case Clear:
	case nil:
		return ErrUnknown
	}
	return nil
}

func checkRect(r Rect) error {
	for _, v := range [...]float64{r.Origin.X, r.Origin.Y, r.Width, r.Height} {
		if err := checkCoordinate(v); err != nil {
			return fmt.Errorf("drawRect: %w", err)
		}
	}
	if !(r.LineWidth > 0 && r.LineWidth <= MaxWidth) {
		return fmt.Errorf("drawRect: lineWidth %g is not within 0 to %d", r.LineWidth, MaxWidth)
	}
	return nil
}

func checkCoordinate(v float64) error {
	if !(math.Abs(v) <= MaxCoordinate) {
		return fmt.Errorf("%g is beyond ±%g", v, float64(MaxCoordinate))
	}
	return nil
}
