package loadtest

import (
	"math"

	"drawmesh/canvas"
)

// A watermark is when a segment was due. It lies in what hardly shows, and
// survives the rounding of the log and the wire of plain peers: the hundredths of
// the four coordinates and the thousandths of the force hold the microseconds,
// modulo watermarkCycle.
type watermark struct {
	due int64 // microseconds since 1970
}

const (
	watermarkCycle = 10_000_000_000     // microseconds: almost three hours
	watermarkAhead = watermarkCycle / 8 // that a sender's clock may be ahead of ours
)

// stamp is s with the watermark in it.
func (m watermark) stamp(s canvas.Segment) canvas.Segment {
	due := uint64(m.due) % watermarkCycle
	digits := func() float64 {
		d := due % 100
		due /= 100
		return float64(d)
	}
	for _, v := range []*float64{&s.From.X, &s.From.Y, &s.To.X, &s.To.Y} {
		*v = (math.Floor(*v)*100 + digits()) / 100
	}
	s.Force = (1000 + digits()) / 1000
	return s
}

// watermarkOf is the watermark in a segment that was heard at now, in
// microseconds since 1970.
func watermarkOf(s canvas.Segment, now int64) watermark {
	due := int64(math.Round(s.Force*1000)) - 1000
	for _, v := range [...]float64{s.To.Y, s.To.X, s.From.Y, s.From.X} {
		due = due*100 + (int64(math.Round(v*100))%100+100)%100
	}
	return watermark{recent(due, now)}
}

// recent is the time that is due modulo watermarkCycle and lies before now, or not
// long after it.
func recent(due, now int64) int64 {
	latest := now + watermarkAhead
	return latest - ((latest-due)%watermarkCycle+watermarkCycle)%watermarkCycle
}

// probeAt is from where on, to the left and upward, a preview is a probe.
const probeAt = -10_000 // CSS pixels

// probe is no operation: it tells at what time it was sent, so that the clocks of
// two parts can be compared. It travels as the preview of a rectangle far from
// everything, which the log never holds.
func probe(at int64) canvas.Preview {
	at %= watermarkCycle
	return canvas.Preview{Origin: canvas.Point{
		X: probeAt - float64(at/1e5)/100,
		Y: probeAt - float64(at%1e5)/100,
	}}
}

// probeTime is the time on a probe that was heard at now, if it is one.
func probeTime(p canvas.Preview, now int64) (at int64, ok bool) {
	if p.Origin.X > probeAt || p.Origin.Y > probeAt || p.Width != 0 || p.Height != 0 {
		return 0, false
	}
	hundredths := func(v float64) int64 { return int64(math.Round((probeAt - v) * 100)) }
	return recent(hundredths(p.Origin.X)*1e5+hundredths(p.Origin.Y), now), true
}
