package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"drawmesh/internal/atomicfile"
)

// An output is where a result goes, whole or not at all.
type output struct {
	path   string
	stdout io.Writer // not nil if it goes there
}

// newOutput checks that the result can be written, before anybody draws for an
// hour.
func newOutput(path string, stdout io.Writer) (output, error) {
	if path == "-" {
		return output{stdout: stdout}, nil
	}
	o := output{path: path}
	var probe *os.File
	var err error
	if o.special() {
		if probe, err = os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			err = probe.Close()
		}
	} else if probe, err = os.CreateTemp(filepath.Dir(path), ".drawbot-*"); err == nil {
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		return o, notWritable(path, err)
	}
	return o, nil
}

// special reports whether there is something at the path that must not be
// replaced by a file: a device, a pipe, a directory.
func (o output) special() bool {
	info, err := os.Stat(o.path)
	return err == nil && !info.Mode().IsRegular()
}

// name is what to call the output, which holds a what.
func (o output) name(what string) string {
	if o.stdout != nil {
		return "the " + what
	}
	return o.path
}

// A file is an output that is written bit by bit.
type file interface {
	io.Writer
	Keep() error // ends it
	Discard()    // gives it up, unless it has been kept
}

// create opens the output for what takes long to be written.
func (o output) create() (file, error) {
	if o.stdout != nil {
		return plainFile{o.stdout, func() error { return nil }}, nil
	}
	if o.special() {
		w, err := os.OpenFile(o.path, os.O_WRONLY, 0)
		if err != nil {
			return nil, notWritable(o.path, err)
		}
		return plainFile{w, w.Close}, nil
	}
	f, err := atomicfile.Create(o.path)
	if err != nil {
		return nil, notWritable(o.path, err)
	}
	return f, nil
}

// A plainFile is one that replaces nothing.
type plainFile struct {
	io.Writer
	close func() error
}

func (f plainFile) Keep() error { return f.close() }
func (f plainFile) Discard()    { f.close() } // of no effect the second time

// save writes what content does.
func (o output) save(content func(io.Writer) error) error {
	switch {
	case o.stdout != nil:
		return content(o.stdout)
	case o.special():
		w, err := os.OpenFile(o.path, os.O_WRONLY, 0)
		if err != nil {
			return notWritable(o.path, err)
		}
		return errors.Join(content(w), w.Close())
	}
	if err := atomicfile.Replace(o.path, content); err != nil {
		return notWritable(o.path, err)
	}
	return nil
}
