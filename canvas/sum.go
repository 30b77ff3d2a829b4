package canvas

import (
	"errors"
	"fmt"
	"strconv"
)

// A Sum is a hash of a drawing, or of a part of it. Its text is 16 hexadecimal
// digits.
type Sum uint64

// String is the sum's 16 hexadecimal digits.
func (s Sum) String() string { return fmt.Sprintf("%016x", uint64(s)) }

// ErrSum means a text that is no sum.
var ErrSum = errors.New("sum is not of 16 hexadecimal digits")

// ParseSum reads what String writes, and nothing else.
func ParseSum(text string) (Sum, error) {
	v, err := strconv.ParseUint(text, 16, 64)
	if s := Sum(v); err == nil && s.String() == text {
		return s, nil
	}
	return 0, ErrSum
}

// MarshalText is String.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is [ParseSum].
func (s *Sum) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSum(string(text))
	return err
}
