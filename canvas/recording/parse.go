package recording

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"drawmesh/canvas"
	"drawmesh/internal/bom"
)

// take takes in a line, and returns what it says, or nil.
func (r *Reader) take(line []byte) (Record, error) {
	line = r.unmarked(line)
	r.text = line
	rec, err := parse(line)
	h, begins := rec.(Header)
	switch {
	case err != nil:
	case begins && h.Version > Version:
		err = fmt.Errorf("a recording of version %d: this program knows versions up to %d", h.Version, Version)
	case begins:
		r.begin(h)
	case r.ending == Closed:
		err = errors.New("something follows the recording's end")
	}
	if c, ok := rec.(Check); ok && err == nil {
		c.Lines, c.Ops = r.lines, r.ops
		rec, err = c, r.check(line, c)
	} else {
		r.hash.Write(line)
	}
	r.lines++
	switch rec.(type) {
	case Op, Clear:
		r.ops++
	}
	switch {
	case err == nil:
		return rec, nil
	case r.torn(line):
		return nil, nil
	}
	return nil, err
}

// unmarked is a line without a byte order mark. Only what may begin a file has
// one: that it is no part of a recording is so where files were joined, too.
func (r *Reader) unmarked(line []byte) []byte {
	rest, marked := bytes.CutPrefix(line, []byte(bom.UTF8))
	if marked && (r.number == 1 || bytes.HasPrefix(rest, []byte(headerBegins))) {
		return rest
	}
	return line
}

// headerBegins is how a Writer begins a recording's first line.
const headerBegins = `{"type":"recording"`

// beginsHeader reports whether a line, of which there may be only a part, is a
// recording's first.
func beginsHeader(line []byte) bool {
	n := min(len(line), len(headerBegins))
	return string(line[:n]) == headerBegins[:n]
}

// torn reports whether a line that makes no sense is one that its recorder was
// not given the time to finish.
func (r *Reader) torn(line []byte) bool {
	if !r.cut {
		return false
	}
	if beginsHeader(line) {
		r.version = Version // as it would have said
	}
	return r.version >= 2
}

// begin begins another recording.
func (r *Reader) begin(h Header) {
	r.hash.Reset()
	r.version, r.lines, r.ops = h.Version, 0, 0
	r.ending = Unchecked
	if h.Version >= 2 {
		r.ending = Open
	}
}

// check compares the line with what a Writer would have written after what
// came before it, byte by byte.
func (r *Reader) check(line []byte, c Check) error {
	want := appendCheck(nil, c)
	if !bytes.HasPrefix(line, want) {
		r.hash.Write(line)
		return ErrDamaged
	}
	r.hash.Write(want)
	rest := append(appendHash(nil, r.hash), '\n')
	r.hash.Write(rest)
	if !bytes.Equal(line[len(want):], rest) {
		return ErrDamaged
	}
	if c.End {
		r.ending = Closed
	}
	return nil
}

// parse returns what a line says, or nil if it says nothing that is known.
func parse(line []byte) (Record, error) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return nil, nil
	}
	if op, ok := scanOp(line); ok {
		return op.parse()
	}
	if !bytes.Contains(line, []byte(`"type"`)) { // no operation has it on the wire
		return rawOp{op: line}.parse()
	}
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return nil, err
	}
	if kind.Type == "" {
		return rawOp{op: line}.parse()
	}
	return parseOther(kind.Type, line)
}

// parseOther reads a line that names its type.
func parseOther(kind string, line []byte) (Record, error) {
	switch kind {
	case "op":
		var l struct {
			AtMS   float64         `json:"at_ms"`
			From   string          `json:"from"`
			Stroke json.RawMessage `json:"stroke"`
			Op     json.RawMessage `json:"op"`
		}
		if err := json.Unmarshal(line, &l); err != nil {
			return nil, err
		}
		return rawOp{l.AtMS, l.From, l.Stroke, l.Op}.parse()
	case "recording":
		var h Header
		err := json.Unmarshal(line, &h)
		return h, err
	case "who":
		var who Who
		err := json.Unmarshal(line, &who)
		return who, err
	case "dead":
		var l deadLine
		err := json.Unmarshal(line, &l)
		if err == nil && len(l.Dead) > maxDead {
			err = fmt.Errorf("%d sites: at most %d", len(l.Dead), maxDead)
		}
		return Dead{l.Dead}, err
	case "forget":
		var f Forget
		err := json.Unmarshal(line, &f)
		return f, err
	case "key":
		return parseBase(line)
	case "head":
		m, err := canvas.ParseMessage(bytes.Replace(line, []byte(`"type"`), []byte(`"event"`), 1))
		h, ok := m.(canvas.Head)
		if err == nil && (!ok || h.Site == canvas.Site{}) {
			err = errors.New("head: no site")
		}
		return Head{h}, err
	case "proof":
		return parseLie(line)
	case "check", "end":
		return parseCheck(kind, line)
	}
	return nil, nil
}

// maxDead is how many sites a line of the first log may say to be dead.
const maxDead = 1024

func parseBase(line []byte) (Record, error) {
	var l keyLine
	if err := json.Unmarshal(line, &l); err != nil {
		return nil, err
	}
	if l.Key == (canvas.PublicKey{}) || l.N > 0 && l.Chain == (canvas.Chain{}) {
		return nil, errors.New("key: no key, or no chain")
	}
	return Base{l.Key, l.N, l.Chain}, nil
}

func parseLie(line []byte) (Record, error) {
	var l lieLine
	if err := json.Unmarshal(line, &l); err != nil {
		return nil, err
	}
	at, err := duration(l.AtMS)
	if err != nil {
		return nil, err
	}
	proof, err := canvas.ParseProof(l.Frame)
	return Lie{at, proof}, err
}

func parseCheck(kind string, line []byte) (Record, error) {
	var l struct {
		AtMS float64 `json:"at_ms"`
		Sum  string  `json:"sum"`
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return nil, err
	}
	at, err := duration(l.AtMS)
	if err != nil {
		return nil, err
	}
	if _, err := hex.DecodeString(l.Sum); err != nil || l.Sum == "" {
		return nil, errors.New("the check has no sum")
	}
	return Check{At: at, Sum: l.Sum, End: kind == "end"}, nil
}
