package main

import (
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"drawmesh/canvas/recording"
	"drawmesh/internal/atomicfile"
)

// A tapeFile is where a log goes. What was in the file stays until the log
// begins. It is for one goroutine at a time.
type tapeFile struct {
	path string
	file *os.File // nil if it goes to standard output
	w    io.Writer
	gzip *recording.Gzip // nil if not compressed
}

// An unsynced writer has nothing to sync, as a pipe has not.
type unsynced struct{ io.Writer }

// openTape opens the log at path: nil if that is empty, and standard output if it
// is a dash. A name that ends in .gz has it compressed.
func openTape(path string, stdout io.Writer) (*tapeFile, error) {
	switch path {
	case "":
		return nil, nil
	case "-":
		return &tapeFile{path: "standard output", w: unsynced{stdout}}, nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, notWritable(path, err)
	}
	l := &tapeFile{path: path, file: f, w: f}
	if !l.regular() {
		l.w = unsynced{f}
	}
	return l, nil
}

// begin begins the log.
func (l *tapeFile) begin(h recording.Header) (*recording.Writer, error) {
	if l.regular() {
		if err := l.file.Truncate(0); err != nil {
			return nil, notWritable(l.path, err)
		}
		if err := atomicfile.SyncDirectory(filepath.Dir(l.path)); err != nil {
			return nil, notWritable(l.path, err)
		}
	}
	if !strings.HasSuffix(l.path, ".gz") {
		return recording.NewWriter(l.w, h), nil
	}
	l.gzip = recording.NewGzip(l.w)
	return recording.NewWriter(l.gzip, h), nil
}

func (l *tapeFile) regular() bool {
	if l.file == nil {
		return false
	}
	info, err := l.file.Stat()
	return err == nil && info.Mode().IsRegular()
}

// missing says that somebody has taken the file away from its place: what is
// written to it is lost.
func (l *tapeFile) missing() error {
	if !l.regular() {
		return nil
	}
	there, err := os.Stat(l.path)
	if err != nil {
		return notWritable(l.path, err)
	}
	if ours, err := l.file.Stat(); err == nil && !os.SameFile(ours, there) {
		return notWritable(l.path, errors.New("another file has taken its place"))
	}
	return nil
}

// close ends the file, of which err is what went wrong so far. Closing twice is
// harmless.
func (l *tapeFile) close(err error) error {
	if l.gzip != nil && err == nil {
		err = l.gzip.Close()
	}
	l.gzip = nil
	if l.file != nil {
		if err == nil && l.regular() {
			err = l.file.Sync()
		}
		err = cmp.Or(err, l.file.Close())
		l.file = nil
	}
	if err != nil {
		return notWritable(l.path, err)
	}
	return nil
}
