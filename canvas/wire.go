package canvas

import "errors"

// ErrUnknown means a message of a kind that is not known here.
var ErrUnknown = errors.New("unknown event")

// ParseOp decodes one message of the data channel, in either plain dialect.
func ParseOp(data []byte) (Op, error) { return nil, errors.New("canvas: not built") }

// AppendOp appends the wire form of op to dst.
func AppendOp(dst []byte, op Op) []byte { return dst }

// ParseColor reads a CSS color.
func ParseColor(s string) (Color, error) { return Color{}, errors.New("canvas: not built") }
