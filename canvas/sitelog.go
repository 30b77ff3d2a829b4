package canvas

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sort"
)

// blockRows is how many rows are kept encoded together.
const blockRows = 64

// A siteLog holds the live entries of one site: those from dead+1 to have. All
// but the last few are kept as columns, in the form in which they are sent.
type siteLog struct {
	log        *Log
	site       Site
	index      uint32 // in Log.list
	have, dead uint32
	sum        uint64 // of the live entries' hashes, mod 2⁶⁴
	cuts       int    // sites that the live clears name
	blocks     []block
	tail       []row // the last ones, not encoded yet

	// toggles are the last Undo or Redo of each stroke that had one.
	toggles map[uint32]toggle
}

// A block is up to blockRows rows: a shape and columns.
type block struct {
	data  []byte
	first uint32 // the number of its first row
	rows  uint32
	lastT uint64
	cover cover
	acts  bool // a row does something to others: see row.acts
}

type toggle struct {
	n    uint32
	undo bool
}

// hidden reports whether the row with the number n is undone. The last toggle
// of its stroke decides, and only over what came before it.
func (s *siteLog) hidden(r *row, n uint32) bool {
	t := s.toggles[r.k]
	return n < t.n && t.undo && r.by == ""
}

// set makes t the last toggle of the stroke k.
func (s *siteLog) set(k uint32, t toggle) {
	if s.toggles == nil {
		s.toggles = make(map[uint32]toggle)
	}
	s.toggles[k] = t
}

// lastT is the time of the last live row, if there is one.
func (s *siteLog) lastT() (uint64, bool) {
	if len(s.tail) > 0 {
		return s.tail[len(s.tail)-1].t, true
	}
	if len(s.blocks) > 0 {
		return s.blocks[len(s.blocks)-1].lastT, true
	}
	return 0, false
}

// push appends the row have+1.
func (s *siteLog) push(r *row) {
	s.have++
	s.tail = append(s.tail, *r)
	if len(s.tail) == blockRows {
		s.seal()
	}
}

// seal encodes the tail.
func (s *siteLog) seal() {
	s.blocks = append(s.blocks, s.log.encode(s.tail, s.have-uint32(len(s.tail))+1))
	s.tail = nil
}

// encode makes a block of rows, of which the first has the number n.
func (l *Log) encode(rows []row, n uint32) block {
	l.columns.reset()
	sh := l.columns.add(rows, n)
	l.buffer = l.columns.append(binary.AppendUvarint(l.buffer[:0], sh.code()))
	return block{
		bytes.Clone(l.buffer), n, uint32(len(rows)), rows[len(rows)-1].t,
		coverOf(rows), slices.ContainsFunc(rows, row.acts),
	}
}

// drop forgets the rows up to n.
func (s *siteLog) drop(n uint32) {
	s.dead = max(s.dead, n)
	if n >= s.have {
		s.have, s.blocks, s.tail, s.toggles = n, nil, nil, nil
		return
	}
	tailFirst := s.have - uint32(len(s.tail)) + 1
	if n >= tailFirst {
		s.blocks = nil
		s.tail = slices.Clone(s.tail[n-tailFirst+1:])
	} else {
		s.dropBlocks(n)
	}
	for k, t := range s.toggles {
		if t.n <= n {
			delete(s.toggles, k)
		}
	}
}

// dropBlocks forgets the rows up to n, of which the last lies in a block.
func (s *siteLog) dropBlocks(n uint32) {
	i := sort.Search(len(s.blocks), func(i int) bool { b := &s.blocks[i]; return b.first+b.rows > n+1 })
	s.blocks = slices.Clone(s.blocks[i:])
	if len(s.blocks) == 0 || s.blocks[0].first > n {
		return
	}
	b := &s.blocks[0]
	keep := make([]row, 0, b.rows)
	c := cursor{of: s}
	for c.seek(n + 1); c.n < b.first+b.rows; c.next() {
		keep = append(keep, c.row)
	}
	s.blocks[0] = s.log.encode(keep, n+1)
}

// from is the number of the first row at or after a place in the paint order.
func (s *siteLog) from(key Key) uint32 {
	if last, ok := s.lastT(); !ok || last < key.T {
		return s.have + 1
	}
	i := sort.Search(len(s.blocks), func(i int) bool { return s.blocks[i].lastT >= key.T })
	n := s.have - uint32(len(s.tail)) + 1
	if i < len(s.blocks) {
		n = s.blocks[i].first
	}
	c := cursor{of: s}
	for c.seek(n); c.ok && c.key().Compare(key) < 0; c.next() {
	}
	return c.n
}
