package main

import (
	"fmt"
	"strconv"
	"strings"
)

// byteSize is a flag: bytes, in thousands of thousands.
type byteSize int64

var byteUnits = []struct {
	name  string
	bytes float64
}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}}

// UnmarshalText reads such as 512MB.
func (b *byteSize) UnmarshalText(text []byte) error {
	for _, unit := range byteUnits {
		number, found := strings.CutSuffix(string(text), unit.name)
		if !found {
			continue
		}
		if n, err := strconv.ParseFloat(number, 64); err == nil && n >= 0 && n*unit.bytes <= 1e15 {
			*b = byteSize(n * unit.bytes)
			return nil
		}
		break
	}
	return fmt.Errorf("%q is no size, such as 512MB or 1.5GB", text)
}

func (b byteSize) String() string {
	for _, unit := range byteUnits {
		if float64(b) >= unit.bytes {
			return strconv.FormatFloat(float64(b)/unit.bytes, 'f', -1, 64) + unit.name
		}
	}
	return "0B"
}
