package recording

import (
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
func NewGzip(w io.Writer) *Gzip {
	g := &Gzip{w: w, hash: sha256.New()}
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

// A sealReader passes on what it reads, and hashes all but the last bytes,
// which may be a seal.
type sealReader struct {
	r    io.Reader
	hash hash.Hash
	last []byte // the last sealSize bytes at most
}

func (s *sealReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.last = append(s.last, p[:n]...)
	if over := len(s.last) - sealSize; over > 0 {
		s.hash.Write(s.last[:over])
		s.last = append(s.last[:0], s.last[over:]...)
	}
	return n, err
}

// whole reports whether what was read ends in its seal.
func (s *sealReader) whole() bool { return bytes.Equal(s.last, appendSeal(nil, s.hash)) }
