// Package archive keeps rooms when their people have gone. A [Dir] holds one
// [Store] a room, which is the room's log in a file; a [Keeper] is the member
// that fills it, and gives it to whoever comes; [Rooms] are the keepers of a
// server.
//
// A store holds what a neighbour would be sent who holds nothing: the clear that
// counts, as text, proofs and frames of runs (docs/sync.md). It only grows, until so
// much of it is dead or in small pieces that it is written anew. A store of version
// 1 has frames of the first log.
//
//	header   "drawmesh room\n"  version (2)  u8 length of the name  the room's name  u32 CRC of all before
//	record   u32 length of the content  u32 CRC of the content  u32 CRC of the eight bytes before  the content
//
// Numbers are little-endian, the CRC is CRC-32C (RFC 3720, B.4). A record's
// first twelve bytes vouch for themselves: so a file that was cut short, as by
// a crash, is told from one that was damaged.
package archive

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"drawmesh/canvas"
)

const (
	magic         = "drawmesh room\n"
	formatVersion = 2
	firstVersion  = 1
	recordHeader  = 12 // bytes
)

// Why a file cannot be read.
var (
	errTorn    = errors.New("it ends in the middle of a record")
	errDamaged = errors.New("it is damaged")
)

func checksum(data []byte) uint32 { return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) }

// appendHeader appends what a room's store begins with.
func appendHeader(dst []byte, room string) []byte {
	start := len(dst)
	dst = append(append(dst, magic...), formatVersion, byte(len(room)))
	dst = append(dst, room...)
	return binary.LittleEndian.AppendUint32(dst, checksum(dst[start:]))
}

// appendRecord appends a frame's record.
func appendRecord(dst, frame []byte) []byte {
	start := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(frame)))
	dst = binary.LittleEndian.AppendUint32(dst, checksum(frame))
	dst = binary.LittleEndian.AppendUint32(dst, checksum(dst[start:]))
	return append(dst, frame...)
}

// A reader reads a store from its beginning.
type reader struct {
	in      *bufio.Reader
	whole   int64 // bytes of header and records that were read
	version byte
}

func newReader(r io.Reader) *reader { return &reader{in: bufio.NewReaderSize(r, 256<<10)} }

// fill reads len(p) bytes. At the end of the file it is an io.EOF if there was
// nothing more, and errTorn if there was too little.
func (r *reader) fill(p []byte) error {
	_, err := io.ReadFull(r.in, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	return err
}

// header reads the header, and returns the room's name. A file is never left
// with a part of one.
func (r *reader) header() (room string, err error) {
	head := make([]byte, len(magic)+2)
	if err := r.fill(head); err != nil {
		return "", damagedIfShort(err)
	}
	if string(head[:len(magic)]) != magic {
		return "", errDamaged
	}
	rest := make([]byte, int(head[len(head)-1])+4)
	if err := r.fill(rest); err != nil {
		return "", damagedIfShort(err)
	}
	name := rest[:len(rest)-4]
	if checksum(append(head, name...)) != binary.LittleEndian.Uint32(rest[len(name):]) {
		return "", errDamaged
	}
	if r.version = head[len(magic)]; r.version < firstVersion || r.version > formatVersion {
		return "", fmt.Errorf("it has the format %d: this program knows %d to %d", r.version, firstVersion, formatVersion)
	}
	r.whole = int64(len(head) + len(rest))
	return string(name), nil
}

func damagedIfShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
		return errDamaged
	}
	return err
}

// record reads the next frame. It returns io.EOF where there is none.
func (r *reader) record() ([]byte, error) {
	var head [recordHeader]byte
	if err := r.fill(head[:]); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(head[:])
	if checksum(head[:8]) != binary.LittleEndian.Uint32(head[8:]) || size > canvas.MaxFrame {
		return nil, errDamaged
	}
	frame := make([]byte, size)
	if err := r.fill(frame); err != nil {
		if size > 0 && errors.Is(err, io.EOF) {
			err = errTorn
		}
		return nil, err
	}
	if checksum(frame) != binary.LittleEndian.Uint32(head[4:]) {
		return nil, errDamaged
	}
	r.whole += int64(recordHeader + size)
	return frame, nil
}
