package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
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

// A logFile is where a log goes. What was in the file stays until the first
// record comes. The zero value goes nowhere. Methods may be called concurrently.
type logFile struct {
	path string

	mu      sync.Mutex
	file    *os.File      // nil if it goes to standard output, or nowhere
	w       *bufio.Writer // nil if it goes nowhere
	started bool
	err     error // the first; nothing is written after it
}

// openLog opens the log at path: nowhere if that is empty, and standard output
// if it is a dash.
func openLog(path string, stdout io.Writer) (*logFile, error) {
	switch path {
	case "":
		return new(logFile), nil
	case "-":
		return &logFile{path: "standard output", w: bufio.NewWriter(stdout)}, nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, notWritable(path, err)
	}
	return &logFile{path: path, file: f, w: bufio.NewWriter(f)}, nil
}

// write adds a record. Errors show in flush and close.
func (l *logFile) write(record any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.started && l.file != nil {
		if info, err := l.file.Stat(); err == nil && info.Mode().IsRegular() {
			l.err = l.file.Truncate(0)
		}
	}
	l.started = true
	if l.err == nil && l.w != nil {
		_, l.err = l.w.Write(encode(record))
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
	if l.file != nil {
		if e := l.file.Close(); e != nil && err == nil {
			err = notWritable(l.path, e)
		}
		l.file = nil
	}
	return err
}
