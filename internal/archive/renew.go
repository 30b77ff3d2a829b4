package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// renew writes the store anew, in full frames and without what is dead. Until
// all of it is on the disk, the old file stays what it is.
func (s *Store) renew(root *os.Root, lend Lend) error {
	temp := s.name + ".new"
	f, err := root.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	header := appendHeader(nil, s.room)
	next := volume{file: f, size: int64(len(header))}
	if _, err = f.WriteAt(header, 0); err == nil {
		err = next.append(lend, s.limit)
	}
	if err == nil {
		err = s.replace(root, temp)
	}
	if err != nil {
		return errors.Join(err, f.Close(), root.Remove(temp))
	}
	if s.file != nil {
		s.file.Close() // it has no name any more
	}
	next.small = 0 // what there is, is the least
	s.volume = next
	return syncDir(root)
}

// replace puts the file temp in the store's place; nothing, if that is empty.
// What is to be set aside is given its other name before it loses this one.
func (s *Store) replace(root *os.Root, temp string) error {
	if s.aside != "" {
		if err := root.Link(s.name, s.aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			if err = root.Rename(s.name, s.aside); err != nil { // not every file system has links
				return err
			}
		}
	}
	var err error
	if temp != "" {
		err = root.Rename(temp, s.name)
	} else if err = root.Remove(s.name); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		s.aside = ""
	}
	return err
}

// syncDir sees the names in the directory to the disk.
func syncDir(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// unused is a name for what is set aside, which no other file has.
func (s *Store) unused() string {
	stamp := s.name + ".aside-" + time.Now().UTC().Format("20060102T150405Z")
	name := stamp
	for i := 2; ; i++ {
		root, err := s.dir.current()
		if err != nil {
			return name
		}
		if _, err := root.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
		name = fmt.Sprintf("%s-%d", stamp, i)
	}
}
