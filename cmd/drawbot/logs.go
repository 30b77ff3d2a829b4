package main

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"drawmesh/canvas/recording"
)

// logs are recordings that a command reads, as often as it likes.
type logs struct {
	files []logSource
	warn  func(format string, args ...any)

	bad  int // lines that were wrong
	pass int // how often the logs were read; only the first one is told of
}

// A logSource is one of them.
type logSource struct {
	name string
	open func() (io.ReadCloser, error)
}

// openLogs opens the logs at paths; a dash is standard input.
func openLogs(ctx context.Context, paths []string, stdin io.Reader, warn func(string, ...any)) (*logs, error) {
	l := &logs{warn: warn}
	for _, path := range paths {
		src, err := openSource(ctx, path, stdin)
		if err != nil {
			return nil, orInterrupted(ctx, fmt.Errorf("%s: %w", src.name, causeOnPath(err)), "%s was not read", src.name)
		}
		l.files = append(l.files, src)
	}
	return l, nil
}

// openSource finds the log at path. What cannot be read twice, as a pipe, is read
// whole.
func openSource(ctx context.Context, path string, stdin io.Reader) (logSource, error) {
	src := logSource{name: path, open: func() (io.ReadCloser, error) { return os.Open(path) }}
	if path == "-" {
		src.name, src.open = "standard input", func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }
	} else if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
		f, err := src.open()
		if err == nil {
			f.Close()
		}
		return src, err
	}
	data, err := readWhole(ctx, src.open)
	src.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	return src, err
}

// A moment is one record of a log, and when it came.
type moment struct {
	at  time.Time
	rec recording.Record
	log *reading
}

// A reading is a log that is being read.
type reading struct {
	name string
	*recording.Reader
	file    io.Closer
	started time.Time
	next    moment
}

// merged yields the records of all logs in the order of their times. Within a
// log, their own order stays. Lines that are wrong are warned of, and passed
// over; an error is the end.
func (l *logs) merged() iter.Seq2[moment, error] {
	return func(yield func(moment, error) bool) {
		l.pass++
		var open readings
		defer func() {
			for _, r := range open {
				r.file.Close()
			}
		}()
		for _, src := range l.files {
			f, err := src.open()
			if err != nil {
				yield(moment{}, fmt.Errorf("%s: %w", src.name, causeOnPath(err)))
				return
			}
			r := &reading{name: src.name, Reader: recording.NewReader(f), file: f}
			open = append(open, r)
			if !l.advance(&open, len(open)-1, yield) {
				return
			}
		}
		heap.Init(&open)
		for len(open) > 0 {
			if !yield(open[0].next, nil) || !l.advance(&open, 0, yield) {
				return
			}
			if len(open) > 0 {
				heap.Fix(&open, 0)
			}
		}
	}
}

// advance reads the next record of the i-th log, and takes the log out if it has
// none. It reports whether to go on.
func (l *logs) advance(open *readings, i int, yield func(moment, error) bool) bool {
	r := (*open)[i]
	for {
		rec, err := r.Next()
		switch {
		case err == nil:
			r.next = r.moment(rec)
			return true
		case err == io.EOF:
			l.ended(r)
			r.file.Close()
			last := len(*open) - 1
			(*open)[i] = (*open)[last]
			*open = (*open)[:last]
			return true
		case errors.As(err, new(*recording.LineError)):
			l.wrong(r.name, err)
		default:
			yield(moment{}, fmt.Errorf("%s: %w", r.name, err))
			return false
		}
	}
}

// moment is a record with its time, which is none before that of the last one.
func (r *reading) moment(rec recording.Record) moment {
	at := r.next.at
	switch rec := rec.(type) {
	case recording.Header:
		r.started = rec.Started
		at = rec.Started
	case recording.Op:
		at = r.started.Add(rec.At)
	case recording.Check:
		at = r.started.Add(rec.At)
	}
	if at.Before(r.next.at) {
		at = r.next.at
	}
	return moment{at, rec, r}
}

// wrong tells of a line that is wrong, unless there were many.
func (l *logs) wrong(name string, err error) {
	if l.pass > 1 {
		return
	}
	l.bad++
	switch {
	case l.bad <= maxBadLines:
		l.warn("%s: %v", name, err)
	case l.bad == maxBadLines+1:
		l.warn("%s: and so on", name)
	}
}

// ended tells how a log ends, if not as it should.
func (l *logs) ended(r *reading) {
	if l.pass > 1 {
		return
	}
	switch r.Ending() {
	case recording.Open:
		l.warn("%s: it has no end: its recorder was killed, or is still at work", r.name)
	case recording.Torn:
		l.warn("%s: its last line is cut off: its recorder was killed", r.name)
	}
}

// result is the error that a command ends with that has passed over lines.
func (l *logs) result() error {
	if l.bad > 0 {
		return fmt.Errorf("passed over %s", count(l.bad, "line"))
	}
	return nil
}

// readings are a heap by the times of their next moments.
type readings []*reading

func (h readings) Len() int           { return len(h) }
func (h readings) Less(i, j int) bool { return h[i].next.at.Before(h[j].next.at) }
func (h readings) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *readings) Push(x any)        { *h = append(*h, x.(*reading)) }

func (h *readings) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
