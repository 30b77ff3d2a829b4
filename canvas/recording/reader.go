package recording

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"strings"

	"drawmesh/internal/bom"
)

// An Ending says how a recording ends.
type Ending int

// How recordings end.
const (
	Unchecked Ending = iota // it has no checks: of version 1, or no recording
	Closed                  // as its recorder meant it to
	Open                    // not closed: the recorder was killed, or is still at work
	Torn                    // neither, and the last line is cut off
)

// A Reader reads recordings, compressed or not, and whatever other lines of
// operations programs write: of docs/protocol.md, or as drawbot join writes
// them. A byte order mark at the beginning is passed over. It is for one
// goroutine at a time.
type Reader struct {
	r      io.Reader
	in     *bufio.Reader // nil before the first Next
	failed error         // why nothing can be read
	long   []byte        // a line that does not fit in's buffer
	text   []byte        // the last line that was not too long
	seal   *sealReader   // nil if not compressed
	offset int64

	number  int // of the last line, from 1
	version int // of the recording that it is in; 0: in none

	hash   hash.Hash // of the recording's bytes
	lines  int       // of the recording
	ops    int       // of the recording
	ending Ending
	cut    bool // there was an incomplete last line
}

// NewReader returns a reader of what r has.
func NewReader(r io.Reader) *Reader { return &Reader{r: r, hash: sha256.New()} }

// Next returns the next record. Lines that are empty, or of a type that is not
// known, are passed over. A *[LineError] is not the end; [io.EOF] is, and any
// other error.
//
// A last line that is cut off is passed over in a recording that has checks,
// and so is a compressed file's end: Ending then says so.
func (r *Reader) Next() (Record, error) {
	if r.in == nil {
		r.failed = r.open()
	}
	if r.failed != nil {
		return nil, r.failed
	}
	for {
		line, err := r.readLine()
		r.text = nil
		switch {
		case errors.Is(err, errLong):
			return nil, &LineError{r.number, err}
		case err != nil:
			return nil, err
		}
		rec, err := r.take(line)
		if err != nil {
			return nil, &LineError{r.number, err}
		}
		if rec != nil {
			return rec, nil
		}
	}
}

// Line is the number of the line that Next returned last, from 1.
func (r *Reader) Line() int { return r.number }

// Text is the line that Next was about last, for who knows more kinds of lines. It
// is valid until the next is read. A line that is too long has none.
func (r *Reader) Text() []byte { return r.text }

// Offset is where that line ends, in bytes, of what is compressed if it is.
// Whoever goes on with a file that was torn cuts it off there.
func (r *Reader) Offset() int64 { return r.offset }

// Ending is how the recording ends, once Next has returned io.EOF; before that,
// it is how it would if that were all.
func (r *Reader) Ending() Ending {
	if r.version >= 2 && r.cut {
		return Torn
	}
	return r.ending
}

// Compressed reports whether what was read is compressed and, once Next has
// returned io.EOF, whether all of its bytes are as [Gzip] wrote them: one file,
// or several one after another.
func (r *Reader) Compressed() (compressed, sealed bool) {
	return r.seal != nil, r.seal != nil && r.seal.whole()
}

func (r *Reader) open() error {
	r.in = bufio.NewReader(r.r)
	magic, _ := r.in.Peek(2)
	if len(magic) == 0 || !strings.HasPrefix(sealHead, string(magic)) {
		return bom.Check(magic) // what is wrong with reading, readLine will find
	}
	var err error
	r.seal, err = newSealReader(r.in)
	switch {
	case err == io.ErrUnexpectedEOF:
		r.version, r.cut = Version, true // who else would end so
		r.in = bufio.NewReader(bytes.NewReader(nil))
	case err != nil:
		return err
	default:
		r.in = bufio.NewReader(r.seal)
	}
	magic, _ = r.in.Peek(2)
	return bom.Check(magic)
}

// readLine reads a line with its line feed, which only the last one may lack.
// It is valid until the next is read.
func (r *Reader) readLine() ([]byte, error) {
	r.long = r.long[:0]
	var line []byte
	for size := 0; ; {
		piece, err := r.in.ReadSlice('\n')
		size += len(piece)
		switch {
		case size > MaxLine: // the rest is skipped
		case size > len(piece) || err == bufio.ErrBufferFull:
			r.long = append(r.long, piece...)
			line = r.long
		default:
			line = piece
		}
		if err != bufio.ErrBufferFull {
			return r.ended(line, size, err)
		}
	}
}

// ended takes note of a line of so many bytes, and of why it ended.
func (r *Reader) ended(line []byte, size int, why error) ([]byte, error) {
	if size > 0 {
		r.number++
	}
	switch {
	case why == nil:
		r.offset += int64(size)
	case why == io.ErrUnexpectedEOF: // of what is compressed
		r.cut = true
		return nil, io.EOF
	case why == io.EOF && size > 0:
		r.cut = true
	default:
		return nil, why
	}
	if size > MaxLine {
		return nil, errLong
	}
	return line, nil
}
