package canvas

import "encoding/binary"

// A columnReader reads rows back from columns. What it reads may be anybody's:
// whatever is out of bounds makes it bad, and then it reads nothing more.
type columnReader struct {
	columns columns
	bad     bool

	// What the run of rows has come to; see columnWriter.
	shape        shape
	x, y, dx, dy int64
	t            uint64
	k            uint32
	pen          int64
	kind, stroke run[uint32]
	color        run[uint32]
	by           run[string]
	named        func([]byte) string // a name that is not to be kept
	trusted      bool                // the log's own rows
}

// open reads what columns.append wrote, without copying it.
func (d *columnReader) open(data []byte) {
	for i := range d.columns {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > uint64(len(data)-size) {
			d.bad = true
			return
		}
		data = data[size:]
		d.columns[i], data = data[:n:n], data[n:]
	}
	d.bad = len(data) > 0
}

// begin begins the next run of rows.
func (d *columnReader) begin(s shape) {
	*d = columnReader{columns: d.columns, bad: d.bad, shape: s, named: d.named, trusted: d.trusted}
}

// end reports whether all runs of values end with the last row.
func (d *columnReader) end() bool {
	return !d.bad && d.kind.left|d.stroke.left|d.color.left|d.by.left == 0
}

// empty reports whether nothing is left in any column.
func (d *columnReader) empty() bool {
	for _, c := range d.columns {
		if len(c) > 0 {
			return false
		}
	}
	return true
}

// next reads the row with the number n, within the bounds of [Entry.Check]
// as far as these do not depend on the site.
func (d *columnReader) next(n uint32, r *row) bool {
	if t := d.t; d.stamp(r) && d.t == t && !d.trusted {
		d.bad = true
	}
	d.body(n, r)
	return !d.bad
}

// stamp reads the kind and the time of the next row.
func (d *columnReader) stamp(r *row) bool {
	code := d.runOf(&d.kind, colKind)
	step := d.uvarint(colTime)
	if d.t += step; step > MaxTime || d.t == 0 || d.t > MaxTime || code > uint32(kindRedo) {
		d.bad = true
	}
	*r = row{t: d.t, kind: kind(code)}
	return !d.bad
}

// body reads the rest of the row n.
func (d *columnReader) body(n uint32, r *row) {
	r.k = d.strokeOf(n)
	switch r.kind {
	case kindOther:
		d.other(r)
	case kindUndo, kindRedo:
		d.bad = d.bad || r.k == n
	default:
		d.paint(r)
	}
}

func (d *columnReader) strokeOf(n uint32) uint32 {
	code := d.runOf(&d.stroke, colStroke)
	if code > 0 {
		d.k = n - (code - 1) // 0 or beyond n if it wraps
	}
	if code > n || d.k == 0 || d.k > n {
		d.bad = true
	}
	return d.k
}

func (d *columnReader) paint(r *row) {
	if r.kind != kindLine {
		d.dx, d.dy = 0, 0
		d.point()
		r.xy[0], r.xy[1] = int32(d.x), int32(d.y)
		d.dx, d.dy = 0, 0
	} else {
		r.kind = kindSegment
		r.xy[0], r.xy[1] = int32(d.x), int32(d.y)
	}
	d.point()
	to := [2]int64{d.x, d.y}
	if r.kind == kindRect {
		to[0] -= int64(r.xy[0])
		to[1] -= int64(r.xy[1])
	}
	r.xy[2], r.xy[3] = int32(to[0]), int32(to[1])
	most := int64(MaxForce * perForce)
	if r.kind == kindRect {
		most = MaxWidth * perPixel
	}
	if d.pen += d.varint(colPen); d.pen < 1 || d.pen > most {
		d.bad = true
	}
	r.pen = uint16(d.pen)
	r.color = d.colorOf()
	r.by = d.byOf()
	for _, v := range r.xy {
		if v < -MaxCoordinate*perPixel || v > MaxCoordinate*perPixel {
			d.bad = true
		}
	}
}

// point takes one step. Where it leads beyond twice the bounds, as far as the
// corner of a rectangle can lie, it is bad.
func (d *columnReader) point() {
	ex, ey := d.coordinate(colX), d.coordinate(colY)
	if d.shape.curved {
		ex, ey = ex+d.dx, ey+d.dy
	}
	d.x, d.y, d.dx, d.dy = d.x+ex, d.y+ey, ex, ey
	const most = 2 * MaxCoordinate * perPixel
	if max(d.x, -d.x, d.y, -d.y) > most {
		d.bad, d.x, d.y = true, 0, 0
	}
}

func (d *columnReader) coordinate(col int) int64 {
	low, high := uint64(d.octet(col)), d.uvarint(col+1)
	if high >= 1<<24 { // beyond 2³²
		d.bad = true
		return 0
	}
	v := high<<8 | low
	return (int64(v>>1) ^ -int64(v&1)) * int64(d.shape.scale)
}

// other reads what another kind says. Rows that are kept have been checked.
func (d *columnReader) other(r *row) {
	r.name, r.payload = d.text(colOther, maxBy), d.text(colOther, maxPayload)
	if !d.trusted && (Other{r.name, r.payload}).check() != nil {
		d.bad = true
	}
}

func (d *columnReader) text(col int, most uint64) string {
	n := d.uvarint(col)
	if n > most || n > uint64(len(d.columns[col])) {
		d.bad = true
		return ""
	}
	text := string(d.columns[col][:n])
	d.columns[col] = d.columns[col][n:]
	return text
}

func (d *columnReader) colorOf() uint32 {
	if d.color.left == 0 {
		c := d.columns[colColor]
		if len(c) < 4 {
			d.bad = true
			return 0
		}
		d.columns[colColor] = c[4:]
		d.color.value = binary.BigEndian.Uint32(c)
		d.color.left = d.rows(colColor)
	}
	d.color.left--
	return d.color.value
}

func (d *columnReader) byOf() string {
	if d.by.left == 0 {
		n := d.uvarint(colBy)
		if n > maxBy || n > uint64(len(d.columns[colBy])) {
			d.bad = true
			return ""
		}
		text := d.columns[colBy][:n]
		d.columns[colBy] = d.columns[colBy][n:]
		d.by.value = ""
		if n > 0 {
			d.bad = d.bad || checkName(text) != nil
			d.by.value = d.named(text)
		}
		d.by.left = d.rows(colBy)
	}
	d.by.left--
	return d.by.value
}
