package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"drawmesh/canvas"
)

// A Store is one room's log in a file. There is no file until there is
// something to keep. A Store is for one goroutine at a time.
type Store struct {
	dir   *Dir
	room  string
	name  string // of the file
	limit int64  // bytes, if above zero

	volume // its file is nil until there is one

	first bool // the file is of the first log, and to be written anew

	// aside is what to call the file that is there already, which must neither
	// be written to nor replaced.
	aside string
}

// Open opens a room's store, and restores what it holds into log. A limit above
// zero bounds its size in bytes. A file that is damaged is set aside.
func (d *Dir) Open(room string, limit int64, log *canvas.Log) (*Store, error) {
	s := &Store{dir: d, room: room, name: fileName(room), limit: limit}
	root, err := d.current()
	if err != nil {
		return nil, s.about(err)
	}
	_ = root.Remove(s.name + ".new") // a crash may have left it
	f, err := root.OpenFile(s.name, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		if err = s.restore(f, log); err != nil {
			f.Close()
		}
	}
	if err != nil {
		return nil, s.about(err)
	}
	if s.aside != "" && log.Len() == 0 {
		err = s.replace(root, "")
	} else {
		err = root.Chtimes(s.name, time.Time{}, time.Now()) // so that it does not expire
	}
	if err != nil {
		s.Close()
		return nil, s.about(err)
	}
	return s, nil
}

// restore reads f, which becomes the store's unless it is damaged.
func (s *Store) restore(f *os.File, log *canvas.Log) error {
	r := newReader(f)
	room, err := r.header()
	if err == nil && room != s.room {
		return fmt.Errorf("it is the store of room %s, not of %s", room, s.room)
	}
	s.first = r.version == firstVersion
	found := volume{file: f, size: r.whole}
	if err == nil {
		err = s.read(r, log, &found)
	}
	switch {
	case errors.Is(err, io.EOF):
	case errors.Is(err, errTorn):
		info, err := f.Stat()
		if err == nil {
			err = errors.Join(f.Truncate(found.size), f.Sync())
		}
		if err != nil {
			return err
		}
		s.dir.warn("%s ended in the middle of a record, as a crash leaves it: its last %d bytes are lost", s.path(), info.Size()-found.size)
	case errors.Is(err, errDamaged):
		s.aside = s.unused()
		s.dir.warn("%s IS DAMAGED after byte %d: it is set aside as %s, and the %d operations before that are kept on", s.path(), r.whole, s.aside, log.Len())
		return f.Close()
	default:
		return err
	}
	s.volume = found
	return nil
}

// read takes in all records, of which found takes note, and says why it ended:
// with an io.EOF if nothing is wrong.
func (s *Store) read(r *reader, log *canvas.Log, found *volume) error {
	if s.first {
		return s.readFirst(r, log, found)
	}
	defer found.holds(log)
	return each(r, found, func(record []byte) error { return restore(log, record) })
}

// each takes all records, of which found takes note, and says why it ended.
func each(r *reader, found *volume, take func([]byte) error) error {
	for {
		record, err := r.record()
		if err == nil {
			err = take(record)
		}
		if err != nil {
			return err
		}
		found.count(recordHeader + len(record))
	}
}

// Save writes what the log holds and the store does not, and sees it to the
// disk. If it fails, nothing is lost that was there before; the next Save does
// all of it again.
func (s *Store) Save(lend Lend) error {
	root, err := s.dir.current()
	if err != nil {
		return s.about(err)
	}
	s.check(root)
	anew := s.first || s.file == nil
	if s.file == nil {
		var empty bool
		lend(func(log *canvas.Log) { empty = log.Len() == 0 && log.LastClear() == canvas.Clear{} })
		if empty {
			return nil
		}
	}
	if !anew {
		err = s.append(lend, s.limit)
		anew = err == nil && s.wasteful() || errors.Is(err, errLimit) && s.small+int64(s.gone()) > 0
	}
	if anew {
		err = s.renew(root, lend)
	}
	if err != nil {
		return s.about(err)
	}
	s.first = false
	return nil
}

// check lets go of a file that is no longer at its place. Whatever is there
// instead is not ours.
func (s *Store) check(root *os.Root) {
	there, err := root.Stat(s.name)
	if s.file != nil {
		ours, ourErr := s.file.Stat()
		if err == nil && ourErr == nil && os.SameFile(there, ours) {
			return
		}
		s.file.Close()
		s.volume = volume{}
	}
	if err == nil && s.aside == "" {
		s.aside = s.unused()
		s.dir.warn("%s: another file has come in its place, which is set aside as %s", s.path(), s.aside)
	}
}

// Size is how many bytes the store takes on the disk.
func (s *Store) Size() int64 { return s.size }

// Close closes the file. It does not save.
func (s *Store) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.volume = volume{}
	return err
}

func (s *Store) path() string { return filepath.Join(s.dir.path, s.name) }

func (s *Store) about(err error) error { return about(s.path(), err) }
