package trace

import (
	"errors"
	"fmt"
	"strconv"
)

// A Scanner reads lists of numbers, as path data, points and transforms are.
type Scanner struct {
	Text string
	at   int
}

var errNoNumber = errors.New("no number")

// Offset is how far the scanner is, in bytes.
func (s *Scanner) Offset() int { return s.at }

// Peek is the byte that comes next, zero at the end.
func (s *Scanner) Peek() byte {
	if s.at < len(s.Text) {
		return s.Text[s.at]
	}
	return 0
}

// Skip passes a byte over.
func (s *Scanner) Skip() { s.at++ }

// Rest is what comes next, up to n bytes of it.
func (s *Scanner) Rest(n int) string { return s.Text[s.at:min(s.at+n, len(s.Text))] }

func (s *Scanner) space() {
	for s.at < len(s.Text) && (s.Text[s.at] == ' ' || s.Text[s.at] >= '\t' && s.Text[s.at] <= '\r') {
		s.at++
	}
}

// More passes over space, and reports whether something comes after it.
func (s *Scanner) More() bool {
	s.space()
	return s.at < len(s.Text)
}

// Separator passes over space, and over one comma in it.
func (s *Scanner) Separator() {
	s.space()
	if s.Peek() == ',' {
		s.at++
		s.space()
	}
}

// AtNumber reports whether a number seems to come next.
func (s *Scanner) AtNumber() bool {
	c := s.Peek()
	return c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'
}

// Number reads a number. It may end in a point, as SVG 1.1 has it.
func (s *Scanner) Number() (float64, error) {
	begin := s.at
	i := begin
	digits := func() (n int) {
		for i < len(s.Text) && s.Text[i] >= '0' && s.Text[i] <= '9' {
			i++
			n++
		}
		return n
	}
	if c := s.Peek(); c == '+' || c == '-' {
		i++
	}
	n := digits()
	if i < len(s.Text) && s.Text[i] == '.' {
		i++
		n += digits()
	}
	if n == 0 {
		return 0, errNoNumber
	}
	if end := i; i < len(s.Text) && s.Text[i]|0x20 == 'e' { // and no em
		i++
		if i < len(s.Text) && (s.Text[i] == '+' || s.Text[i] == '-') {
			i++
		}
		if digits() == 0 {
			i = end
		}
	}
	s.at = i
	v, err := strconv.ParseFloat(s.Text[begin:i], 64)
	if err != nil {
		return 0, fmt.Errorf("%.20s is out of range", s.Text[begin:i])
	}
	return v, nil
}

// Numbers reads as many numbers as there are, with spaces or commas between them, to the
// end of the text.
func (s *Scanner) Numbers() (list []float64, err error) {
	for s.More() {
		if len(list) > 0 {
			s.Separator()
		}
		v, err := s.Number()
		if err != nil {
			return list, fmt.Errorf("%w at character %d", err, s.at+1)
		}
		list = append(list, v)
	}
	return list, nil
}
