package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// errTorn is no reason to stop: what was recorded until then is there.
var errTorn = errors.New("the last line is cut off: the recorder was killed")

// An input is what a line asks for: an operation, or an answer.
type input struct {
	line   int // from 1; 0: of what comes last, no line alone is it
	op     canvas.Op
	stroke canvas.Stroke // that op is part of or about, by the name that it had where it came from; none: not said
	ask    string        // for what to ask; empty: it is an operation
}

// wrong is err with the line that is to blame, if there is one.
func (i input) wrong(err error) error {
	if i.line == 0 {
		return err
	}
	return &recording.LineError{Line: i.line, Err: err}
}

// readOps yields the operations in r, one JSON object a line: either an
// operation as it is on the wire, or a record of one, as join and record write
// them. Other records and empty lines are passed over. Entries of a log come
// last: as what is to be seen of them in the end. A [recording.LineError] and
// errTorn are not the end; any other error is.
func readOps(r io.Reader) iter.Seq2[input, error] { return readFrom(recording.NewReader(r)) }

func readFrom(in *recording.Reader) iter.Seq2[input, error] {
	return func(yield func(input, error) bool) {
		drawing := recording.NewDrawing()
		for {
			rec, err := in.Next()
			if err == io.EOF {
				break
			}
			i := input{line: in.Line()}
			if i.op, i.stroke = outside(rec); i.op == nil && err == nil {
				if _, err = drawing.Add(rec); err != nil {
					err = &recording.LineError{Line: i.line, Err: err}
				}
			}
			if (i.op != nil || err != nil) && !yield(i, err) || err != nil && !errors.As(err, new(*recording.LineError)) {
				return
			}
		}
		if in.Ending() == recording.Torn && !yield(input{}, errTorn) {
			return
		}
		for _, err := range missing(in.Line(), drawing) {
			if !yield(input{}, err) {
				return
			}
		}
		for e := range drawing.Log().Paint(canvas.Key{}) {
			if !yield(input{op: e.Op, stroke: e.Stroke()}, nil) {
				return
			}
		}
	}
}

// outside is the operation of a record that has no place in any log, and the stroke
// that it is about, if it says so.
func outside(rec recording.Record) (canvas.Op, canvas.Stroke) {
	switch rec := rec.(type) {
	case recording.Preview:
		return rec.Preview, canvas.Stroke{}
	case recording.Op:
		if rec.Entry.N == 0 {
			return rec.Entry.Op, rec.Stroke
		}
	case recording.Clear:
		if rec.First == nil && rec.Clear == (canvas.Clear{}) {
			return rec.Clear, canvas.Stroke{}
		}
	}
	return nil, canvas.Stroke{}
}

// readInput is readOps of lines that may also be asks, as {"ask":"members"}.
func readInput(r io.Reader) iter.Seq2[input, error] {
	in := recording.NewReader(r)
	return func(yield func(input, error) bool) {
		for i, err := range readFrom(in) {
			if errors.Is(err, canvas.ErrUnknown) {
				var line struct{ Ask json.RawMessage }
				if json.Unmarshal(in.Text(), &line) == nil && line.Ask != nil {
					i.ask, err = string(line.Ask), nil
				}
			}
			if !yield(i, err) {
				return
			}
		}
	}
}

// missing says which entries have not come by a line, and were followed by
// others.
func missing(line int, d *recording.Drawing) (errs []error) {
	for _, err := range d.Lacks() {
		errs = append(errs, &recording.LineError{Line: line, Err: errors.Unwrap(err)})
	}
	return errs
}

// inBackground yields what ops does, and ends with ctx even while the next one
// is awaited. The reading then goes on until its reader ends: standard input
// cannot be told to stop.
func inBackground(ctx context.Context, ops iter.Seq2[input, error]) iter.Seq2[input, error] {
	type reading struct {
		input
		err error
	}
	return func(yield func(input, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		c := make(chan reading)
		go func() {
			defer close(c)
			for i, err := range ops {
				select {
				case c <- reading{i, err}:
				case <-ctx.Done():
					return
				}
			}
		}()
		for {
			select {
			case r, more := <-c:
				if !more || !yield(r.input, r.err) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}
