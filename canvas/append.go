package canvas

// AppendOp appends the wire form of op to dst, byte for byte what JavaScript's
// JSON.stringify makes of the same values. It does not look whether op is
// within bounds: [Check] does.
func AppendOp(dst []byte, op PlainOp) []byte {
	switch op := op.(type) {
	case Segment:
		dst = append(dst, `{"event":"draw","lastPoint":`...)
		dst = appendPoint(dst, op.From)
		dst = appendNumber(append(dst, `,"x":`...), op.To.X)
		dst = appendNumber(append(dst, `,"y":`...), op.To.Y)
		dst = appendNumber(append(dst, `,"force":`...), op.Force)
		return append(appendColor(dst, op.Color), '}')
	case Rect:
		dst = appendRect(append(dst, `{"event":"drawRect","commit":true,`...), op)
		return append(appendNumber(append(dst, `,"lineWidth":`...), op.LineWidth), '}')
	case Preview:
		dst = appendRect(append(dst, `{"event":"drawRect",`...), Rect(op))
		if op.LineWidth != 0 && op.LineWidth != defaultLineWidth {
			dst = appendNumber(append(dst, `,"lineWidth":`...), op.LineWidth)
		}
		return append(dst, '}')
	case Clear:
		return append(dst, `{"event":"clear"}`...)
	}
	return dst
}

func appendRect(dst []byte, r Rect) []byte {
	dst = appendPoint(append(dst, `"origin":`...), r.Origin)
	dst = appendColor(dst, r.Color)
	dst = appendNumber(append(dst, `,"width":`...), r.Width)
	return appendNumber(append(dst, `,"height":`...), r.Height)
}

func appendPoint(dst []byte, p Point) []byte {
	dst = appendNumber(append(dst, `{"x":`...), p.X)
	dst = appendNumber(append(dst, `,"y":`...), p.Y)
	return append(dst, '}')
}

func appendColor(dst []byte, c Color) []byte {
	return append(c.append(append(dst, `,"color":"`...)), '"')
}
