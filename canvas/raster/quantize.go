package raster

import "math/bits"

// A quantizer counts the colours of a picture, and chooses few that stand for all.
type quantizer struct {
	list  []tally
	slots []int32 // a hash table: indices of list, plus 1; its size is a power of two
	order []int32 // scratch: indices of list, by bin
	bins  []bin   // scratch
}

// A tally is one colour, how many pixels have it, and which place of the palette
// stands for it.
type tally struct {
	rgb   uint32 // 0xRRGGBB
	n     int
	index uint8
}

func (t *tally) channel(i int) int { return int(t.rgb >> (8 * i) & 255) }

const (
	transparent = 0   // the place in a palette that stands for no colour
	mostColors  = 255 // of a palette, besides
)

func (q *quantizer) reset() {
	q.list = q.list[:0]
	clear(q.slots)
}

// add counts a pixel, and returns the index of its colour.
func (q *quantizer) add(rgb uint32) int32 {
	if 2*len(q.list) >= len(q.slots) {
		q.grow()
	}
	slot := q.find(rgb)
	if *slot == 0 {
		q.list = append(q.list, tally{rgb: rgb})
		*slot = int32(len(q.list))
	}
	q.list[*slot-1].n++
	return *slot - 1
}

// find is the slot of a colour, or the one that it is to have.
func (q *quantizer) find(rgb uint32) *int32 {
	const spread = 0x9e3779b1 // 2³² by the golden ratio
	mask := uint32(len(q.slots) - 1)
	for i := rgb * spread >> 8; ; i++ {
		if slot := &q.slots[i&mask]; *slot == 0 || q.list[*slot-1].rgb == rgb {
			return slot
		}
	}
}

func (q *quantizer) grow() {
	q.slots = make([]int32, max(1024, 2*len(q.slots)))
	for i := range q.list {
		*q.find(q.list[i].rgb) = int32(i + 1)
	}
}

// A bin is colours that one place of the palette stands for.
type bin struct {
	first, end int    // of the quantizer's order
	n          int    // pixels
	sum        [3]int // of each channel of the pixels
	error      uint64 // squares of how far all pixels are from the mean, in the channel that errs most
	widest     int    // that channel
}

// palette chooses a place for each colour, and returns the colours of the
// places. There is none at transparent.
//
// All colours begin in one bin. While there is room, the bin that errs most is
// cut in two at the mean of its widest channel. What many pixels have soon has
// a bin of its own, and if there are few colours, each has.
func (q *quantizer) palette() [][3]byte {
	q.order = q.order[:0]
	for i := range q.list {
		q.order = append(q.order, int32(i))
	}
	q.bins = append(q.bins[:0], q.bin(0, len(q.order)))
	for len(q.bins) < mostColors {
		worst := 0
		for i := range q.bins {
			if q.bins[i].error > q.bins[worst].error {
				worst = i
			}
		}
		b := &q.bins[worst]
		if b.error == 0 {
			break
		}
		middle := q.part(b)
		end := b.end
		*b = q.bin(b.first, middle)
		q.bins = append(q.bins, q.bin(middle, end))
	}
	colors := make([][3]byte, 1, 1+mostColors)
	for i := range q.bins {
		b := &q.bins[i]
		for _, id := range q.order[b.first:b.end] {
			q.list[id].index = uint8(len(colors))
		}
		colors = append(colors, q.color(b))
	}
	return colors
}

// bin is that of the colours from one index of the order to another.
func (q *quantizer) bin(first, end int) bin {
	b := bin{first: first, end: end}
	var squares [3]int
	for _, id := range q.order[first:end] {
		t := &q.list[id]
		b.n += t.n
		for i := range b.sum {
			v := t.channel(i)
			b.sum[i] += t.n * v
			squares[i] += t.n * v * v
		}
	}
	if end-first < 2 {
		return b // it does not err
	}
	for i, sum := range b.sum {
		if e := deviation(uint64(b.n), uint64(sum), uint64(squares[i])); e > b.error {
			b.error, b.widest = e, i
		}
	}
	return b
}

// deviation is how far n numbers are from their mean, as the sum of the squares,
// from their sum and that of their squares. It is rounded up, so that it is zero
// only if they are all equal.
func deviation(n, sum, squares uint64) uint64 {
	// squares - sum²/n, with products of 128 bits.
	high, low := bits.Mul64(n, squares)
	takeHigh, takeLow := bits.Mul64(sum, sum)
	low, borrow := bits.Sub64(low, takeLow, 0)
	high, _ = bits.Sub64(high, takeHigh, borrow)
	whole, rest := bits.Div64(high, low, n)
	if rest > 0 {
		whole++
	}
	return whole
}

// part sorts the colours of b into those up to the mean and those above it, and
// returns where these begin.
func (q *quantizer) part(b *bin) int {
	low := b.first
	for i := b.first; i < b.end; i++ {
		t := &q.list[q.order[i]]
		if t.channel(b.widest)*b.n <= b.sum[b.widest] {
			q.order[low], q.order[i] = q.order[i], q.order[low]
			low++
		}
	}
	return low
}

// color is what stands for b: the colour of most of its pixels if there is one,
// so that plain areas are exact, or else the mean.
func (q *quantizer) color(b *bin) [3]byte {
	if b.n == 0 {
		return [3]byte{}
	}
	for _, id := range q.order[b.first:b.end] {
		if t := &q.list[id]; 2*t.n > b.n {
			return [3]byte{byte(t.rgb >> 16), byte(t.rgb >> 8), byte(t.rgb)}
		}
	}
	mean := func(i int) byte { return byte((b.sum[i] + b.n/2) / b.n) }
	return [3]byte{mean(2), mean(1), mean(0)}
}
