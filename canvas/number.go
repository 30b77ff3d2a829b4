package canvas

import (
	"math"
	"strconv"
)

// numberOf is the finite number that a JSON value is, or that a string holds
// between spaces, as a canvas reads it.
func numberOf(raw []byte) (float64, bool) {
	if len(raw) == 0 {
		return 0, false
	}
	if raw[0] == '"' {
		text, ok := textOf(raw)
		if raw = trimSpace(text); !ok || len(raw) == 0 || numberLen(raw) != len(raw) {
			return 0, false
		}
	} else if c := raw[0]; c != '-' && (c < '0' || c > '9') {
		return 0, false // an object, an array, true, false or null
	}
	if v, ok := shortNumber(raw); ok {
		return v, true
	}
	v, err := strconv.ParseFloat(string(raw), 64)
	return v, err == nil
}

// shortNumber reads up to 16 characters without an exponent. Where there is a
// point among them, a float64 holds exactly both the 15 digits and the power of
// ten below them, so that one division rounds correctly (Clinger, How to read
// floating point numbers accurately, 1990).
func shortNumber(raw []byte) (float64, bool) {
	powers := [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
	i, negative := 0, raw[0] == '-'
	if negative {
		i++
	}
	if len(raw)-i > 16 {
		return 0, false
	}
	digits, below := uint64(0), 0
	point := len(raw)
	for ; i < len(raw); i++ {
		switch c := raw[i]; {
		case c >= '0' && c <= '9':
			digits = digits*10 + uint64(c-'0')
			if i > point {
				below++
			}
		case c == '.' && point == len(raw):
			point = i
		default:
			return 0, false
		}
	}
	v := float64(digits) / powers[below]
	if negative {
		v = -v
	}
	return v, true
}

// numberLen is the length of the number that s begins with (CSS Syntax 3,
// section 4.3.12): it may begin with a plus or a point, and ends in a digit.
func numberLen[T string | []byte](s T) int {
	digits := func(i int) int {
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i
	}
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	n := digits(i)
	if n < len(s) && s[n] == '.' && digits(n+1) > n+1 {
		n = digits(n + 1)
	}
	if n == i {
		return 0
	}
	if n < len(s) && s[n]|0x20 == 'e' {
		e := n + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if digits(e) > e {
			n = digits(e)
		}
	}
	return n
}

// trimSpace removes ASCII white space from both ends.
func trimSpace[T string | []byte](s T) T {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' && c != '\v' }

// appendNumber writes v as ECMA-262 does (Number::toString): the shortest
// digits, and an exponent only for very small or very large values. What is not
// finite becomes null, as in JSON.stringify.
func appendNumber(dst []byte, v float64) []byte {
	if v == 0 { // and minus zero
		return append(dst, '0')
	}
	abs := math.Abs(v)
	if abs < 1<<53 && v == math.Trunc(v) {
		return strconv.AppendInt(dst, int64(v), 10)
	}
	if abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(dst, "null"...)
	}
	dst = strconv.AppendFloat(dst, v, 'e', -1, 64)
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' { // 1e-07
		dst = append(dst[:n-2], dst[n-1])
	}
	return dst
}
