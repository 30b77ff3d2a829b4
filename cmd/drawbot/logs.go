package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/signaling"
)

// logs are recordings that a command reads, as often as it likes.
type logs struct {
	files []recording.Source
	warn  func(format string, args ...any)

	bad  int // lines that were wrong
	lack int // sites of which an entry is missing
	left int // entries that are left out, for they follow one that is missing
	pass int // how often the logs were read; only the first one is told of
}

// openLogs opens the logs at paths; a dash is standard input.
func openLogs(ctx context.Context, paths []string, stdin io.Reader, warn func(string, ...any)) (*logs, error) {
	l := &logs{warn: warn}
	for _, path := range paths {
		src, err := openSource(ctx, path, stdin)
		if err != nil {
			return nil, orInterrupted(ctx, fmt.Errorf("%s: %w", src.Name, causeOnPath(err)), "%s was not read", src.Name)
		}
		l.files = append(l.files, src)
	}
	return l, nil
}

// openSource finds the log at path. What cannot be read twice, as a pipe, is
// read whole.
func openSource(ctx context.Context, path string, stdin io.Reader) (recording.Source, error) {
	src := recording.Source{Name: path, Open: func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, causeOnPath(err)
		}
		return f, nil
	}}
	if path == "-" {
		src.Name, src.Open = "standard input", func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }
	} else if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
		f, err := src.Open()
		if err == nil {
			f.Close()
		}
		return src, err
	}
	data, err := readWhole(ctx, src.Open)
	src.Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	return src, err
}

// merged yields the records of all logs in the order of their times. Lines that
// are wrong are warned of, and passed over; an error is the end.
func (l *logs) merged() iter.Seq2[recording.Timed, error] {
	return func(yield func(recording.Timed, error) bool) {
		l.pass++
		for t, err := range recording.Merge(l.files...) {
			if err != nil && recording.Passable(err) {
				l.tell(err)
			} else if !yield(t, err) {
				return
			}
		}
	}
}

// combine puts together what there is up to a moment.
func (l *logs) combine(ctx context.Context, until recording.Moment) (*recording.Combined, error) {
	return recording.Combine(ctx, l.merged(), until, newAuthors(), l.tell)
}

// newAuthors are none yet, of those who drew.
func newAuthors() *recording.Authors { return &recording.Authors{Clean: signaling.CleanName} }

// filter is whose strokes are shown: those of only, or all, but not those of
// without. Of a name that several people had it warns.
func (l *logs) filter(who *recording.Authors, only, without []string) (func(canvas.Entry) bool, error) {
	show, err := who.Filter(only, without)
	if err != nil {
		return nil, err
	}
	for _, user := range slices.Concat(only, without) {
		if called := who.Called(user); len(called) > 1 {
			l.warn("%s is the name of %d people, and means all of them: %s", user, len(called), who.List(called))
		}
	}
	return show, nil
}

// tell tells of what was passed over: of a line that was wrong, unless there were
// many, or of how a log ends, if not as it should.
func (l *logs) tell(err error) {
	if l.pass > 1 {
		return
	}
	var of *recording.SourceError
	name := ""
	if errors.As(err, &of) {
		name = of.Source
	}
	var end *recording.EndError
	var lack *recording.LackError
	switch {
	case errors.As(err, &lack): // told also after many lines: it is what they cost
		l.left += lack.Wait
		if l.lack++; l.lack <= maxBadLines {
			l.warn("%v", err)
		}
		return
	case errors.As(err, &end) && end.Ending == recording.Torn:
		l.warn("%s: its last line is cut off: its recorder was killed", name)
		return
	case end != nil:
		l.warn("%s: it has no end: its recorder was killed, or is still at work", name)
		return
	}
	switch l.bad++; {
	case l.bad <= maxBadLines:
		l.warn("%v", err)
	case l.bad == maxBadLines+1:
		l.warn("%s: and so on", name)
	}
}

// result is the error that a command ends with that has passed over lines.
func (l *logs) result() error {
	var over []string
	if l.bad > 0 {
		over = append(over, count(l.bad, "line"))
	}
	if l.left > 0 {
		over = append(over, count(l.left, "operation")+" after one that is missing")
	}
	if over == nil {
		return nil
	}
	return fmt.Errorf("passed over %s", strings.Join(over, ", and "))
}
