package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// errTorn is no reason to stop: what was recorded until then is there.
var errTorn = errors.New("the last line is cut off: the recorder was killed")

// readOps yields the operations in r, one JSON object a line: either an
// operation as it is on the wire, or a record of one, as join and record write
// them. Other records and empty lines are passed over. Entries of a log come
// last: as what is to be seen of them in the end. A [recording.LineError] and
// errTorn are not the end; any other error is.
func readOps(r io.Reader) iter.Seq2[canvas.Op, error] {
	return func(yield func(canvas.Op, error) bool) {
		in, drawing := recording.NewReader(r), recording.NewDrawing()
		for {
			rec, err := in.Next()
			if err == io.EOF {
				break
			}
			var op canvas.Op
			if p, ok := rec.(recording.Preview); ok {
				op = p.Preview
			} else if e, ok := rec.(recording.Op); ok && e.Entry.N == 0 {
				op = e.Entry.Op
			} else if err == nil {
				if _, err = drawing.Add(rec); err != nil {
					err = &recording.LineError{Line: in.Line(), Err: err}
				}
			}
			if (op != nil || err != nil) && !yield(op, err) || err != nil && !errors.As(err, new(*recording.LineError)) {
				return
			}
		}
		if in.Ending() == recording.Torn && !yield(nil, errTorn) {
			return
		}
		for _, err := range missing(in.Line(), drawing) {
			if !yield(nil, err) {
				return
			}
		}
		for e := range drawing.Log().Paint(canvas.Key{}) {
			if !yield(e.Op, nil) {
				return
			}
		}
	}
}

// missing says which entries have not come by a line, and were followed by
// others.
func missing(line int, d *recording.Drawing) (errs []error) {
	missing := d.Missing()
	for _, site := range slices.SortedFunc(maps.Keys(missing), func(a, b canvas.Site) int { return bytes.Compare(a[:], b[:]) }) {
		err := fmt.Errorf("entry %d of site %s has not come by then, and others follow it", missing[site], site)
		errs = append(errs, &recording.LineError{Line: line, Err: err})
	}
	return errs
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
