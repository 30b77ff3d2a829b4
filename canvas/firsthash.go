package canvas

import (
	"encoding/binary"
	"math/bits"
)

// Hash is the entry's share of the sum by which the first log told drawings apart:
// two MurmurHash3 (x86, 32 bits) of one sequence of little-endian words, that of
// seed 0 above that of seed 1. The sum is that of all live entries, mod 2⁶⁴.
func (e FirstEntry) Hash() uint64 {
	h := firstHash{b: 1}
	r := row{t: e.T, kind: kindOther}
	if e.Op != nil {
		r = rowOf(e.Entry)
	}
	h.word(uint32(r.kind))
	h.site(e.Site)
	h.word(e.N)
	h.word(uint32(e.T))
	h.word(uint32(e.T >> 32))
	h.word(e.K)
	switch {
	case r.paints():
		h.content(&r)
	case e.Op == nil:
		h.word(uint32(len(e.Cut)))
		for _, site := range e.Cut.Sites() {
			h.site(site)
			h.word(e.Cut[site])
		}
	}
	return h.sum()
}

// appendContentHash appends the check that an adopted entry had.
func (e FirstEntry) appendContentHash(dst []byte) []byte {
	h := firstHash{b: 1}
	r := rowOf(e.Entry)
	h.word(uint32(r.kind))
	h.content(&r)
	return appendHex(dst, h.sum()>>32, 8)
}

type firstHash struct{ a, b, words uint32 }

func (h *firstHash) word(w uint32) {
	w = bits.RotateLeft32(w*0xcc9e2d51, 15) * 0x1b873593
	h.a = bits.RotateLeft32(h.a^w, 13)*5 + 0xe6546b64
	h.b = bits.RotateLeft32(h.b^w, 13)*5 + 0xe6546b64
	h.words++
}

func (h *firstHash) site(s Site) { h.bytes(s[:firstSite]) }

// bytes hashes what it is given, filled up with zeros to words.
func (h *firstHash) bytes(b []byte) {
	for len(b) > 0 {
		var w [4]byte
		b = b[copy(w[:], b):]
		h.word(binary.LittleEndian.Uint32(w[:]))
	}
}

func (h *firstHash) content(r *row) {
	for _, v := range r.xy {
		h.word(uint32(v))
	}
	h.word(uint32(r.pen))
	h.word(r.color)
	h.word(uint32(len(r.by)))
	h.bytes([]byte(r.by))
}

func (h *firstHash) sum() uint64 {
	return uint64(finish(h.a^h.words*4))<<32 | uint64(finish(h.b^h.words*4))
}

func finish(h uint32) uint32 {
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}
