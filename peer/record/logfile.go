package record

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"drawmesh/canvas/recording"
	"drawmesh/internal/atomicfile"
	"drawmesh/internal/filelock"
)

// A LogFile is where recordings go: behind those that are there already, and
// compressed if they are. Nobody else writes to the file meanwhile. It is for one
// goroutine at a time.
type LogFile struct {
	path       string // empty if it is a stream
	file       *os.File
	w          io.Writer
	found      recording.Found
	compressed bool
	gzip       *recording.Gzip // nil if not compressed, or not begun
}

// An unsynced writer has nothing to sync, as a pipe has not.
type unsynced struct{ io.Writer }

// OpenLog opens the file at path, which may be new. One that holds something else
// than recordings is refused, and one that another recorder writes to. A new file
// is compressed if its name ends in .gz.
func OpenLog(path string) (*LogFile, error) {
	l := &LogFile{path: path, compressed: strings.EqualFold(filepath.Ext(path), ".gz")}
	if err := l.open(); err != nil {
		return nil, l.failed(err)
	}
	return l, nil
}

// NewLog returns a LogFile that writes to a stream, such as a pipe. Close does not
// close w.
func NewLog(w io.Writer, compressed bool) *LogFile {
	return &LogFile{w: unsynced{w}, compressed: compressed}
}

// open opens the file, and looks what is in it.
func (l *LogFile) open() error {
	f, err := filelock.OpenAppend(l.path)
	if err != nil {
		return err
	}
	if l.found, err = recording.Examine(f); err != nil {
		f.Close()
		return err
	}
	if l.found.Any {
		l.compressed = l.found.Compressed
	}
	l.file, l.w = f, f
	return nil
}

// Found reports whether there are recordings already, which stay.
func (l *LogFile) Found() bool { return l.found.Any }

// Begin begins a recording. What was there is made to end as it should, if its
// recorder was killed.
func (l *LogFile) Begin(h recording.Header) (*recording.Writer, error) {
	if l.path != "" {
		err := l.mend()
		if err == nil {
			err = atomicfile.SyncDirectory(filepath.Dir(l.path))
		}
		if err != nil {
			return nil, l.failed(err)
		}
	}
	if !l.compressed {
		return recording.NewWriter(l.w, h), nil
	}
	l.gzip = l.found.Gzip(l.w)
	return recording.NewWriter(l.gzip, h), nil
}

// mend makes what was there end as it should.
func (l *LogFile) mend() error {
	switch {
	case !l.found.Torn:
		return nil
	case !l.found.Compressed:
		return l.found.Mend(l.file)
	}
	old := l.file
	defer old.Close()
	err := atomicfile.Replace(l.path, func(w io.Writer) error { return l.found.Recompress(old, w) })
	if err != nil {
		return err
	}
	if err = old.Close(); err == nil { // which a file that was written over is locked by
		err = l.open()
	}
	return err
}

// Missing says that somebody has taken the file away from its place: what is
// written to it is lost.
func (l *LogFile) Missing() error {
	if l.file == nil {
		return nil
	}
	there, err := os.Stat(l.path)
	if err != nil {
		return l.failed(err)
	}
	if ours, err := l.file.Stat(); err == nil && !os.SameFile(ours, there) {
		return l.failed(errors.New("another file has taken its place"))
	}
	return nil
}

// Close ends the file, of which err is what went wrong so far, and returns the
// first thing that did. Closing twice is harmless.
func (l *LogFile) Close(err error) error {
	if l.gzip != nil && err == nil {
		err = l.gzip.Close()
	}
	l.gzip = nil
	if l.file != nil {
		if err == nil {
			err = l.file.Sync()
		}
		err = cmp.Or(err, l.file.Close())
		l.file = nil
	}
	return l.failed(err)
}

// failed names the file to which err happened, if it does not.
func (l *LogFile) failed(err error) error {
	if err == nil || l.path == "" || errors.As(err, new(*fs.PathError)) {
		return err
	}
	return &fs.PathError{Op: "record to", Path: l.path, Err: err}
}
