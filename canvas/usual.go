package canvas

import "bytes"

// ParseUsual decodes the message that most are: a segment's entry of its sender's own,
// written as [AppendMessage] and the page write it. Of whatever else, ok is false, and
// [ParseMessage] says what it is.
func ParseUsual(data []byte) (e Entry, ok bool) {
	s := scanner{data: data}
	var op Segment
	var n, t, k uint64
	ok = len(data) <= MaxMessage &&
		s.word(`{"event":"draw","lastPoint":{"x":`) && s.decimal(&op.From.X) && s.word(`,"y":`) && s.decimal(&op.From.Y) &&
		s.word(`},"x":`) && s.decimal(&op.To.X) && s.word(`,"y":`) && s.decimal(&op.To.Y) &&
		s.word(`,"force":`) && s.decimal(&op.Force) && s.word(`,"color":"`) && s.normalColor(&op.Color) &&
		s.word(`","n":`) && s.whole(&n, MaxN) && s.word(`,"t":`) && s.whole(&t, MaxTime) && s.word(`,"k":`) && s.whole(&k, MaxN) &&
		s.word(`}`) && s.at == len(data)
	if !ok {
		return Entry{}, false
	}
	e = Entry{N: uint32(n), T: t, K: uint32(k), Op: op}
	return e, e.checkFields() == nil
}

func (s *scanner) decimal(v *float64) (ok bool) {
	from := s.at
	if ok = s.number(); ok {
		*v, ok = numberOf(s.data[from:s.at])
	}
	return ok
}

// whole reads a number from 1 to limit.
func (s *scanner) whole(v *uint64, limit float64) (ok bool) {
	from := s.at
	if ok = s.number(); ok {
		*v, ok = wholeNumber(s.data[from:s.at], limit)
	}
	return ok
}

// normalColor reads up to the quote after it.
func (s *scanner) normalColor(c *Color) (ok bool) {
	rest := s.data[s.at:]
	end := bytes.IndexByte(rest[:min(len(rest), len("#rrggbbaa")+1)], '"')
	if ok = end >= 0; ok {
		s.at += end
		*c, ok = normalColor(rest[:end])
	}
	return ok
}
