package signaling

import (
	"sync"
	"time"
)

// A batch is events that are written together.
type batch struct {
	frames []frame // being added
	buf    []byte
	posted []time.Time // when what is in buf was posted, of what peers sent
	err    error
}

// batches are those that no feed needs just now: most have nothing to write.
var batches = sync.Pool{New: func() any { return new(batch) }}

func (b *batch) add(f frame, id string) {
	if b.err != nil {
		return
	}
	b.buf, b.err = f.append(b.buf, id)
	if !f.posted.IsZero() {
		b.posted = append(b.posted, f.posted)
	}
}

// free gives the batch to whoever needs the next, unless it is large: one burst
// should not cost memory for ever.
func (b *batch) free() {
	if cap(b.buf) <= 64<<10 {
		b.buf, b.posted, b.err = b.buf[:0], b.posted[:0], nil
		batches.Put(b)
	}
}
