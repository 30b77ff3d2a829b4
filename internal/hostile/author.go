package hostile

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"

	"drawmesh/canvas"
)

// Ink is the color of all that members draw, so that it can be told from what
// honest peers draw.
var Ink = canvas.Color{R: 0xee, B: 0xee, A: 0xff}

// The kinds of entries, as docs/sync.md numbers them.
const (
	draw  = 1
	other = 3
	undo  = 4
	redo  = 5
)

// An entry is anything that a site can say. Its coordinates are whole pixels.
type entry struct {
	kind          uint32
	t             uint64
	k             uint32
	xy            [4]int32
	by            string // of a draw
	name, payload string // of another kind; the payload is canonical JSON
}

// An author writes as a site of its own, or in the name of another, whatever it
// likes: times that go back, several stories, numbers that are left out. It hashes,
// signs and packs by docs/sync.md, and by nothing of the code that is attacked.
type author struct {
	private ed25519.PrivateKey
	key     canvas.PublicKey // whose name it writes in
	entries []entry
	chains  [][sha256.Size]byte // after each of the entries; the first one before all
	from    uint32              // the number of the first entry, less 1
}

func newAuthor(random func() uint64) *author {
	var seed [ed25519.SeedSize]byte
	for i := 0; i < len(seed); i += 8 {
		binary.LittleEndian.PutUint64(seed[i:], random())
	}
	private := ed25519.NewKeyFromSeed(seed[:])
	a := &author{private: private, key: canvas.PublicKey(private.Public().(ed25519.PublicKey))}
	a.chains = append(a.chains, sha256.Sum256(append([]byte("drawmesh 2"), a.key[:]...)))
	return a
}

// inNameOf writes on from the entry n of somebody else, with a signature of a's own.
func (a *author) inNameOf(key canvas.PublicKey, n uint32) *author {
	b := &author{private: a.private, key: key, from: n}
	b.chains = append(b.chains, sha256.Sum256(append([]byte("drawmesh 2"), key[:]...)))
	return b
}

// n is the number of the last entry.
func (a *author) n() uint32 { return a.from + uint32(len(a.entries)) }

// lastT is the time of the last entry.
func (a *author) lastT() uint64 {
	if len(a.entries) == 0 {
		return 0
	}
	return a.entries[len(a.entries)-1].t
}

// add writes an entry. Where k is 0 it is a stroke of its own.
func (a *author) add(e entry) *author {
	if e.k == 0 {
		e.k = a.n() + 1
	}
	b := slices.Clone(a.chains[len(a.chains)-1][:])
	b = binary.LittleEndian.AppendUint32(b, e.kind)
	b = binary.LittleEndian.AppendUint64(b, e.t)
	b = binary.LittleEndian.AppendUint32(b, e.k)
	switch e.kind {
	case draw:
		for _, v := range e.xy {
			b = binary.LittleEndian.AppendUint32(b, uint32(100*v))
		}
		b = binary.LittleEndian.AppendUint32(b, 1000)
		b = append(b, Ink.A, Ink.B, Ink.G, Ink.R)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(e.by)))
		b = append(b, e.by...)
	case other:
		b = append(append(append(b, e.name...), 0), e.payload...)
	}
	a.entries, a.chains = append(a.entries, e), append(a.chains, sha256.Sum256(b))
	return a
}

// branch is a with what it has written up to n, to go on with otherwise.
func (a *author) branch(n uint32) *author {
	b := *a
	b.entries, b.chains = slices.Clone(a.entries[:n-a.from]), slices.Clone(a.chains[:n-a.from+1])
	return &b
}

// head is the signature of the head at n.
func (a *author) head(n uint32) []byte {
	b := binary.LittleEndian.AppendUint32([]byte("drawmesh head 2"), n)
	return ed25519.Sign(a.private, append(b, a.chains[n-a.from][:]...))
}

// clear is a clear of the time t, as it stands in a message.
func (a *author) clear(t uint64) string {
	sig := ed25519.Sign(a.private, clearText(t))
	return fmt.Sprintf(`"t":%d,"key":"%s","sig":"%s"`, t, a.key, text64(sig))
}

// clearText is what a clear of the time t signs.
func clearText(t uint64) []byte {
	return binary.LittleEndian.AppendUint64([]byte("drawmesh clear 2"), t)
}

func text64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// text is the entries from one to another as they are drawn, and their head. A
// forwarded one says whose it is.
func (a *author) text(first, last uint32, forwarded bool) []byte {
	var b []byte
	whose := ""
	if forwarded {
		whose = fmt.Sprintf(`,"o":"%s"`, a.key.Site())
	}
	for n := first; n <= last; n++ {
		e := a.entries[n-a.from-1]
		switch e.kind {
		case draw:
			b = fmt.Appendf(b, `{"event":"draw","lastPoint":{"x":%d,"y":%d},"x":%d,"y":%d,"force":1,"color":"#%02x%02x%02x%02x"`,
				e.xy[0], e.xy[1], e.xy[2], e.xy[3], Ink.R, Ink.G, Ink.B, Ink.A)
			if e.by != "" {
				b = fmt.Appendf(b, `,"by":"%s"`, e.by)
			}
		case other:
			b = fmt.Appendf(b, `{"event":"%s"`, e.name)
			if members := e.payload[1 : len(e.payload)-1]; members != "" {
				b = fmt.Appendf(b, `,%s`, members)
			}
		case undo:
			b = append(b, `{"event":"undo"`...)
		case redo:
			b = append(b, `{"event":"redo"`...)
		}
		b = fmt.Appendf(b, ",\"n\":%d,\"t\":%d,\"k\":%d%s}\n", n, e.t, e.k, whose)
	}
	if forwarded && first == 1 {
		whose += fmt.Sprintf(`,"key":"%s"`, a.key)
	}
	return fmt.Appendf(b, `{"event":"head","n":%d%s,"sig":"%s"}`, last, whose, text64(a.head(last)))
}
