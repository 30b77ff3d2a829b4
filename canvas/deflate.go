package canvas

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

// A deflater makes frames. Its zero value is ready to use.
type deflater struct {
	codes   *flate.Writer // Huffman codes only: best for noise
	matches *flate.Writer // and repetitions
	a, b    bytes.Buffer
}

// frame deflates parts one after another, each the better way, into one stream
// (RFC 1951). Parts that are too short for a code of their own go together.
func (d *deflater) frame(kind byte, parts [][]byte) []byte {
	frame := []byte{'M', frameVersion, kind, 0}
	var short []byte
	for _, p := range parts {
		if len(p) < 512 {
			short = append(short, p...)
			continue
		}
		if len(short) > 0 {
			frame = append(frame, d.deflate(short)...)
			short = nil
		}
		frame = append(frame, d.deflate(p)...)
	}
	frame = append(frame, d.deflate(short)...)
	return append(frame, 0x03, 0x00) // an empty last block
}

// deflate returns the shorter way to write data as blocks that are not the
// last. It is valid until the next call.
func (d *deflater) deflate(data []byte) []byte {
	d.codes = write(d.codes, &d.a, flate.HuffmanOnly, data)
	d.matches = write(d.matches, &d.b, flate.DefaultCompression, data)
	if d.a.Len() < d.b.Len() {
		return d.a.Bytes()
	}
	return d.b.Bytes()
}

// write deflates data into an emptied b by w, made anew if nil.
func write(w *flate.Writer, b *bytes.Buffer, level int, data []byte) *flate.Writer {
	b.Reset()
	var err error
	if w == nil {
		w, err = flate.NewWriter(b, level)
	} else {
		w.Reset(b)
	}
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		panic(err) // the level is right, and memory does not fail
	}
	return w
}

// inflate returns the payload of a frame of some type, which it bounds while it
// inflates.
func inflate(frame []byte, kind byte) ([]byte, error) {
	if len(frame) > MaxFrame {
		return nil, fmt.Errorf("frame of %d bytes: at most %d", len(frame), MaxFrame)
	}
	if len(frame) < frameHeader || frame[0] != 'M' {
		return nil, errors.New("frame has no header")
	}
	if [3]byte(frame[1:]) != [3]byte{frameVersion, kind, 0} {
		return nil, ErrUnknown
	}
	return inflateRaw(frame[frameHeader:])
}

func inflateRaw(data []byte) ([]byte, error) {
	deflated := bytes.NewReader(data)
	payload, err := io.ReadAll(io.LimitReader(flate.NewReader(deflated), maxInflated+1))
	if err != nil {
		return nil, errors.New("frame does not inflate")
	}
	if len(payload) > maxInflated {
		return nil, fmt.Errorf("frame inflates to more than %d bytes", maxInflated)
	}
	if deflated.Len() > 0 {
		return nil, errors.New("frame goes on after its end")
	}
	return payload, nil
}
