package loadtest

import (
	"encoding/json"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const histogramMax = int64(time.Hour / time.Microsecond) // what is longer counts as that

// A Histogram counts durations, to three digits of a microsecond count. Its
// least, greatest and mean are exact. The zero value is empty.
type Histogram struct {
	bars bars // of microseconds

	min, max, sum int64 // microseconds
}

// Add counts a duration. Below zero there is none.
func (h *Histogram) Add(d time.Duration) { h.add(d.Microseconds()) }

func (h *Histogram) add(us int64) {
	us = min(max(us, 0), histogramMax)
	if h.bars.total == 0 || us < h.min {
		h.min = us
	}
	h.max = max(h.max, us)
	h.sum += us
	h.bars.add(us, 1)
}

// Count is how many there are.
func (h *Histogram) Count() int64 { return h.bars.total }

// IsZero reports whether there are none.
func (h Histogram) IsZero() bool { return h.bars.total == 0 }

// Min is the least, to the microsecond; zero if there are none.
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
	return micros(min(max(h.bars.percentile(p), h.min), h.max))
}

// Merge adds what is in g, with shift added to each.
func (h *Histogram) Merge(g *Histogram, shift time.Duration) {
	if g.Count() == 0 {
		return
	}
	us := shift.Microseconds()
	low, high := max(g.min+us, 0), max(g.max+us, 0)
	if h.Count() == 0 || low < h.min {
		h.min = low
	}
	h.max = max(h.max, high)
	h.sum += g.sum + us*g.Count()
	if us == 0 {
		h.bars.merge(&g.bars)
		return
	}
	for low, high := range g.bars.all {
		h.bars.add(min(max((low+high)/2+us, 0), histogramMax), g.bars.count(low))
	}
}

// clone is a copy that shares nothing.
func (h *Histogram) clone() Histogram {
	c := *h
	c.bars = h.bars.clone()
	return c
}

// A Bar is how many durations lie from one to the other, both included.
type Bar struct {
	From, To time.Duration
	Count    int64
}

// Bars are those that are not empty.
func (h *Histogram) Bars() (bars []Bar) {
	for low, high := range h.bars.all {
		bars = append(bars, Bar{micros(low), micros(high), h.bars.count(low)})
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
	text, err := h.bars.encode()
	if err != nil {
		return nil, err
	}
	return json.Marshal(histogramJSON{
		Count: h.Count(), MinMS: ms(h.Min()), MeanMS: ms(h.Mean()), MaxMS: ms(h.Max()), SumUS: h.sum,
		P50MS: ms(h.Percentile(50)), P90MS: ms(h.Percentile(90)), P99MS: ms(h.Percentile(99)), P999MS: ms(h.Percentile(99.9)),
		HDR: text,
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (h *Histogram) UnmarshalJSON(data []byte) error {
	var j histogramJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*h = Histogram{min: int64(math.Round(j.MinMS * 1000)), max: int64(math.Round(j.MaxMS * 1000)), sum: j.SumUS}
	return h.bars.decode(j.HDR)
}

// encode is the bars in the compressed encoding V2 of HdrHistogram, in base64;
// empty if there are none.
func (b *bars) encode() (string, error) {
	if b.total == 0 {
		return "", nil
	}
	h := hdrhistogram.New(1, max(histogramMax, b.last()), barDigits)
	for low := range b.all {
		_ = h.RecordValues(low, b.count(low)) // which is within its bounds
	}
	text, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(text), err
}

// decode reads what encode has written.
func (b *bars) decode(text string) error {
	*b = bars{}
	if text == "" {
		return nil
	}
	h, err := hdrhistogram.Decode([]byte(text))
	if err != nil {
		return err
	}
	for _, bar := range h.Distribution() {
		if bar.Count > 0 {
			b.add(max(bar.From, 0), bar.Count)
		}
	}
	return nil
}

func micros(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// ms is d in milliseconds, to the microsecond.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
