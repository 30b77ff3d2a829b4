package main

import (
	"cmp"
	"context"
	"io"

	"drawmesh/canvas/recording"
	"drawmesh/peer/record"
)

// A recordLog is where record's log goes: to standard output, a pipe or a device,
// or into a file behind the recordings that are in it.
type recordLog struct {
	*record.LogFile
	path   string  // what to call it when something is wrong
	stream *stream // nil if it is a file
}

// openRecordLog opens the log at path: nil if that is empty, and standard output
// if it is a dash.
func openRecordLog(ctx context.Context, path string, stdout io.Writer) (*recordLog, error) {
	if path == "" {
		return nil, nil
	}
	to, name, err := openStream(ctx, path, stdout)
	switch {
	case err != nil:
		return nil, err
	case to != nil:
		return &recordLog{record.NewLog(to, formatOf(path) == "ndjson.gz"), name, to}, nil
	}
	f, err := record.OpenLog(path)
	if err != nil {
		return nil, notWritable(path, err)
	}
	return &recordLog{f, path, nil}, nil
}

// begin begins a recording.
func (l *recordLog) begin(h recording.Header) (*recording.Writer, error) {
	w, err := l.Begin(h)
	return w, l.failed(err)
}

// name is what to call the log.
func (l *recordLog) name() string {
	if l.stream != nil && l.stream.stdout {
		return "the log"
	}
	return l.path
}

// missing says that somebody has taken the file away from its place.
func (l *recordLog) missing() error { return l.failed(l.Missing()) }

// close ends the log, to which err is what went wrong so far. Closing twice is
// harmless.
func (l *recordLog) close(err error) error {
	err = l.Close(err)
	if l.stream != nil {
		err = cmp.Or(err, l.stream.close())
		l.stream = nil
	}
	return l.failed(err)
}

func (l *recordLog) failed(err error) error {
	if err == nil {
		return nil
	}
	return notWritable(l.path, err)
}
