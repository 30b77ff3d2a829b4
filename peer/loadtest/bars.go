package loadtest

import (
	"math/bits"
	"slices"
)

// Bars count numbers from zero on, to barDigits digits, in the classes of
// HdrHistogram: up to 2,047 each number has a bar of its own, and from each power
// of two on they are twice as wide. Unlike the library's, they take memory only
// from the least to the greatest that occur: there are many, by tags and over
// time. The zero value is empty.
type bars struct {
	first int     // the bar that n[0] counts
	n     []int64 // how many
	total int64
}

const (
	barDigits = 3
	barBits   = 10 // a power of two has 1,024 bars: a thousandth each, at most
)

// barOf is the bar of a number, and edges the numbers of a bar.
func barOf(v int64) int {
	width := bits.Len64(uint64(v)|(2<<barBits-1)) - (barBits + 1)
	return width<<barBits + int(v>>width)
}

func edges(bar int) (low, high int64) {
	width := max(bar>>barBits-1, 0)
	low = int64(bar-width<<barBits) << width
	return low, low + 1<<width - 1
}

func (b *bars) add(v, times int64) {
	bar := barOf(v)
	switch end := b.first + len(b.n); {
	case len(b.n) == 0:
		b.first, b.n = bar, make([]int64, 1)
	case bar < b.first:
		b.n = slices.Insert(b.n, 0, make([]int64, b.first-bar)...)
		b.first = bar
	case bar >= end:
		b.n = append(b.n, make([]int64, bar-end+1)...)
	}
	b.n[bar-b.first] += times
	b.total += times
}

// all yields the edges of each bar that is not empty.
func (b *bars) all(yield func(low, high int64) bool) {
	for i, n := range b.n {
		if n > 0 && !yield(edges(b.first+i)) {
			return
		}
	}
}

// count is how many are in the bar of v, which has one.
func (b *bars) count(v int64) int64 { return b.n[barOf(v)-b.first] }

// last is the end of the last bar.
func (b *bars) last() int64 {
	_, high := edges(b.first + len(b.n) - 1)
	return high
}

// percentile is the end of the bar that p percent do not exceed. There are some.
func (b *bars) percentile(p float64) int64 {
	want := max(int64(p/100*float64(b.total)+0.5), 1)
	for i, n := range b.n {
		if want -= n; want <= 0 {
			_, high := edges(b.first + i)
			return high
		}
	}
	return b.last()
}

func (b *bars) merge(c *bars) {
	for low := range c.all {
		b.add(low, c.count(low))
	}
}

func (b *bars) clone() bars { return bars{b.first, slices.Clone(b.n), b.total} }
