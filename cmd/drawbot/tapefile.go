package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"drawmesh/canvas/recording"
	"drawmesh/internal/atomicfile"
)

// A tapeFile is where a log goes: in a file that holds recordings already, behind
// these, and compressed if they are. Nobody else writes to the file meanwhile. It
// is for one goroutine at a time.
type tapeFile struct {
	path       string
	stdout     bool
	file       *os.File // nil if it goes to standard output
	regular    bool
	w          io.Writer
	found      recording.Found
	compressed bool
	gzip       *recording.Gzip // nil if not compressed, or not begun
}

// An unsynced writer has nothing to sync, as a pipe has not.
type unsynced struct{ io.Writer }

// openTape opens the log at path: nil if that is empty, and standard output if it
// is a dash. A file that holds something else than recordings is refused.
func openTape(ctx context.Context, path string, stdout io.Writer) (*tapeFile, error) {
	if path == "" {
		return nil, nil
	}
	l := &tapeFile{path: path, compressed: formatOf(path) == "ndjson.gz"}
	info, err := os.Stat(path)
	switch {
	case isStdout(path):
		l.path, l.stdout, l.w = "standard output", true, unsynced{stdout}
		return l, nil
	case err == nil && !info.Mode().IsRegular():
		err = l.openStream(ctx)
	default:
		err = l.openRegular()
	}
	if err != nil {
		return nil, notWritable(path, err)
	}
	return l, nil
}

// openStream opens a pipe or a device.
func (l *tapeFile) openStream(ctx context.Context) error {
	f, err := openWithin(ctx, l.path, func() (*atomicfile.File, error) { return atomicfile.Create(l.path) })
	if err == nil {
		l.file, l.w = f.File, unsynced{f}
	}
	return err
}

// openRegular opens an ordinary file, which may be new, and looks what is in it.
func (l *tapeFile) openRegular() error {
	f, err := openShared(l.path)
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
	l.file, l.w, l.regular = f, f, true
	return nil
}

// begin begins the log.
func (l *tapeFile) begin(h recording.Header) (*recording.Writer, error) {
	if l.regular {
		err := l.mend()
		if err == nil {
			err = atomicfile.SyncDirectory(filepath.Dir(l.path))
		}
		if err != nil {
			return nil, notWritable(l.path, err)
		}
	}
	if !l.compressed {
		return recording.NewWriter(l.w, h), nil
	}
	l.gzip = l.found.Gzip(l.w)
	return recording.NewWriter(l.gzip, h), nil
}

// mend makes what was there end as it should, if its recorder was killed.
func (l *tapeFile) mend() error {
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
		err = l.openRegular()
	}
	return err
}

// tell says that what was there stays.
func (l *tapeFile) tell(u *ui) {
	if l.found.Any {
		u.say("%s has been recorded to before; this recording follows", l.path)
	}
}

// name is what to call the log.
func (l *tapeFile) name() string {
	if l.stdout {
		return "the log"
	}
	return l.path
}

// missing says that somebody has taken the file away from its place: what is
// written to it is lost.
func (l *tapeFile) missing() error {
	if !l.regular || l.file == nil {
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
		if err == nil && l.regular {
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
