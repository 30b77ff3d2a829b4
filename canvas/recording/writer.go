package recording

import (
	"crypto/sha256"
	"hash"
	"io"
	"time"

	"drawmesh/canvas"
)

// bufferSize is how much a Writer holds back at most, in bytes.
const bufferSize = 64 << 10

// A Writer writes one recording. It has no clock: the times that it is given
// are since the recording started, and none is before the one given last.
//
// What it is given waits in a buffer until the next Check, so whoever must not
// lose more than a second checks once a second. The first error of the writer
// underneath is returned by all that follows. It is for one goroutine at a time.
type Writer struct {
	w      io.Writer
	buf    []byte
	line   int // where the last line begins in buf
	hashed int // how much of buf is in hash
	hash   hash.Hash
	lines  int
	ops    int
	err    error
}

// NewWriter returns a writer to w that has written the header, of which it sets
// the version. Close does not close w. Check flushes it, if it has a method
// Flush() error as [Gzip] does, and Sync syncs it, if it has a Sync() error.
func NewWriter(w io.Writer, h Header) *Writer {
	h.Version = Version
	out := &Writer{w: w, hash: sha256.New()}
	out.begin()
	out.buf = appendHeader(out.buf, h)
	out.finish()
	return out
}

// Who writes what somebody is called.
func (w *Writer) Who(who Who) error {
	w.begin()
	w.buf = appendWho(w.buf, who)
	return w.finish()
}

// Base writes from where on the recording has the entries of a site.
func (w *Writer) Base(b Base) error {
	w.begin()
	w.buf = appendBase(w.buf, b)
	return w.finish()
}

// Head writes a head of the last entry of its site.
func (w *Writer) Head(h canvas.Head) error {
	w.begin()
	w.buf = appendHead(w.buf, h)
	return w.finish()
}

// Clear writes a clear.
func (w *Writer) Clear(c Clear) error {
	w.begin()
	w.buf = appendClear(w.buf, c)
	w.ops++
	return w.finish()
}

// Lie writes that a site has told two stories.
func (w *Writer) Lie(l Lie) error {
	w.begin()
	w.buf = appendLie(w.buf, l)
	return w.finish()
}

// Op writes an operation.
func (w *Writer) Op(op Op) error {
	w.begin()
	w.buf = appendOp(w.buf, op)
	w.ops++
	return w.finish()
}

// Check vouches for all that has been written, and hands it over. The sum is
// the digest of the log that the recording's entries make.
func (w *Writer) Check(at time.Duration, sum canvas.Digest) error {
	return w.check(Check{At: at, Sum: sum.String()})
}

// Close ends the recording, in which nothing comes after it.
func (w *Writer) Close(at time.Duration, sum canvas.Digest) error {
	return w.check(Check{At: at, Sum: sum.String(), End: true})
}

// Sync sees what has been handed over to the disk.
func (w *Writer) Sync() error {
	if s, ok := w.w.(interface{ Sync() error }); ok && w.err == nil {
		w.err = s.Sync()
	}
	return w.err
}

func (w *Writer) check(c Check) error {
	c.Lines, c.Ops = w.lines, w.ops
	w.begin()
	w.buf = appendCheck(w.buf, c)
	w.rehash()
	w.buf = appendHash(w.buf, w.hash)
	if w.finish(); w.err == nil {
		w.flush()
	}
	if f, ok := w.w.(interface{ Flush() error }); ok && w.err == nil {
		w.err = f.Flush()
	}
	return w.err
}

// begin begins a line.
func (w *Writer) begin() { w.line = len(w.buf) }

// finish ends the line, and hands over what there is if that is much. A line
// that nobody could read is not written.
func (w *Writer) finish() error {
	if len(w.buf)-w.line >= MaxLine {
		w.buf = w.buf[:w.line]
		if w.err == nil {
			w.err = errLong
		}
		return w.err
	}
	w.buf = append(w.buf, '\n')
	w.lines++
	if len(w.buf) >= bufferSize && w.err == nil {
		w.flush()
	}
	return w.err
}

// rehash hashes what has not been hashed.
func (w *Writer) rehash() {
	w.hash.Write(w.buf[w.hashed:])
	w.hashed = len(w.buf)
}

func (w *Writer) flush() {
	w.rehash()
	_, w.err = w.w.Write(w.buf)
	w.buf, w.hashed = w.buf[:0], 0
}
