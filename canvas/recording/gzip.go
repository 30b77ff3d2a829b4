package recording

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"hash"
	"io"
)

// A seal is how a compressed recording ends: an empty gzip member (RFC 1952)
// whose extra field holds the SHA-256 of all the file's bytes before it. For
// there are bits in a compressed file that change nothing when it is read, and
// a change of these must be noticed too.
const (
	sealHead = "\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff" + // with an extra field
		"\x24\x00" + "dm" + "\x20\x00" // of 36 bytes: an identifier, 32 bytes
	sealTail = "\x03\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" // nothing, its CRC and length
	sealSize = len(sealHead) + sha256.Size + len(sealTail)
)

func appendSeal(dst []byte, h hash.Hash) []byte {
	return append(h.Sum(append(dst, sealHead...)), sealTail...)
}

// Gzip compresses a recording for a [Writer]. What has been flushed can be
// read, whatever happens then.
type Gzip struct {
	w    io.Writer
	hash hash.Hash
	gzip *gzip.Writer
}

// NewGzip returns one that writes to w. Close does not close w.
func NewGzip(w io.Writer) *Gzip { return newGzip(w, sha256.New()) }

func newGzip(w io.Writer, h hash.Hash) *Gzip {
	g := &Gzip{w: w, hash: h}
	g.gzip = gzip.NewWriter(io.MultiWriter(w, g.hash))
	return g
}

// Write compresses p.
func (g *Gzip) Write(p []byte) (int, error) { return g.gzip.Write(p) }

// Flush hands over all that was written.
func (g *Gzip) Flush() error { return g.gzip.Flush() }

// Sync syncs the writer underneath, if it has a method Sync() error.
func (g *Gzip) Sync() error {
	if s, ok := g.w.(interface{ Sync() error }); ok {
		return s.Sync()
	}
	return nil
}

// Close ends the file.
func (g *Gzip) Close() error {
	if err := g.gzip.Close(); err != nil {
		return err
	}
	_, err := g.w.Write(appendSeal(nil, g.hash))
	return err
}

// A sealReader reads what is compressed: files of Gzip, one or several one after
// another. Of the bytes of each it holds that they end in their seal.
type sealReader struct {
	in     *bufio.Reader
	gzip   *gzip.Reader
	hash   hash.Hash // of the bytes since the last seal, but for those in tail
	tail   []byte    // read, and not hashed yet: the last of them may be a seal
	sealed bool      // the last thing read was a seal
	broken bool      // a seal was not that of what was before it
}

// newSealReader reads the first header.
func newSealReader(in *bufio.Reader) (*sealReader, error) {
	s := &sealReader{in: in, hash: sha256.New()}
	var err error
	if s.gzip, err = gzip.NewReader((*counted)(s)); err == nil {
		s.gzip.Multistream(false)
	}
	return s, err
}

// Read reads what was compressed.
func (s *sealReader) Read(p []byte) (int, error) {
	for {
		n, err := s.gzip.Read(p)
		if n > 0 && err == io.EOF {
			return n, nil
		}
		if err != io.EOF {
			return n, err
		}
		s.memberEnded()
		if err := s.gzip.Reset((*counted)(s)); err != nil {
			return 0, err // the end of the file, most often
		}
		s.gzip.Multistream(false)
		s.sealed = false
	}
}

// memberEnded looks whether the member of gzip that has just ended is a seal.
func (s *sealReader) memberEnded() {
	s.digest()
	if !bytes.HasPrefix(s.tail, []byte(sealHead)) {
		return
	}
	s.sealed = bytes.Equal(s.tail, appendSeal(nil, s.hash))
	s.broken = s.broken || !s.sealed
	s.hash.Reset()
	s.tail = s.tail[:0]
}

// digest hashes all but the last bytes, which may be a seal.
func (s *sealReader) digest() {
	if over := len(s.tail) - sealSize; over > 0 {
		s.hash.Write(s.tail[:over])
		s.tail = append(s.tail[:0], s.tail[over:]...)
	}
}

// unsealed is the hash of all that was read since the last seal. Nothing can be
// read after it.
func (s *sealReader) unsealed() hash.Hash {
	s.hash.Write(s.tail)
	s.tail = nil
	return s.hash
}

// whole reports whether what was read ends in a seal, and each is right.
func (s *sealReader) whole() bool { return s.sealed && !s.broken }

// counted is what a sealReader's gzip reads. It reads no more than it needs, so
// that it is known where a member ends.
type counted sealReader

// ReadByte reads one byte.
func (c *counted) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err == nil {
		c.took(b)
	}
	return b, err
}

// Read reads several.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.took(p[:n]...)
	return n, err
}

func (c *counted) took(p ...byte) {
	const most = 32 << 10 // bytes that are not hashed at once
	if c.tail = append(c.tail, p...); len(c.tail) > most {
		(*sealReader)(c).digest()
	}
}
