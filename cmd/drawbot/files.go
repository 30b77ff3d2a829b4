package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"drawmesh/canvas/raster"
)

// pictureFile is where a picture goes.
type pictureFile struct {
	path   string
	stdout io.Writer // not nil if it goes there
}

// newPictureFile checks that the picture can be written, before anybody draws
// for an hour.
func newPictureFile(path string, stdout io.Writer) (pictureFile, error) {
	if path == "-" {
		return pictureFile{stdout: stdout}, nil
	}
	f := pictureFile{path: path}
	var probe *os.File
	var err error
	if f.special() {
		if probe, err = os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			err = probe.Close()
		}
	} else if probe, err = os.CreateTemp(filepath.Dir(path), ".drawbot-*"); err == nil {
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		return f, notWritable(path, err)
	}
	return f, nil
}

// special reports whether there is something at the path that must not be
// replaced by a file: a device, a pipe, a directory.
func (f pictureFile) special() bool {
	info, err := os.Stat(f.path)
	return err == nil && !info.Mode().IsRegular()
}

func (f pictureFile) name() string {
	if f.stdout != nil {
		return "the picture"
	}
	return f.path
}

// save writes the picture.
func (f pictureFile) save(b *raster.Board) error {
	switch {
	case f.stdout != nil:
		return b.EncodePNG(f.stdout)
	case f.special():
		w, err := os.OpenFile(f.path, os.O_WRONLY, 0)
		if err != nil {
			return notWritable(f.path, err)
		}
		return errors.Join(b.EncodePNG(w), w.Close())
	}
	if err := b.SavePNG(f.path); err != nil {
		return notWritable(f.path, err)
	}
	return nil
}

// notWritable names the path that the user knows, which may not be the one
// that err is about.
func notWritable(path string, err error) error {
	var onPath *fs.PathError
	var onLink *os.LinkError
	switch {
	case errors.As(err, &onPath):
		err = onPath.Err
	case errors.As(err, &onLink):
		err = onLink.Err
	}
	return fmt.Errorf("%s: not writable: %w", path, err)
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
