package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
)

// A PNG (W3C, Portable Network Graphics) is a signature and chunks. The first of
// them, IHDR, always has the same length.
const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	pngHeader    = len(pngSignature) + 4 + 4 + 13 + 4
	noteKeyword  = "drawmesh\x00\x00\x00\x00\x00" // of an iTXt chunk: no compression, no language
)

// noted writes a PNG that says how it was made, in a chunk after its header.
func noted(png func(io.Writer) error, l look) func(io.Writer) error {
	return func(w io.Writer) error {
		text, err := json.Marshal(l)
		if err != nil {
			return err
		}
		chunk := binary.BigEndian.AppendUint32(nil, uint32(len(noteKeyword)+len(text)))
		chunk = append(append(append(chunk, "iTXt"...), noteKeyword...), text...)
		chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
		return png(&noteWriter{w: w, chunk: chunk})
	}
}

// A noteWriter writes a PNG with one chunk more.
type noteWriter struct {
	w     io.Writer
	head  []byte // of the PNG, until it is long enough
	chunk []byte // nil once it has been written
}

func (n *noteWriter) Write(p []byte) (int, error) {
	if n.chunk == nil {
		return n.w.Write(p)
	}
	if n.head = append(n.head, p...); len(n.head) < pngHeader {
		return len(p), nil
	}
	for _, b := range [][]byte{n.head[:pngHeader], n.chunk, n.head[pngHeader:]} {
		if _, err := n.w.Write(b); err != nil {
			return 0, err
		}
	}
	n.head, n.chunk = nil, nil
	return len(p), nil
}

// noteOf returns how a PNG says that it was made, if it does.
func noteOf(png []byte) (l look, found bool, err error) {
	rest, ok := bytes.CutPrefix(png, []byte(pngSignature))
	if !ok {
		return l, false, errors.New("no PNG")
	}
	for len(rest) >= 12 {
		size := uint64(binary.BigEndian.Uint32(rest))
		if uint64(len(rest)) < 12+size {
			break
		}
		kind, data := string(rest[4:8]), rest[8:8+size]
		if text, ok := bytes.CutPrefix(data, []byte(noteKeyword)); ok && kind == "iTXt" {
			if err := json.Unmarshal(text, &l); err != nil {
				return l, false, errors.New("the PNG's note of how it was made is damaged")
			}
			return l, true, nil
		}
		rest = rest[12+size:]
	}
	return l, false, nil
}
