package hostile

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"

	"drawmesh/canvas"
)

// A run is some of what an author wrote. It has no bounds.
type run struct {
	of          *author
	first, last uint32
}

// runs parts what an author wrote into runs that others take.
func (a *author) runs() (list []run) {
	first := a.from + 1
	for n := first; n <= a.n(); n++ {
		if e := a.entries[n-a.from-1]; n%256 == 0 || n == a.n() || len(e.name)+len(e.payload) > 111 {
			list = append(list, run{a, first, n})
			first = n + 1
		}
	}
	return list
}

// frame packs runs as section 10 of docs/sync.md has it.
func frame(runs ...run) []byte { return pack(1, runs) }

// proof packs two runs of one key as a proof, whatever they prove.
func proof(first, second run) []byte { return pack(2, []run{first, second}) }

func pack(kind byte, runs []run) []byte {
	index := make(map[canvas.PublicKey]int)
	var sites, list []byte
	var c columns
	for i, r := range runs {
		at, known := index[r.of.key]
		if !known {
			at = len(index)
			index[r.of.key] = at
			sites = append(append(sites, 1), r.of.key[:]...)
		}
		for _, v := range []uint64{uint64(at), uint64(r.first), uint64(r.last + 1 - r.first), 2} {
			list = binary.AppendUvarint(list, v)
		}
		follows := i > 0 && runs[i-1].of == r.of && runs[i-1].last+1 == r.first
		if kind == 2 || r.first != 1 && !follows {
			list = append(list, r.of.chains[r.first-1-r.of.from][:]...)
		}
		list = append(list, r.of.head(r.last)...)
		c.add(r)
	}
	p := append(binary.AppendUvarint(nil, uint64(len(index))), sites...)
	p = append(binary.AppendUvarint(p, uint64(len(runs))), list...)
	for _, column := range c {
		p = append(binary.AppendUvarint(p, uint64(len(column))), column...)
	}
	return deflate(kind, p)
}

// The columns of a frame.
type columns [11][]byte

// add appends the entries of a run.
func (c *columns) add(r run) {
	var kinds, strokes, colors, bys same
	var t uint64
	var x, y, pen int64
	for n := r.first; n <= r.last; n++ {
		e := r.of.entries[n-r.of.from-1]
		kinds.put(&c[0], binary.AppendUvarint(nil, uint64(e.kind)))
		c[1] = binary.AppendUvarint(c[1], e.t-t)
		strokes.put(&c[2], binary.AppendUvarint(nil, uint64(n-e.k+1)))
		t = e.t
		switch e.kind {
		case draw:
			for i := 0; i < 4; i += 2 {
				toX, toY := int64(100*e.xy[i]), int64(100*e.xy[i+1])
				c.step(3, toX-x)
				c.step(5, toY-y)
				x, y = toX, toY
			}
			c[7] = binary.AppendVarint(c[7], 1000-pen)
			pen = 1000
			colors.put(&c[8], []byte{Ink.R, Ink.G, Ink.B, Ink.A})
			bys.put(&c[9], append(binary.AppendUvarint(nil, uint64(len(e.by))), e.by...))
		case other:
			for _, text := range []string{e.name, e.payload} {
				c[10] = append(binary.AppendUvarint(c[10], uint64(len(text))), text...)
			}
		}
	}
	kinds.end(&c[0])
	strokes.end(&c[2])
	colors.end(&c[8])
	bys.end(&c[9])
}

func (c *columns) step(i int, by int64) {
	z := uint64(by<<1) ^ uint64(by>>63)
	c[i] = append(c[i], byte(z))
	c[i+1] = binary.AppendUvarint(c[i+1], z>>8)
}

// A same is a value that is the same for some entries.
type same struct {
	value []byte
	many  uint64
}

func (s *same) put(column *[]byte, value []byte) {
	if s.many > 0 && !bytes.Equal(s.value, value) {
		s.end(column)
	}
	s.value, s.many = value, s.many+1
}

func (s *same) end(column *[]byte) {
	if s.many > 0 {
		*column = binary.AppendUvarint(append(*column, s.value...), s.many)
	}
	*s = same{}
}

// deflate makes a frame of a payload.
func deflate(kind byte, payload []byte) []byte {
	b := bytes.NewBuffer([]byte{'M', 2, kind, 0})
	w, _ := flate.NewWriter(b, flate.BestSpeed)
	w.Write(payload)
	w.Close()
	return b.Bytes()
}

// inflate is the payload of somebody's frame.
func inflate(frame []byte) []byte {
	payload, _ := io.ReadAll(flate.NewReader(bytes.NewReader(frame[4:])))
	return payload
}
