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
	base
	log    *Log
	index  uint32 // in Log.list
	weight int    // of the live rows
	have   uint32
	tip    Chain // chain(have)
	blocks []block
	tail   []row // the last ones, not encoded yet

	// The entries up to vouched are covered by a head that has been verified. Those
	// after it are our own that are not signed yet, or pending heads cover them.
	vouched uint32
	heads   []mark // verified: milestones from dead on, and the newest
	pending []mark
	changed uint64 // the Log.version since which vouched is what it is

	// toggles are the last Undo or Redo of each stroke that had one.
	toggles map[uint32]toggle
}

// A mark is a head, and the chain that it signs.
type mark struct {
	n     uint32
	chain Chain
	sig   Signature
	mile  bool // it is a milestone
}

// A block is up to blockRows rows: a shape and columns.
type block struct {
	data   []byte
	first  uint32 // the number of its first row
	rows   uint32
	lastT  uint64
	weight int
	cover  cover
	acts   bool // a row does something to others: see row.acts
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

// push appends the row have+1, after which the chain is c.
func (s *siteLog) push(r *row, c Chain) {
	s.have++
	s.tip = c
	if s.tail == nil && len(s.blocks) > 0 { // it goes on, and will be full
		s.tail = make([]row, 0, blockRows)
	}
	s.tail = append(s.tail, *r)
	if len(s.tail) == blockRows {
		s.seal()
	}
}

// bury makes the row have+1, which is dead as are all before it, the witness.
func (s *siteLog) bury(r *row, c Chain) {
	s.before, s.witness, s.heads = s.tip, *r, nil
	s.have++
	s.tip = c
	s.dead = s.have
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
	weight := 0
	for i := range rows {
		weight += rows[i].weight()
	}
	l.buffer = l.columns.append(binary.AppendUvarint(l.buffer[:0], sh.code()))
	return block{
		bytes.Clone(l.buffer), n, uint32(len(rows)), rows[len(rows)-1].t, weight,
		coverOf(rows), slices.ContainsFunc(rows, row.acts),
	}
}

// drop forgets the live rows up to n, of which the last becomes the witness. It
// reports whether there were any.
func (s *siteLog) drop(n uint32) (any bool) {
	if n <= s.dead {
		return false
	}
	if s.key != (PublicKey{}) {
		before, _ := s.chainAt(n - 1)
		c := cursor{of: s}
		c.seek(n)
		s.before, s.witness = before, c.row
	}
	any = s.have > s.dead
	s.keep(n+1, s.have)
	s.dead, s.have, s.vouched = n, max(s.have, n), max(s.vouched, n)
	s.heads = slices.Clone(s.heads[sort.Search(len(s.heads), func(i int) bool { return s.heads[i].n >= n }):])
	for k, t := range s.toggles {
		if t.n <= n {
			delete(s.toggles, k)
		}
	}
	return any
}

// keep forgets the live rows but those from first to last.
func (s *siteLog) keep(first, last uint32) {
	var kept []block
	var tail []row
	c := cursor{of: s}
	for i := range s.blocks {
		b := &s.blocks[i]
		end := b.first + b.rows - 1
		switch {
		case end < first || b.first > last:
		case b.first >= first && end <= last:
			kept = append(kept, *b)
		default:
			var rows []row
			from := max(b.first, first)
			for c.seek(from); c.n <= min(end, last); c.next() {
				rows = append(rows, c.row)
			}
			if end > last {
				tail = rows // what is left at the end is written to again
			} else {
				kept = append(kept, s.log.encode(rows, from))
			}
		}
	}
	tailFirst := s.have - uint32(len(s.tail)) + 1
	for i := range s.tail {
		if n := tailFirst + uint32(i); n >= first && n <= last {
			tail = append(tail, s.tail[i])
		}
	}
	s.blocks, s.tail = kept, tail
	rows, weight := len(tail), 0
	for i := range kept {
		rows, weight = rows+int(kept[i].rows), weight+kept[i].weight
	}
	for i := range tail {
		weight += tail[i].weight()
	}
	s.log.live += rows - int(s.have-s.dead)
	s.log.weight += weight - s.weight
	s.weight = weight
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
