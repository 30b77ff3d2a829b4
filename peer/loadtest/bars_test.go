package loadtest

import (
	"math/rand/v2"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Bars are those of HdrHistogram, to the count and the percentile.
func TestBarsAreThoseOfHdrHistogram(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 50 {
		var b, merged bars
		h := hdrhistogram.New(1, 1<<50, barDigits)
		for range 1 + random.IntN(3000) {
			v := random.Int64N(1 << (1 + random.IntN(49)))
			times := 1 + random.Int64N(3)
			b.add(v, times)
			_ = h.RecordValues(v, times)
		}
		for _, p := range []float64{0, 0.1, 1, 50, 90, 99, 99.9, 100} {
			if got, want := b.percentile(p), h.ValueAtPercentile(p); got != want {
				t.Errorf("p%g of %d: got %d, want %d", p, b.total, got, want)
			}
		}
		merged.merge(&b)
		for _, bar := range h.Distribution() {
			if bar.Count > 0 && merged.count(bar.From) != bar.Count {
				t.Errorf("%d from %d to %d, want %d", merged.count(bar.From), bar.From, bar.To, bar.Count)
			}
		}
		for low, high := range b.all {
			if !h.ValuesAreEquivalent(low, high) || h.ValuesAreEquivalent(low-1, low) || h.ValuesAreEquivalent(high, high+1) {
				t.Errorf("a bar from %d to %d, which is none of HdrHistogram's", low, high)
			}
		}
		text, err := b.encode()
		if err != nil {
			t.Fatal(err)
		}
		var read bars
		if err := read.decode(text); err != nil || read.total != b.total || read.percentile(50) != b.percentile(50) || read.last() != b.last() {
			t.Errorf("read: %d of them, the median %d, %v; want %d and %d", read.total, read.percentile(50), err, b.total, b.percentile(50))
		}
	}
}
