package mesh

import "sync"

const (
	longestKept = 4 << 10 // bytes of a buffer
	mostKept    = 128     // buffers
)

// buffers are those that messages came in and that nobody reads any more: where many
// are linked, most of what there is to collect would be they.
type buffers struct {
	mu   sync.Mutex
	free [][]byte
}

// clone is a copy of data.
func (b *buffers) clone(data []byte) []byte {
	var buf []byte
	b.mu.Lock()
	if last := len(b.free) - 1; last >= 0 {
		buf, b.free = b.free[last], b.free[:last]
	}
	b.mu.Unlock()
	return append(buf[:0], data...)
}

func (b *buffers) keep(data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if cap(data) <= longestKept && len(b.free) < mostKept {
		b.free = append(b.free, data)
	}
}

// Recycle gives back a message that came, for another to come in: neither it nor its
// Data may be used any more. Nobody has to.
func (m *Mesh) Recycle(msg Message) { m.read.keep(msg.Data) }
