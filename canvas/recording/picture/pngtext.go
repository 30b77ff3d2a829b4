package picture

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"

	"drawmesh/canvas/raster"
)

// A PNG (W3C, Portable Network Graphics) is a signature and chunks. The first of
// them, IHDR, always has the same length.
const (
	Signature   = "\x89PNG\r\n\x1a\n" // that a PNG begins with
	headerEnd   = len(Signature) + 4 + 4 + 13 + 4
	textKeyword = "drawmesh\x00\x00\x00\x00\x00" // of an iTXt chunk: no compression, no language
)

// EncodePNG writes the picture of v as a PNG, with what l says in a text chunk
// after its header: [Decode] finds it there.
func (l Look) EncodePNG(w io.Writer, v *raster.View) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(textKeyword)+len(text)))
	chunk = append(append(append(chunk, "iTXt"...), textKeyword...), text...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return v.EncodePNG(&textWriter{w: w, chunk: chunk})
}

// A textWriter writes a PNG with one chunk more.
type textWriter struct {
	w     io.Writer
	head  []byte // of the PNG, until it is long enough
	chunk []byte // nil once it has been written
}

func (t *textWriter) Write(p []byte) (int, error) {
	if t.chunk == nil {
		return t.w.Write(p)
	}
	if t.head = append(t.head, p...); len(t.head) < headerEnd {
		return len(p), nil
	}
	for _, b := range [][]byte{t.head[:headerEnd], t.chunk, t.head[headerEnd:]} {
		if _, err := t.w.Write(b); err != nil {
			return 0, err
		}
	}
	t.head, t.chunk = nil, nil
	return len(p), nil
}

// lookOf is what a PNG says in its text chunk, if it has one.
func lookOf(png []byte) (l Look, found bool, err error) {
	rest, ok := bytes.CutPrefix(png, []byte(Signature))
	if !ok {
		return l, false, errors.New("no PNG")
	}
	for len(rest) >= 12 {
		size := uint64(binary.BigEndian.Uint32(rest))
		if uint64(len(rest)) < 12+size {
			break
		}
		kind, data := string(rest[4:8]), rest[8:8+size]
		if text, ok := bytes.CutPrefix(data, []byte(textKeyword)); ok && kind == "iTXt" {
			if err := json.Unmarshal(text, &l); err != nil {
				return l, false, errors.New("the PNG's note of how it was made is damaged")
			}
			return l, true, nil
		}
		rest = rest[12+size:]
	}
	return l, false, nil
}
