package recording

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"drawmesh/internal/bom"
)

// Found is what a file holds to which a recording is to be added: nothing, or
// other recordings. The zero value is that of nothing.
type Found struct {
	Any        bool // there is something
	Compressed bool
	Torn       bool // the last line is cut off, or the compressed form is

	whole int64     // bytes of whole lines, of a file that is not compressed
	rest  []byte    // what is behind them
	hash  hash.Hash // of the bytes of a compressed file since its last seal
}

// errOther means that something else is in a file than recordings.
var errOther = errors.New("it holds something else than recordings")

// Examine reads a file from its beginning to its end. What is in it must be
// recordings, of which the last may be cut off.
func Examine(f io.ReadSeeker) (Found, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Found{}, err
	}
	begin := NewReader(f)
	first, err := begin.Next()
	_, isHeader := first.(Header)
	switch {
	case err == nil && isHeader:
	case err == io.EOF && (begin.Ending() == Torn || begin.seal != nil): // before its first line ends
	case err == io.EOF && begin.Line() == 0:
		return Found{}, nil
	case err == nil, err == io.EOF:
		return Found{}, errOther
	case errors.As(err, new(*LineError)):
		return Found{}, fmt.Errorf("%w: %w", errOther, err)
	default:
		return Found{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Found{}, err
	}
	found := Found{Any: true}
	found.Compressed, _ = begin.Compressed()
	if err := found.copy(f, io.Discard); err != nil {
		return Found{}, err
	}
	if found.whole == 0 && !beginsHeader(bytes.TrimPrefix(found.rest, []byte(bom.UTF8))) {
		return Found{}, errOther
	}
	return found, nil
}

// copy copies whole lines from r to w, and takes note of how they end.
func (f *Found) copy(r io.Reader, w io.Writer) error {
	in := bufio.NewReader(r)
	if f.Compressed {
		z, err := newSealReader(in)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			f.Torn = true
			return nil
		}
		if err != nil {
			return err
		}
		in = bufio.NewReader(z)
		defer func() { f.hash = z.unsealed() }()
	}
	for {
		line, err := in.ReadSlice('\n')
		f.rest = append(f.rest, line...)
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == nil:
			if _, err := w.Write(f.rest); err != nil {
				return err
			}
			f.whole += int64(len(f.rest))
			f.rest = f.rest[:0]
			continue
		case err != io.EOF && err != io.ErrUnexpectedEOF:
			return err
		}
		f.Torn = len(f.rest) > 0 || err == io.ErrUnexpectedEOF
		if f.complete() {
			_, err := w.Write(append(f.rest, '\n'))
			return err
		}
		return nil
	}
}

// complete reports whether the last line lacks nothing but its line feed.
func (f *Found) complete() bool {
	return json.Valid(bytes.TrimPrefix(f.rest, []byte(bom.UTF8)))
}

// Mend makes the file, which is not compressed, end in a whole line. What goes is
// the beginning of a line that nobody can read.
func (f *Found) Mend(file interface {
	io.Writer
	Truncate(size int64) error
}) error {
	if f.complete() {
		_, err := file.Write([]byte{'\n'})
		return err
	}
	return file.Truncate(f.whole)
}

// Recompress writes the file, which is compressed, anew, so that it ends as it
// should: another can follow only then.
func (f *Found) Recompress(file io.ReadSeeker, w io.Writer) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	z := gzip.NewWriter(w)
	again := Found{Compressed: true}
	if err := again.copy(file, z); err != nil || again.whole == 0 && !again.complete() {
		return err // of nothing, nothing is left
	}
	return z.Close()
}

// Gzip returns a [Gzip] that adds to the file, and vouches for all of it that has
// no seal.
func (f *Found) Gzip(w io.Writer) *Gzip {
	if f.hash == nil {
		f.hash = sha256.New()
	}
	return newGzip(w, f.hash)
}
