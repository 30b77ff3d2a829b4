package loadtest

import (
	"fmt"
	"strconv"
	"strings"
)

// A Share is a number of bots, or a part of all of them. The zero value is none.
type Share struct {
	number  float64
	percent bool
}

// UnmarshalText reads 3 or 5%.
func (s *Share) UnmarshalText(text []byte) error {
	number, percent := strings.CutSuffix(string(text), "%")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v >= 0) || percent && v > 100 || !percent && v != float64(int(v)) {
		return fmt.Errorf("%q is no number of bots, such as 3 or 5%%", text)
	}
	*s = Share{v, percent}
	return nil
}

// String is what UnmarshalText reads; empty for none.
func (s Share) String() string {
	switch {
	case s.number == 0:
		return ""
	case s.percent:
		return strconv.FormatFloat(s.number, 'f', -1, 64) + "%"
	}
	return strconv.FormatFloat(s.number, 'f', -1, 64)
}

// covers reports whether so many of all are no more than the share.
func (s Share) covers(n, all float64) bool {
	if s.percent {
		return 100*n <= s.number*all
	}
	return n <= s.number
}
