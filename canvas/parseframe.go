package canvas

import (
	"encoding/binary"
	"errors"
)

var errFrame = errors.New("frame is damaged")

// parsePayload reads all of a frame's payload, and makes sure that it is within
// bounds. What the runs say has not been verified.
func parsePayload(payload []byte, explicit bool, named func([]byte) string) ([]Run, error) {
	p := parser{rest: payload}
	type author struct {
		site Site
		key  PublicKey
	}
	var authors []author
	for range p.uvarint(maxFrameRuns) {
		var a author
		if p.uvarint(1) == 1 {
			p.read(a.key[:])
			a.site = a.key.Site()
		} else {
			p.read(a.site[:])
		}
		if p.bad {
			return nil, errFrame
		}
		authors = append(authors, a)
	}
	var runs []Run
	var shapes []shape
	var sizes []uint32
	total := uint64(0)
	for range p.uvarint(maxFrameRuns) {
		at, first := p.uvarint(maxFrameRuns), p.uvarint(MaxN+1)
		rows, code := p.uvarint(milestoneEvery), p.uvarint(1<<32-1)
		sh, ok := shapeOf(code)
		total += rows
		if p.bad || !ok || at >= uint64(len(authors)) || first == 0 || first+rows > MaxN+1 || total > maxFrameRows {
			return nil, errFrame
		}
		r := Run{Site: authors[at].site, Key: authors[at].key, First: uint32(first)}
		follows := first == 1 || len(runs) > 0 && runs[len(runs)-1].Site == r.Site && uint64(runs[len(runs)-1].First)+uint64(sizes[len(sizes)-1]) == first
		if explicit || !follows {
			p.read(r.Before[:])
		}
		p.read(r.Sig[:])
		runs, shapes, sizes = append(runs, r), append(shapes, sh), append(sizes, uint32(rows))
	}
	if p.bad {
		return nil, errFrame
	}
	return runs, readRows(runs, shapes, sizes, p.rest, named)
}

// readRows reads the rows of all runs from columns.
func readRows(runs []Run, shapes []shape, sizes []uint32, columns []byte, named func([]byte) string) error {
	reader := columnReader{named: named}
	reader.open(columns)
	for i := range runs {
		r := &runs[i]
		if sizes[i] == 0 {
			continue
		}
		reader.begin(shapes[i])
		r.rows = make([]row, 0, sizes[i])
		for n := range sizes[i] {
			var next row
			if !reader.next(r.First+n, &next) {
				return errFrame
			}
			r.rows = append(r.rows, next)
		}
		if !reader.end() {
			return errFrame
		}
	}
	if reader.bad || !reader.empty() {
		return errFrame
	}
	return nil
}

// A parser reads what lies before the columns.
type parser struct {
	rest []byte
	bad  bool
}

func (p *parser) uvarint(most uint64) uint64 {
	v, size := binary.Uvarint(p.rest)
	if p.bad = p.bad || size <= 0 || v > most; p.bad {
		return 0
	}
	p.rest = p.rest[size:]
	return v
}

func (p *parser) read(dst []byte) {
	if p.bad = p.bad || len(p.rest) < len(dst); !p.bad {
		p.rest = p.rest[copy(dst, p.rest):]
	}
}
