package canvas

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// A Chain stands for all entries of a site up to one: each hashes the one before
// it and the entry's canonical bytes, and the first the site's key.
type Chain [sha256.Size]byte

const chainDomain = "drawmesh 2"

// genesis is the chain before a site's first entry.
func genesis(key PublicKey) Chain {
	return sha256.Sum256(append([]byte(chainDomain), key[:]...))
}

// next is the chain after one more entry.
func (c Chain) next(r *row) Chain {
	var scratch [256]byte
	return sha256.Sum256(r.appendCanonical(append(scratch[:0], c[:]...)))
}

// appendCanonical appends what is hashed of a row: little-endian words, and of a
// kind that is not known, its name and payload.
//
//	kind u32 (3 if not known)  t u64  k u32
//	draw, drawRect   x y x y or x y width height i32, 1/100 px
//	                 force, 1/1000, or line width, 1/100 px u32  RGBA u32
//	                 length of by u32  by
//	not known        name  0  payload (RFC 8785)
//
// A row's site and n are not in it: the key begins the chain, and n is how far.
func (r *row) appendCanonical(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(r.kind))
	dst = binary.LittleEndian.AppendUint64(dst, r.t)
	dst = binary.LittleEndian.AppendUint32(dst, r.k)
	switch r.kind {
	case kindSegment, kindRect:
		dst = r.appendContent(dst)
	case kindOther:
		dst = append(append(append(dst, r.name...), 0), r.payload...)
	}
	return dst
}

func (r *row) appendContent(dst []byte) []byte {
	for _, v := range r.xy {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(r.pen))
	dst = binary.LittleEndian.AppendUint32(dst, r.color)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(r.by)))
	return append(dst, r.by...)
}

// largeEntry is how many canonical bytes an entry may have and not be a milestone.
const largeEntry = 128

// milestone reports whether the row with the number n is one: its author signs
// there, and no run goes past it. So no run has more than milestoneEvery entries
// or some 36 KiB, and whoever looks at an entry alone can tell.
func (r *row) milestone(n uint32) bool { return n%milestoneEvery == 0 || r.canonicalLen() > largeEntry }

const milestoneEvery = 256 // entries

func (r *row) canonicalLen() int {
	switch r.kind {
	case kindSegment, kindRect:
		return 44 + len(r.by)
	case kindOther:
		return 17 + len(r.name) + len(r.payload)
	}
	return 16
}

// What a row has beside numbers is kept byte by byte, and of an adoption the content
// is noted, too: so much counts for as much as an entry more.
const (
	perWeight  = 32 // bytes
	notedBytes = 40 // of an adoption's content, and of where it is
)

// weight is how many entries a row counts for, where their number is bounded so
// that their bytes are.
func (r *row) weight() int {
	switch {
	case r.by != "":
		return 1 + (len(r.by)+notedBytes)/perWeight
	case r.kind == kindOther:
		return 1 + (len(r.name)+len(r.payload))/perWeight
	}
	return 1
}

// content is what was drawn and by whom, hashed, but not who adopted it: of live
// adoptions with equal content one is painted. It is the first eight bytes of the
// SHA-256 of kind and canonical content.
func (r *row) content() uint64 {
	var scratch [128]byte
	sum := sha256.Sum256(r.appendContent(binary.LittleEndian.AppendUint32(scratch[:0], uint32(r.kind))))
	return binary.BigEndian.Uint64(sum[:])
}

// String is the chain in base64url, 43 characters.
func (c Chain) String() string { return base64.RawURLEncoding.EncodeToString(c[:]) }

// MarshalText is String.
func (c Chain) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what String writes, and nothing else.
func (c *Chain) UnmarshalText(text []byte) error {
	if err := decode64(c[:], text); err != nil {
		return fmt.Errorf("chain: %w", err)
	}
	return nil
}
