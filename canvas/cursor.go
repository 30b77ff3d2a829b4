package canvas

import (
	"encoding/binary"
	"sort"
)

// A cursor goes through the live rows of a site.
type cursor struct {
	of     *siteLog
	within *Box   // if not nil, blocks that paint nothing in it may be passed over
	ok     bool   // whether it stands on a row
	n      uint32 // the row's number, or that of the first one still to come
	row    row
	block  int // of the row; len(of.blocks) for the tail
	reader columnReader
}

func (c *cursor) key() Key { return Key{c.row.t, c.of.site, c.n} }

// seek goes to the row n, or to the first live one after it.
func (c *cursor) seek(n uint32) {
	s := c.of
	n = max(n, s.dead+1)
	c.block = sort.Search(len(s.blocks), func(i int) bool { b := &s.blocks[i]; return b.first+b.rows > n })
	if c.block == len(s.blocks) {
		c.n = n
		c.load()
		return
	}
	c.open()
	for c.n = s.blocks[c.block].first; ; c.n++ {
		if c.load(); c.n >= n {
			return
		}
	}
}

// next goes to the next row.
func (c *cursor) next() {
	c.n++
	if s := c.of; c.block < len(s.blocks) && c.n == s.blocks[c.block].first+s.blocks[c.block].rows {
		c.block++
		for c.within != nil && c.block < len(s.blocks) && !s.blocks[c.block].cover.overlaps(*c.within) {
			c.n += s.blocks[c.block].rows
			c.block++
		}
		if c.block < len(s.blocks) {
			c.open()
		}
	}
	c.load()
}

// open begins to read the cursor's block.
func (c *cursor) open() {
	code, size := binary.Uvarint(c.of.blocks[c.block].data)
	sh, _ := shapeOf(code)
	c.reader.named, c.reader.trusted = c.of.log.named, true
	c.reader.bad = false
	c.reader.open(c.of.blocks[c.block].data[size:])
	c.reader.begin(sh)
}

// load reads the row n.
func (c *cursor) load() {
	if c.block < len(c.of.blocks) {
		c.ok = c.reader.next(c.n, &c.row)
		return
	}
	left := int64(c.of.have) - int64(c.n)
	if c.ok = left >= 0; c.ok {
		c.row = c.of.tail[len(c.of.tail)-1-int(left)]
	}
}
