// Package canvas holds what can be drawn: the operations, their wire form, and
// the [Log] in which everybody's become one drawing. It knows neither the
// network nor pixels.
//
//	ParseOp, AppendOp            what a plain peer says        docs/protocol.md
//	ParseMessage, AppendMessage  what a synced peer says       docs/sync.md
//	Log.Take, Log.Merge, …       take it in: the picture changes
//	Log.Draw, Log.Undo, …        say something oneself; Log.Sign vouches for it
//	Log.Paint                    what there is to paint, in order
//	Snapshot                     the same, while the log goes on
package canvas

// A Point is a place on the canvas, in CSS pixels from its top left corner.
type Point struct{ X, Y float64 }

// An Op is an operation of any kind. Which kinds there can be in a place, these
// say: [Shape], [PlainOp] and [LogOp].
type Op interface{ op() }

// A Shape leaves ink: a [Segment] or a [Rect].
type Shape interface {
	PlainOp
	LogOp
	shape()
}

// A PlainOp is what the plain protocol knows, and what a pen can be given: a
// [Segment], a [Rect], a [Preview] or a [Clear].
type PlainOp interface {
	Op
	plain()
}

// A LogOp is what an entry of the log does: a [Segment], a [Rect], an [Undo], a
// [Redo] or an [Other].
type LogOp interface {
	Op
	logged()
}

// A Segment is one straight piece of a pencil stroke, with round ends. One of
// zero length paints nothing.
type Segment struct {
	From, To Point
	Force    float64 // pen pressure, in (0, 4]; see Width
	Color    Color
}

// Width is the line width in CSS pixels: twice the fourth power of the force.
func (s Segment) Width() float64 { f := s.Force * s.Force; return 2 * f * f }

// A Rect is the outline of a rectangle. Width and Height may be negative: the
// rectangle then lies on the other side of Origin.
type Rect struct {
	Origin        Point
	Width, Height float64 // CSS pixels
	LineWidth     float64 // CSS pixels
	Color         Color
}

// A Preview is a rectangle that somebody is still dragging. It is shown above
// the drawing until the next Preview or Rect from the same peer, and is never
// part of the drawing.
type Preview Rect

// An Undo hides a stroke of its own author's.
type Undo struct{}

// A Redo shows a stroke again that an [Undo] hid.
type Redo struct{}

// An Other is an op of a kind that is not known here, as programs of later
// versions write them. The log carries it, and paints nothing.
type Other struct {
	Name    string // the event's: 1 to 64 printable ASCII characters without quotes and backslashes
	Payload string // its further members as one JSON object, in the form of RFC 8785, at most 4 KiB
}

// A Clear wipes all that was drawn up to its time, whoever drew it. It is no
// entry of anybody's: of all clears that were ever said, the one of the greatest
// time counts, and of these the one of the greatest site.
//
// The zero Clear is a plain peer's, who knows no time.
type Clear struct {
	T   uint64 // see [Ticks]
	Key PublicKey
	Sig Signature
}

func (Segment) op() {}
func (Rect) op()    {}
func (Preview) op() {}
func (Clear) op()   {}
func (Undo) op()    {}
func (Redo) op()    {}
func (Other) op()   {}

func (Segment) shape() {}
func (Rect) shape()    {}

func (Segment) plain() {}
func (Rect) plain()    {}
func (Preview) plain() {}
func (Clear) plain()   {}

func (Segment) logged() {}
func (Rect) logged()    {}
func (Undo) logged()    {}
func (Redo) logged()    {}
func (Other) logged()   {}

// A Color is not premultiplied by its alpha. Color{} is transparent black.
type Color struct{ R, G, B, A uint8 }
