package loadtest

import (
	"encoding/json"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	histogramMax    = int64(time.Hour / time.Microsecond) // what is longer counts as that
	histogramDigits = 3
)

// A Histogram counts durations, to three digits of a microsecond count. Its
// least, greatest and mean are exact. The zero value is empty.
type Histogram struct {
	counts *hdrhistogram.Histogram // of microseconds; nil if empty

	min, max, sum int64 // microseconds
}

func newCounts() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, histogramMax, histogramDigits)
}

// Add counts a duration. Below zero there is none.
func (h *Histogram) Add(d time.Duration) { h.add(d.Microseconds(), 1) }

func (h *Histogram) add(us, times int64) {
	us = min(max(us, 0), histogramMax)
	if h.counts == nil {
		h.counts = newCounts()
	}
	if n := h.counts.TotalCount(); n == 0 || us < h.min {
		h.min = us
	}
	h.max = max(h.max, us)
	h.sum += us * times
	_ = h.counts.RecordValues(us, times) // us is within its bounds
}

// Count is how many there are.
func (h *Histogram) Count() int64 {
	if h.counts == nil {
		return 0
	}
	return h.counts.TotalCount()
}

// Min, Max and Mean are exact. They are zero if there are none.
func (h *Histogram) Min() time.Duration { return micros(h.min) }

// Max is the greatest.
func (h *Histogram) Max() time.Duration { return micros(h.max) }

// Mean is the mean.
func (h *Histogram) Mean() time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return micros(int64(math.Round(float64(h.sum) / float64(h.Count()))))
}

// Percentile is what p percent do not exceed.
func (h *Histogram) Percentile(p float64) time.Duration {
	if h.Count() == 0 {
		return 0
	}
	return micros(min(max(h.counts.ValueAtPercentile(p), h.min), h.max))
}

// Merge adds what is in g, with shift added to each.
func (h *Histogram) Merge(g *Histogram, shift time.Duration) {
	if g.Count() == 0 {
		return
	}
	if h.counts == nil {
		h.counts = newCounts()
	}
	us, n := shift.Microseconds(), h.counts.TotalCount()
	low, high := max(g.min+us, 0), max(g.max+us, 0)
	if n == 0 || low < h.min {
		h.min = low
	}
	h.max = max(h.max, high)
	h.sum += g.sum + us*g.Count()
	if us == 0 {
		h.counts.Merge(g.counts)
		return
	}
	for _, bar := range g.counts.Distribution() {
		if bar.Count > 0 {
			_ = h.counts.RecordValues(min(max((bar.From+bar.To)/2+us, 0), histogramMax), bar.Count)
		}
	}
}

// Reset empties it, and keeps its memory.
func (h *Histogram) Reset() {
	if h.Count() > 0 {
		h.counts.Reset()
	}
	h.min, h.max, h.sum = 0, 0, 0
}

// A Bar is how many durations lie from one to the other, both included.
type Bar struct {
	From, To time.Duration
	Count    int64
}

// Bars are those that are not empty.
func (h *Histogram) Bars() (bars []Bar) {
	if h.Count() == 0 {
		return nil
	}
	for _, b := range h.counts.Distribution() {
		if b.Count > 0 {
			bars = append(bars, Bar{micros(b.From), micros(b.To), b.Count})
		}
	}
	return bars
}

// histogramJSON is a histogram in a report. HDR is the compressed V2 encoding
// of HdrHistogram, in base64, of microseconds.
type histogramJSON struct {
	Count  int64   `json:"count"`
	MinMS  float64 `json:"min_ms"`
	MeanMS float64 `json:"mean_ms"`
	P50MS  float64 `json:"p50_ms"`
	P90MS  float64 `json:"p90_ms"`
	P99MS  float64 `json:"p99_ms"`
	P999MS float64 `json:"p999_ms"`
	MaxMS  float64 `json:"max_ms"`
	SumUS  int64   `json:"sum_us"`
	HDR    string  `json:"hdr,omitempty"`
}

// MarshalJSON writes what people read, and what a program needs for merging.
func (h Histogram) MarshalJSON() ([]byte, error) {
	j := histogramJSON{
		Count: h.Count(), MinMS: ms(h.Min()), MeanMS: ms(h.Mean()), MaxMS: ms(h.Max()), SumUS: h.sum,
		P50MS: ms(h.Percentile(50)), P90MS: ms(h.Percentile(90)), P99MS: ms(h.Percentile(99)), P999MS: ms(h.Percentile(99.9)),
	}
	if h.Count() > 0 {
		text, err := h.counts.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
		if err != nil {
			return nil, err
		}
		j.HDR = string(text)
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (h *Histogram) UnmarshalJSON(data []byte) error {
	var j histogramJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*h = Histogram{}
	if j.HDR == "" {
		return nil
	}
	counts, err := hdrhistogram.Decode([]byte(j.HDR))
	if err != nil {
		return err
	}
	h.counts = newCounts()
	h.counts.Merge(counts)
	h.min, h.max, h.sum = int64(math.Round(j.MinMS*1000)), int64(math.Round(j.MaxMS*1000)), j.SumUS
	return nil
}

func micros(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// ms is d in milliseconds, to the microsecond.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
