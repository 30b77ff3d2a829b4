package canvas

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonDepth is how many arrays and objects may lie in one another, the payload
// included.
const jsonDepth = 32

var errCanonical = errors.New("its members have no canonical form (RFC 8785)")

// canonicalObject appends the JSON Canonicalization Scheme's form (RFC 8785) of
// an object, without its members that skip names. Of two members of one name the
// last counts.
func canonicalObject(dst, raw []byte, skip func(name []byte) bool) ([]byte, error) {
	if !utf8.Valid(raw) || loneSurrogate(raw) {
		return nil, errCanonical
	}
	return canonicalMembers(dst, raw, skip, 0)
}

// loneSurrogate reports whether a string in a JSON text has half of a UTF-16 pair
// without the other. It is no text then, and everybody makes something else of it.
func loneSurrogate(raw []byte) bool {
	high := false // the last character was the first half
	for i := 0; i < len(raw); i++ {
		unit := -1
		if raw[i] == '\\' && i+1 < len(raw) {
			if i++; raw[i] == 'u' && i+4 < len(raw) {
				v, _ := strconv.ParseUint(string(raw[i+1:i+5]), 16, 16)
				unit, i = int(v), i+4
			}
		}
		low := unit >= 0xdc00 && unit <= 0xdfff
		if low != high {
			return true
		}
		high = unit >= 0xd800 && unit <= 0xdbff
	}
	return high
}

type member struct {
	name  []byte
	units []uint16 // the name in UTF-16, by which members are sorted
	value []byte
}

func canonicalMembers(dst, raw []byte, skip func([]byte) bool, depth int) ([]byte, error) {
	var members []member
	s := scanner{data: raw}
	whole := s.object(0, func(name, value []byte) {
		if skip != nil && skip(name) {
			return
		}
		m := member{name, utf16.Encode([]rune(string(name))), value}
		if i := slices.IndexFunc(members, func(o member) bool { return bytes.Equal(o.name, name) }); i >= 0 {
			members[i] = m
		} else {
			members = append(members, m)
		}
	})
	if !whole {
		return nil, errCanonical
	}
	slices.SortFunc(members, func(a, b member) int { return slices.Compare(a.units, b.units) })
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, m.name), ':')
		var err error
		if dst, err = canonicalValue(dst, m.value, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func canonicalValue(dst, raw []byte, depth int) ([]byte, error) {
	switch {
	case len(raw) == 0 || depth == jsonDepth && (raw[0] == '{' || raw[0] == '['):
		return nil, errCanonical
	case raw[0] == '{':
		return canonicalMembers(dst, raw, nil, depth)
	case raw[0] == '[':
		return canonicalArray(dst, raw, depth)
	case raw[0] == '"':
		text, ok := textOf(raw)
		if !ok {
			return nil, errCanonical
		}
		return appendString(dst, text), nil
	case raw[0] == 't' || raw[0] == 'f' || raw[0] == 'n':
		return append(dst, raw...), nil
	}
	v, ok := numberOf(raw)
	if !ok {
		return nil, errCanonical
	}
	return appendNumber(dst, v), nil
}

func canonicalArray(dst, raw []byte, depth int) ([]byte, error) {
	dst = append(dst, '[')
	first := true
	var err error
	s := scanner{data: raw}
	whole := s.array(0, func(value []byte) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		if err == nil {
			var out []byte
			if out, err = canonicalValue(dst, value, depth+1); err == nil {
				dst = out
			}
		}
	})
	if !whole {
		err = cmp.Or(err, errCanonical)
	}
	return append(dst, ']'), err
}

// appendString appends a JSON string as RFC 8785 (section 3.2.2.2) writes it.
func appendString(dst, text []byte) []byte {
	dst = append(dst, '"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ':
			dst = append(dst, c)
		case c >= '\b' && c <= '\r' && c != '\v':
			dst = append(dst, '\\', "btn_fr"[c-'\b'])
		default:
			dst = appendHex(append(dst, `\u`...), uint64(c), 4)
		}
	}
	return append(dst, '"')
}

func appendHex(dst []byte, v uint64, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[v>>shift&15])
	}
	return dst
}
