package main

import (
	"context"
	"io"
	"io/fs"
	"os"

	"drawmesh/internal/atomicfile"
)

// An output is where a result goes: whole or not at all, unless it is a stream.
type output struct {
	path   string
	stdout bool
	stream *stream // not nil if there is nothing to replace
}

// A stream is standard output, a pipe or a device. It is written to once.
type stream struct {
	io.Writer
	stdout bool
	close  func() error
}

// openStream opens what path leads to, if it is a stream, and says what to call
// it. Otherwise there is none.
func openStream(ctx context.Context, path string, stdout io.Writer) (*stream, string, error) {
	if isStdout(path) {
		return &stream{stdout, true, func() error { return nil }}, "standard output", nil
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().IsRegular() {
		return nil, path, nil
	}
	f, err := openWithin(ctx, path, func() (*atomicfile.File, error) { return atomicfile.Create(path) })
	if err != nil {
		return nil, path, notWritable(path, err)
	}
	return &stream{f, false, f.Close}, path, nil
}

// newOutput checks that the result can be written, before anybody draws for an
// hour. What a killed process left unfinished there is removed. A pipe that has a
// name is waited for until somebody reads it, or ctx is done.
func newOutput(ctx context.Context, path string, stdout io.Writer) (output, error) {
	if isStdout(path) {
		return output{path: path, stdout: true, stream: &stream{stdout, true, func() error { return nil }}}, nil
	}
	atomicfile.Sweep(path)
	f, err := openWithin(ctx, path, func() (*atomicfile.File, error) { return atomicfile.Create(path) })
	if err != nil {
		return output{}, notWritable(path, err)
	}
	if f.Stream() {
		return output{path: path, stream: &stream{f, false, f.Keep}}, nil
	}
	f.Discard()
	return output{path: path}, nil
}

// isStdout reports whether a path leads to standard output.
func isStdout(path string) bool {
	n, ok := atomicfile.Descriptor(path)
	return path == "-" || ok && n == 1
}

// openWithin is what open returns. The opening of a pipe that has a name lasts until
// somebody has its other end: it ends with ctx, too.
func openWithin[T io.Closer](ctx context.Context, path string, open func() (T, error)) (T, error) {
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return open()
	}
	type result struct {
		file T
		err  error
	}
	c := make(chan result, 1)
	go func() {
		file, err := open()
		c <- result{file, err}
	}()
	select {
	case r := <-c:
		return r.file, r.err
	case <-ctx.Done():
		go func() {
			if r := <-c; r.err == nil {
				r.file.Close()
			}
		}()
		var none T
		return none, interrupted(ctx, "nobody had the pipe's other end open")
	}
}

// exists reports whether there is a file that would be replaced.
func (o output) exists() bool {
	_, err := os.Stat(o.path)
	return o.stream == nil && err == nil
}

// name is what to call the output, which holds a what.
func (o output) name(what string) string {
	if o.stdout {
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
	if o.stream != nil {
		return o.stream, nil
	}
	f, err := atomicfile.Create(o.path)
	if err != nil {
		return nil, notWritable(o.path, err)
	}
	return f, nil
}

// Keep ends the stream.
func (s *stream) Keep() error { return s.close() }

// Discard ends the stream, too: what is written, is written.
func (s *stream) Discard() { s.close() } // of no effect the second time

// save writes what content does.
func (o output) save(content func(io.Writer) error) error {
	f, err := o.create()
	if err != nil {
		return err
	}
	defer f.Discard() // of no effect once it has been kept
	if err = content(f); err == nil {
		err = f.Keep()
	}
	switch {
	case err == nil:
		return nil
	case o.stdout:
		return notWritable("standard output", err)
	}
	return notWritable(o.path, err)
}
