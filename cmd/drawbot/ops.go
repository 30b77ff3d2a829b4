package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"drawmesh/canvas"
)

// maxLine bounds one line of operations, in bytes: that of a message on a data
// channel.
const maxLine = 64 << 10

// A lineError is a line that holds no operation.
type lineError struct {
	Line int // from 1
	Err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *lineError) Unwrap() error { return e.Err }

// readOps yields the operations in r, one JSON object a line: either an
// operation as it is on the wire, or a record of one, as join and record write
// them. Other records and empty lines are passed over. Entries of a log come
// last: as what is to be seen of them in the end. A [lineError] is not the end;
// any other error is.
func readOps(r io.Reader) iter.Seq2[canvas.Op, error] {
	return func(yield func(canvas.Op, error) bool) {
		replay := newReplay()
		for line, err := range readLines(r) {
			var m canvas.Message
			if err == nil {
				m, err = parseLine(line.text)
			}
			var op canvas.Op
			switch m := m.(type) {
			case canvas.Plain:
				op = m.Op
			case canvas.Entry:
				err = replay.add(line.number, m)
			}
			if err != nil && line.number > 0 {
				err = &lineError{line.number, err}
			}
			if (op != nil || err != nil) && !yield(op, err) {
				return
			}
		}
		for op, err := range replay.ops() {
			if !yield(op, err) {
				return
			}
		}
	}
}

// A numberedLine is valid until the next one is read.
type numberedLine struct {
	number int // from 1; 0 if reading ends here
	text   []byte
}

// readLines yields the lines in r, or why one of them cannot be had. An error
// without a line's number is the last.
func readLines(r io.Reader) iter.Seq2[numberedLine, error] {
	return func(yield func(numberedLine, error) bool) {
		in := bufio.NewReaderSize(r, maxLine)
		for n := 1; ; n++ {
			text, err := readLine(in)
			switch {
			case err == io.EOF:
				return
			case err != nil && !errors.Is(err, errLongLine):
				yield(numberedLine{}, err)
				return
			}
			if !yield(numberedLine{n, text}, err) {
				return
			}
		}
	}
}

var errLongLine = fmt.Errorf("longer than %d bytes", maxLine)

// readLine reads a line, which is valid until the next one is read. The last
// one need not end in a line feed.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case err == nil, err == io.EOF && len(line) > 0:
		return line, nil
	case err != bufio.ErrBufferFull:
		return nil, err
	}
	for err == bufio.ErrBufferFull { // skip the rest of it
		_, err = in.ReadSlice('\n')
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	return nil, errLongLine
}

// parseLine returns what is in a line: a [canvas.Entry] that names its site, a
// [canvas.Plain] of any other operation, or nil if it holds none and need not.
func parseLine(line []byte) (canvas.Message, error) {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return nil, nil
	}
	if bytes.Contains(line, []byte(`"type"`)) { // no operation has it on the wire
		var record struct {
			Type string          `json:"type"`
			Op   json.RawMessage `json:"op"`
		}
		if err := json.Unmarshal(line, &record); err != nil {
			return nil, err
		}
		if record.Type != "op" && record.Type != "" {
			return nil, nil
		}
		if record.Type == "op" {
			line = record.Op
		}
	}
	if op := parseToggle(line); op != nil {
		return canvas.Plain{Op: op}, nil
	}
	switch m, err := canvas.ParseMessage(line); m := m.(type) {
	case nil:
		return nil, err
	case canvas.Plain:
		return m, nil
	case canvas.Entry:
		if m.Site == (canvas.Site{}) {
			return canvas.Plain{Op: m.Op}, nil
		}
		return m, nil
	}
	return nil, canvas.ErrUnknown
}

// parseToggle returns the undo or redo that a line asks for, or nil. With a
// stamp it is about somebody's stroke, and without about the own latest.
func parseToggle(line []byte) canvas.Op {
	if !bytes.Contains(line, []byte(`do"`)) {
		return nil
	}
	var m struct {
		Event string          `json:"event"`
		N     json.RawMessage `json:"n"`
	}
	if json.Unmarshal(line, &m) != nil || m.N != nil {
		return nil
	}
	switch m.Event {
	case "undo":
		return canvas.Undo{}
	case "redo":
		return canvas.Redo{}
	}
	return nil
}

// inBackground yields what ops does, and ends with ctx even while the next one
// is awaited. The reading then goes on until its reader ends: standard input
// cannot be told to stop.
func inBackground(ctx context.Context, ops iter.Seq2[canvas.Op, error]) iter.Seq2[canvas.Op, error] {
	type reading struct {
		op  canvas.Op
		err error
	}
	return func(yield func(canvas.Op, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		c := make(chan reading)
		go func() {
			defer close(c)
			for op, err := range ops {
				select {
				case c <- reading{op, err}:
				case <-ctx.Done():
					return
				}
			}
		}()
		for {
			select {
			case r, more := <-c:
				if !more || !yield(r.op, r.err) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}
