package loadtest

import (
	"fmt"
	"math"
	"strconv"
)

// A Value is one figure of a report.
type Value struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"` // "ms", "%", "bytes", "/s"; none for a count; the bots' own have any
	Of    float64 `json:"of,omitempty"`   // what a count is a part of
}

// String is the value for people.
func (v Value) String() string {
	switch v.Unit {
	case "ms":
		return FormatMS(v.Value)
	case "bytes":
		return FormatBytes(v.Value)
	case "%":
		return fmt.Sprintf("%.0f %%", v.Value)
	case "/s":
		return fmt.Sprintf("%.0f/s", v.Value)
	}
	decimals := 1000.0
	if math.Abs(v.Value) >= 10 {
		decimals = 10
	}
	number := strconv.FormatFloat(math.Round(v.Value*decimals)/decimals, 'f', -1, 64)
	if v.Of > 0 {
		number += fmt.Sprintf(" of %.0f", v.Of)
	}
	if v.Unit != "" {
		number += " " + v.Unit
	}
	return number
}

// FormatMS writes milliseconds with three digits or so. Below zero is never.
func FormatMS(ms float64) string {
	switch {
	case ms < 0:
		return "never"
	case ms >= 10_000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 1000:
		return fmt.Sprintf("%.2f s", ms/1000)
	case ms >= 100:
		return fmt.Sprintf("%.0f ms", ms)
	case ms >= 10:
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.2f ms", ms)
}

// FormatBytes writes bytes with three digits or so.
func FormatBytes(b float64) string {
	switch {
	case b >= 1e9:
		return fmt.Sprintf("%.2f GB", b/1e9)
	case b >= 1e6:
		return fmt.Sprintf("%.1f MB", b/1e6)
	case b >= 1e3:
		return fmt.Sprintf("%.1f KB", b/1e3)
	}
	return fmt.Sprintf("%.0f bytes", b)
}
