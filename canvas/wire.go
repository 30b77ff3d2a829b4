package canvas

import (
	"errors"
	"fmt"
	"math"
)

// Bounds on what can be drawn. They are pure functions of the message, so that
// all peers agree on what to refuse.
const (
	MaxMessage    = 64 << 10 // bytes
	MaxCoordinate = 1e6      // CSS pixels, either side of zero
	MaxWidth      = 512      // CSS pixels
	MaxForce      = 4        // 2·4⁴ = 512
)

// defaultLineWidth is a rectangle's that says none, in CSS pixels.
const defaultLineWidth = 2

// ErrUnknown means a message of a kind that is not known here. It is no fault.
var ErrUnknown = errors.New("unknown event")

var (
	errLong = fmt.Errorf("message of more than %d bytes", MaxMessage)
	errJSON = errors.New("message is no JSON object")
)

// ParseOp decodes one message of the data channel, in either plain dialect: the
// later one names its event, the article's only draws and does not.
func ParseOp(data []byte) (Op, error) {
	var m members
	if err := m.scan(data); err != nil {
		return nil, err
	}
	return m.op()
}

func (m *members) scan(data []byte) error {
	if len(data) > MaxMessage {
		return errLong
	}
	if !scan(data, m) {
		return errJSON
	}
	return nil
}

// event is the event's name; a message without one that has a lastPoint draws.
func (m *members) event() []byte {
	if m[mEvent] == nil && m[mLastPoint] != nil {
		return []byte("draw")
	}
	name, _ := textOf(m[mEvent])
	return name
}

func (m *members) op() (Op, error) {
	switch string(m.event()) {
	case "draw":
		return m.segment()
	case "drawRect":
		return m.rect()
	case "clear":
		return Clear{}, nil
	}
	return nil, ErrUnknown
}

func (m *members) segment() (Op, error) {
	var s Segment
	var err error
	if s.From, err = m.point(mLastPoint); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	if s.To, err = m.corner(); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	if s.Force, err = m.force(); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	if s.Color, err = m.color(); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return s, nil
}

func (m *members) rect() (Op, error) {
	var r Rect
	var errs [5]error
	r.Origin, errs[0] = m.point(mOrigin)
	r.Width, errs[1] = m.coordinate(mWidth)
	r.Height, errs[2] = m.coordinate(mHeight)
	r.LineWidth, errs[3] = m.lineWidth()
	r.Color, errs[4] = m.color()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("drawRect: %w", err)
		}
	}
	if string(m[mCommit]) == "true" {
		return r, nil
	}
	return Preview(r), nil
}

func (m *members) point(i member) (Point, error) {
	var inner members
	if !scan(m[i], &inner) {
		return Point{}, fmt.Errorf("%s is no point", names[i])
	}
	p, err := inner.corner()
	if err != nil {
		return p, fmt.Errorf("%s: %w", names[i], err)
	}
	return p, nil
}

func (m *members) corner() (p Point, err error) {
	if p.X, err = m.coordinate(mX); err == nil {
		p.Y, err = m.coordinate(mY)
	}
	return p, err
}

func (m *members) coordinate(i member) (float64, error) {
	v, ok := numberOf(m[i])
	if !ok {
		return 0, fmt.Errorf("%s is no number", names[i])
	}
	if math.Abs(v) > MaxCoordinate {
		return 0, fmt.Errorf("%s %g is beyond ±%g", names[i], v, float64(MaxCoordinate))
	}
	return v, nil
}

// force is the pen's; without any, or at 0, it is 1.
func (m *members) force() (float64, error) {
	if raw := m[mForce]; raw == nil || string(raw) == "null" {
		return 1, nil
	}
	v, ok := numberOf(m[mForce])
	if !ok {
		return 0, errors.New("force is no number")
	}
	if v = math.Abs(v); v == 0 { // the width is its fourth power
		v = 1
	}
	if v > MaxForce {
		return 0, fmt.Errorf("force %g is beyond %d: a line wider than %d pixels", v, MaxForce, MaxWidth)
	}
	return v, nil
}

func (m *members) lineWidth() (float64, error) {
	raw := m[mLineWidth]
	if raw == nil || string(raw) == "null" {
		return defaultLineWidth, nil
	}
	v, ok := numberOf(raw)
	if !ok || v <= 0 || v > MaxWidth {
		return 0, fmt.Errorf("lineWidth is not within 0 to %d", MaxWidth)
	}
	return v, nil
}

func (m *members) color() (Color, error) {
	text, ok := textOf(m[mColor])
	if !ok {
		return Color{}, errors.New("color is no string")
	}
	if c, ok := normalColor(text); ok {
		return c, nil
	}
	return ParseColor(string(text))
}
