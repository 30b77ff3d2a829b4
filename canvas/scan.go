package canvas

import "encoding/json"

// maxDepth is how deep arrays and objects may lie in one another: as deep as
// encoding/json follows them.
const maxDepth = 10000

// scan reads a text that is one JSON object. Of two members of one name the last
// counts, as in JavaScript; unknown ones must be JSON too.
func scan(data []byte, m *fields) bool {
	return Members(data, func(name, value []byte) {
		if i := fieldOf(name); i < fCount {
			m[i] = value
		}
	})
}

// Members tells the members of a text that is one JSON object (RFC 8259), in order:
// the names, and the values as they stand in data, whose memory they share. It reports
// whether the text is one; if not, members may have been told before.
func Members(data []byte, each func(name, value []byte)) bool {
	s := scanner{data: data}
	s.space()
	ok := s.object(0, each)
	s.space()
	return ok && s.at == len(s.data)
}

// A scanner reads JSON from at on.
type scanner struct {
	data []byte
	at   int
}

// object reads an object and tells each of its members. A nil each is fine.
func (s *scanner) object(depth int, each func(name, value []byte)) bool {
	if depth == maxDepth || !s.skip('{') {
		return false
	}
	if s.space(); s.skip('}') {
		return true
	}
	for {
		from := s.at
		if !s.string() {
			return false
		}
		name, ok := textOf(s.data[from:s.at])
		if s.space(); !ok || !s.skip(':') {
			return false
		}
		s.space()
		from = s.at
		if !s.value(depth + 1) {
			return false
		}
		if each != nil {
			each(name, s.data[from:s.at])
		}
		if s.space(); s.skip('}') {
			return true
		}
		if !s.skip(',') {
			return false
		}
		s.space()
	}
}

// array reads an array and tells each of its elements. A nil each is fine.
func (s *scanner) array(depth int, each func(value []byte)) bool {
	if depth == maxDepth || !s.skip('[') {
		return false
	}
	if s.space(); s.skip(']') {
		return true
	}
	for {
		from := s.at
		if !s.value(depth + 1) {
			return false
		}
		if each != nil {
			each(s.data[from:s.at])
		}
		if s.space(); s.skip(']') {
			return true
		}
		if !s.skip(',') {
			return false
		}
		s.space()
	}
}

func (s *scanner) value(depth int) bool {
	if s.at == len(s.data) {
		return false
	}
	switch s.data[s.at] {
	case '"':
		return s.string()
	case '{':
		return s.object(depth, nil)
	case '[':
		return s.array(depth, nil)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

func (s *scanner) string() bool {
	if !s.skip('"') {
		return false
	}
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return true
		case c < ' ':
			return false
		case c == '\\':
			if s.at++; s.at == len(s.data) {
				return false
			}
			switch s.data[s.at] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				if s.at+4 >= len(s.data) || !isHex(s.data[s.at+1:s.at+5]) {
					return false
				}
				s.at += 4
			default:
				return false
			}
		}
	}
	return false
}

func (s *scanner) number() bool {
	s.skip('-')
	if !s.skip('0') && !s.digits() {
		return false
	}
	if s.skip('.') && !s.digits() {
		return false
	}
	if s.skip('e') || s.skip('E') {
		if !s.skip('+') {
			s.skip('-')
		}
		return s.digits()
	}
	return true
}

// digits reads one or more.
func (s *scanner) digits() bool {
	from := s.at
	for s.at < len(s.data) && s.data[s.at]-'0' < 10 {
		s.at++
	}
	return s.at > from
}

func (s *scanner) word(w string) bool {
	if len(s.data)-s.at < len(w) || string(s.data[s.at:s.at+len(w)]) != w {
		return false
	}
	s.at += len(w)
	return true
}

func (s *scanner) skip(c byte) bool {
	if s.at == len(s.data) || s.data[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func isHex(digits []byte) bool {
	for _, c := range digits {
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}

// textOf is what a JSON string says. It may share the string's memory.
func textOf(raw []byte) ([]byte, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return nil, false
	}
	inner := raw[1 : len(raw)-1]
	for _, c := range inner {
		if c == '\\' {
			var s string
			err := json.Unmarshal(raw, &s)
			return []byte(s), err == nil
		}
	}
	return inner, true
}
