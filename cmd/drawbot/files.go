package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"drawmesh/internal/filelock"
)

// notWritable names the path that the user knows, which may not be the one
// that err is about.
func notWritable(path string, err error) error {
	return fmt.Errorf("%s: not writable: %w", path, causeOnPath(err))
}

// causeOnPath is err without the paths that it names.
func causeOnPath(err error) error {
	var onPath *fs.PathError
	var onLink *os.LinkError
	switch {
	case errors.As(err, &onPath):
		return onPath.Err
	case errors.As(err, &onLink):
		return onLink.Err
	}
	return err
}

// A logFile is where records go, one JSON object a line: behind those that are in
// the file already. Nobody else writes to it meanwhile. The zero value goes
// nowhere. Methods may be called concurrently.
type logFile struct {
	path   string
	stdout bool

	mu      sync.Mutex
	end     func() error  // nil once it has been closed, or if it goes nowhere
	w       *bufio.Writer // nil if it goes nowhere
	records int           // that were written
	err     error         // the first; nothing is written after it
}

// openLog opens the log at path: nowhere if that is empty, and standard output
// if it is a dash.
func openLog(ctx context.Context, path string, stdout io.Writer) (*logFile, error) {
	if path == "" {
		return new(logFile), nil
	}
	switch to, name, err := openStream(ctx, path, stdout); {
	case err != nil:
		return nil, err
	case to != nil:
		return &logFile{path: name, stdout: to.stdout, end: to.close, w: bufio.NewWriter(to)}, nil
	}
	f, err := filelock.OpenAppend(path)
	if err != nil {
		return nil, notWritable(path, err)
	}
	if err := endLine(f); err != nil {
		f.Close()
		return nil, notWritable(path, err)
	}
	return &logFile{path: path, end: f.Close, w: bufio.NewWriter(f)}, nil
}

// endLine makes a file of records end in a whole line, if somebody was killed
// while writing it.
func endLine(f *os.File) error {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	var first, last [1]byte
	_, err = f.ReadAt(first[:], 0)
	if err == nil {
		_, err = f.ReadAt(last[:], info.Size()-1)
	}
	switch {
	case err != nil:
		return err
	case first[0] != '{':
		return errors.New("it holds something else than records")
	case last[0] != '\n':
		_, err = f.WriteString("\n")
	}
	return err
}

// write adds a record. Errors show in flush and close.
func (l *logFile) write(record any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil && l.w != nil {
		_, l.err = l.w.Write(encode(record))
		l.records++
	}
}

// flush hands everything to the file.
func (l *logFile) flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.flushLocked()
}

func (l *logFile) flushLocked() error {
	if l.err == nil && l.w != nil {
		l.err = l.w.Flush()
	}
	if l.err != nil {
		return notWritable(l.path, l.err)
	}
	return nil
}

// close closes the file. Closing twice is harmless.
func (l *logFile) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.flushLocked()
	if l.end != nil {
		if e := l.end(); e != nil && err == nil {
			err = notWritable(l.path, e)
		}
		l.end = nil
	}
	return err
}
