package canvas

import (
	"encoding/binary"
)

// The columns of a run of rows of one site. Runs are pairs of a value and how
// many rows in sequence have it; u is an unsigned LEB128 varint, z a zigzag one.
const (
	colKind   = iota // runs: u kind, or 0 for a segment that begins where the last row ended
	colTime          // u: t less the last row's
	colStroke        // runs: u n−k+1, or 0 for the last row's k
	colX             // points: the lowest 8 bits of z
	colXHigh         // u: the bits above these
	colY
	colYHigh
	colPen   // z: less the last row's, of what paints
	colColor // runs: 4 bytes RGBA, of what paints
	colBy    // runs: u length, bytes, of what paints
	colOther // of other kinds: u length, name, u length, payload
	numColumns
)

// kindLine is a segment that begins where the last row ended.
const kindLine kind = 0

// columns collects rows. Its zero value is empty.
type columns [numColumns][]byte

// add appends rows, of which the first has the number n.
func (c *columns) add(rows []row, n uint32) shape {
	sh := bestShape(rows)
	w := columnWriter{c: c, pen: penWriter{shape: sh}}
	for i := range rows {
		w.row(&rows[i], n+uint32(i))
	}
	w.end()
	return sh
}

// A columnWriter appends one run of rows.
type columnWriter struct {
	c      *columns
	pen    penWriter
	t      uint64
	k      uint32
	width  uint16
	kind   run[kind]
	stroke run[uint32]
	color  run[uint32]
	by     run[string]
}

// A run is a value and how many rows in sequence have it.
type run[T comparable] struct {
	value T
	left  uint64
}

// next takes in the next row's value, and puts the run that it ends.
func (r *run[T]) next(value T, put func(T, uint64)) {
	if r.left > 0 && r.value == value {
		r.left++
		return
	}
	r.end(put)
	r.value, r.left = value, 1
}

func (r *run[T]) end(put func(T, uint64)) {
	if r.left > 0 {
		put(r.value, r.left)
	}
}

func (w *columnWriter) row(r *row, n uint32) {
	c := w.c
	chained := r.kind == kindSegment && r.xy[0] == w.pen.x && r.xy[1] == w.pen.y
	kind := r.kind
	if chained {
		kind = kindLine
	}
	w.kind.next(kind, w.putKind)
	c[colTime] = binary.AppendUvarint(c[colTime], r.t-w.t)
	w.t = r.t
	w.strokeOf(r.k, n)
	if r.kind == kindOther {
		c[colOther] = appendText(appendText(c[colOther], r.name), r.payload)
	}
	if !r.paints() {
		return
	}
	w.pen.move(r, chained, func(x, y uint64) {
		c.point(colX, x)
		c.point(colY, y)
	})
	c[colPen] = binary.AppendVarint(c[colPen], int64(r.pen)-int64(w.width))
	w.width = r.pen
	w.color.next(r.color, w.putColor)
	w.by.next(r.by, w.putBy)
}

func (w *columnWriter) strokeOf(k, n uint32) {
	code := uint32(0)
	if k != w.k {
		code = n - k + 1
	}
	w.k = k
	w.stroke.next(code, w.putStroke)
}

// appendText appends a length in bytes and the bytes.
func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// point appends a coordinate. Apart, the noise of the low bits does not spoil
// how well the high ones deflate.
func (c *columns) point(col int, v uint64) {
	c[col] = append(c[col], byte(v))
	c[col+1] = binary.AppendUvarint(c[col+1], v>>8)
}

// end puts the runs that have not ended.
func (w *columnWriter) end() {
	w.kind.end(w.putKind)
	w.stroke.end(w.putStroke)
	w.color.end(w.putColor)
	w.by.end(w.putBy)
}

func (w *columnWriter) putKind(k kind, rows uint64) { w.c.run(colKind, uint64(k), rows) }

func (w *columnWriter) putStroke(code uint32, rows uint64) { w.c.run(colStroke, uint64(code), rows) }

func (w *columnWriter) putColor(color uint32, rows uint64) {
	b := binary.BigEndian.AppendUint32(w.c[colColor], color)
	w.c[colColor] = binary.AppendUvarint(b, rows)
}

func (w *columnWriter) putBy(by string, rows uint64) {
	w.c[colBy] = binary.AppendUvarint(appendText(w.c[colBy], by), rows)
}

func (c *columns) run(col int, value, rows uint64) {
	c[col] = binary.AppendUvarint(binary.AppendUvarint(c[col], value), rows)
}

// append appends each column's length in bytes and the column.
func (c *columns) append(dst []byte) []byte {
	for i := range c {
		dst = append(binary.AppendUvarint(dst, uint64(len(c[i]))), c[i]...)
	}
	return dst
}

// reset empties c and keeps its memory.
func (c *columns) reset() {
	for i := range c {
		c[i] = c[i][:0]
	}
}
