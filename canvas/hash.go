package canvas

import (
	"encoding/binary"
	"math/bits"
)

// A hash is two MurmurHash3 (x86, 32 bits) of one sequence of 32-bit words in
// little-endian order, with the seeds 0 and 1. JavaScript computes it as fast,
// with Math.imul.
type hash struct{ a, b, words uint32 }

func newHash() hash { return hash{a: 0, b: 1} }

func (h *hash) word(w uint32) {
	w = bits.RotateLeft32(w*0xcc9e2d51, 15) * 0x1b873593
	h.a = bits.RotateLeft32(h.a^w, 13)*5 + 0xe6546b64
	h.b = bits.RotateLeft32(h.b^w, 13)*5 + 0xe6546b64
	h.words++
}

// text hashes a length in bytes and the bytes, filled up with zeros to words.
func (h *hash) text(s string) {
	h.word(uint32(len(s)))
	for len(s) > 0 {
		var w [4]byte
		s = s[copy(w[:], s):]
		h.word(binary.LittleEndian.Uint32(w[:]))
	}
}

func (h *hash) site(s Site) {
	h.word(binary.LittleEndian.Uint32(s[0:]))
	h.word(binary.LittleEndian.Uint32(s[4:]))
	h.word(uint32(s[8]) | uint32(s[9])<<8 | uint32(s[10])<<16)
}

// sum is the hash of seed 0 above that of seed 1.
func (h *hash) sum() uint64 {
	return uint64(finish(h.a^h.words*4))<<32 | uint64(finish(h.b^h.words*4))
}

func finish(h uint32) uint32 {
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// hash is the row's share of the sum, at (site, n).
func (r *row) hash(site Site, n uint32) uint64 {
	h := newHash()
	h.word(uint32(r.kind))
	h.site(site)
	h.word(n)
	h.word(uint32(r.t))
	h.word(uint32(r.t >> 32))
	h.word(r.k)
	switch {
	case r.paints():
		r.hashContent(&h)
	case r.kind == kindClear:
		h.word(uint32(len(r.cut)))
		for _, m := range r.cut {
			h.site(m.site)
			h.word(m.n)
		}
	}
	return h.sum()
}

func (r *row) hashContent(h *hash) {
	for _, v := range r.xy {
		h.word(uint32(v))
	}
	h.word(uint32(r.pen))
	h.word(r.color)
	h.text(r.by)
}

// content is the hash of what was drawn and by whom, but not of who adopted it:
// of live adoptions with equal content one is painted.
func (r *row) content() uint64 {
	h := newHash()
	h.word(uint32(r.kind))
	r.hashContent(&h)
	return h.sum()
}
