package canvas

import (
	"encoding/binary"
	"errors"
)

// Bounds on frames.
const (
	MaxFrame     = 48 << 10 // bytes: what a run of noise may come to, and more
	maxInflated  = 1 << 20  // bytes
	maxFrameRows = 16384
	maxFrameRuns = 4096

	frameHeader  = 4
	goodFrame    = 16 << 10 // bytes that a frame should have, about
	fullFrame    = 8192     // rows that are tried to fit into one
	fullRuns     = 128      // and runs, of which each has a signature
	frameVersion = 2
)

// The types of frames.
const (
	frameRuns  = 1
	frameProof = 2
)

// payload is what a frame deflates: sites, runs, their columns. It comes in parts,
// of which each is like itself and unlike the others.
//
//	u S, S × (0, site or 1, key)
//	u R, R × (u site, u first, u rows, u shape, chain(first−1) where it does not follow, signature)
//	columns 0 to 10, each: u length in bytes, bytes
//
// A run follows if its first is 1, or if the run before it is of the same site and
// ends at first−1. One without rows has the shape 2 and no part in the columns.
func (l *Log) payload(runs []Run, explicit bool) [][]byte {
	index := make(map[Site]int)
	var sites []byte
	var b []byte
	l.columns.reset()
	for i, r := range runs {
		at, ok := index[r.Site]
		if !ok {
			at = len(index)
			index[r.Site] = at
			if r.Key != (PublicKey{}) {
				sites = append(append(sites, 1), r.Key[:]...)
			} else {
				sites = append(append(sites, 0), r.Site[:]...)
			}
		}
		b = binary.AppendUvarint(b, uint64(at))
		b = binary.AppendUvarint(b, uint64(r.First))
		b = binary.AppendUvarint(b, uint64(len(r.rows)))
		code := shape{scale: 1}.code()
		if len(r.rows) > 0 {
			code = l.columns.add(r.rows, r.First).code()
		}
		b = binary.AppendUvarint(b, code)
		if explicit || !follows(runs, i) {
			b = append(b, r.Before[:]...)
		}
		b = append(b, r.Sig[:]...)
	}
	sites = append(binary.AppendUvarint(nil, uint64(len(index))), sites...)
	b = append(binary.AppendUvarint(sites, uint64(len(runs))), b...)
	parts := [][]byte{b}
	for _, c := range l.columns {
		b = binary.AppendUvarint(nil, uint64(len(c)))
		parts = append(parts, append(b, c...))
	}
	return parts
}

// follows reports whether the chain before runs[i] is known from what is before it.
func follows(runs []Run, i int) bool {
	r := runs[i]
	return r.First == 1 || i > 0 && runs[i-1].Site == r.Site && runs[i-1].Last()+1 == r.First
}

// AppendProof appends the frame that a proof is sent as.
func AppendProof(dst []byte, p *Proof) []byte {
	var l Log
	return append(dst, l.deflater.frame(frameProof, l.payload([]Run{p.First, p.Second}, true))...)
}

// ParseProof reads a frame that is a proof. Whether it holds, nobody has looked. The
// error is ErrUnknown where it is a frame of something else.
func ParseProof(frame []byte) (*Proof, error) {
	payload, err := inflate(frame, frameProof)
	if err != nil {
		return nil, err
	}
	return parseProof(payload)
}

func parseProof(payload []byte) (*Proof, error) {
	runs, err := parsePayload(payload, true, copyName)
	if err != nil {
		return nil, err
	}
	if len(runs) != 2 || runs[0].Site != runs[1].Site || runs[0].Key == (PublicKey{}) {
		return nil, errors.New("frame is no proof")
	}
	return &Proof{runs[0], runs[1]}, nil
}

func copyName(name []byte) string { return string(name) }
