package loadtest

import (
	"math"

	"drawmesh/canvas"
)

// A watermark is what a stroke carries of itself: its number among those of its bot,
// from 1, and when it was due. It lies in what hardly shows, and survives the
// rounding of the log and the wire of plain peers: the hundredths of the four
// coordinates and the thousandths of the force hold the microseconds, modulo
// markCycle, and the color holds the number, modulo 2^24.
type watermark struct {
	n   uint32
	due int64 // microseconds since 1970
}

const (
	markCycle = 10_000_000_000 // microseconds: almost three hours
	markAhead = markCycle / 8  // that a sender's clock may be ahead of ours

	// Numbers in a row get colors that are far apart: these two, multiplied, are
	// 1 modulo 2^24.
	markSpread  = 0x9e3779
	markInverse = 0xb382c9
	markMask    = 1<<24 - 1
)

// stamp is s with the mark on it.
func (m watermark) stamp(s canvas.Segment) canvas.Segment {
	due := uint64(m.due) % markCycle
	digits := func() float64 {
		d := due % 100
		due /= 100
		return float64(d)
	}
	for _, v := range []*float64{&s.From.X, &s.From.Y, &s.To.X, &s.To.Y} {
		*v = (math.Floor(*v)*100 + digits()) / 100
	}
	s.Force = (1000 + digits()) / 1000
	c := m.n * markSpread & markMask
	s.Color = canvas.Color{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 255}
	return s
}

// watermarkOf is the mark on a stroke that was heard at now, in microseconds since
// 1970.
func watermarkOf(s canvas.Segment, now int64) watermark {
	due := int64(math.Round(s.Force*1000)) - 1000
	for _, v := range [...]float64{s.To.Y, s.To.X, s.From.Y, s.From.X} {
		due = due*100 + (int64(math.Round(v*100))%100+100)%100
	}
	c := uint32(s.Color.R)<<16 | uint32(s.Color.G)<<8 | uint32(s.Color.B)
	return watermark{n: c * markInverse & markMask, due: recent(due, now)}
}

// recent is the time that is due modulo markCycle and lies before now, or not
// long after it.
func recent(due, now int64) int64 {
	latest := now + markAhead
	return latest - ((latest-due)%markCycle+markCycle)%markCycle
}

// probeAt is from where on, to the left and upward, a preview is a probe.
const probeAt = -10_000 // CSS pixels

// probe is no stroke: it tells at what time it was sent, so that the clocks of
// two parts can be compared. It travels as the preview of a rectangle far from
// everything, which the log never holds.
func probe(at int64) canvas.Preview {
	at %= markCycle
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
