package canvas

import "encoding/binary"

// runOf is the next row's value.
func (d *columnReader) runOf(r *run[uint32], col int) uint32 {
	if r.left == 0 {
		v := d.uvarint(col)
		if v > 1<<32-1 {
			d.bad = true
		}
		r.value = uint32(v)
		r.left = d.rows(col)
	}
	r.left--
	return r.value
}

// rows is the length of a run, at least 1.
func (d *columnReader) rows(col int) uint64 {
	v := d.uvarint(col)
	if v == 0 {
		d.bad, v = true, 1
	}
	return v
}

func (d *columnReader) varint(col int) int64 {
	v := d.uvarint(col)
	return int64(v>>1) ^ -int64(v&1)
}

func (d *columnReader) uvarint(col int) uint64 {
	c := d.columns[col]
	if len(c) > 0 && c[0] < 0x80 {
		d.columns[col] = c[1:]
		return uint64(c[0])
	}
	v, size := binary.Uvarint(c)
	if size <= 0 {
		d.bad = true
		return 0
	}
	d.columns[col] = c[size:]
	return v
}

func (d *columnReader) octet(col int) byte {
	c := d.columns[col]
	if len(c) == 0 {
		d.bad = true
		return 0
	}
	d.columns[col] = c[1:]
	return c[0]
}
