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
// them. Other records and empty lines are passed over. A [lineError] is not the
// end; any other error is.
func readOps(r io.Reader) iter.Seq2[canvas.Op, error] {
	return func(yield func(canvas.Op, error) bool) {
		in := bufio.NewReaderSize(r, maxLine)
		for n := 1; ; n++ {
			line, err := readLine(in)
			if err != nil && !errors.Is(err, errLongLine) {
				if err != io.EOF {
					yield(nil, err)
				}
				return
			}
			var op canvas.Op
			if err == nil {
				op, err = parseLine(line)
			}
			if err != nil {
				err = &lineError{n, err}
			} else if op == nil {
				continue
			}
			if !yield(op, err) {
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

// parseLine returns the operation in a line, or nil if it holds none and need
// not.
func parseLine(line []byte) (canvas.Op, error) {
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
	return canvas.ParseOp(line)
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
