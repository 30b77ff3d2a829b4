package recording

import (
	"container/heap"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"drawmesh/canvas"
)

// A Source is where recordings are, one after another. Merge opens it each time
// that it is gone through.
type Source struct {
	Name string // to tell it by in errors
	Open func() (io.ReadCloser, error)
}

// File is the source at path, which has its name.
func File(path string) Source {
	return Source{path, func() (io.ReadCloser, error) { return os.Open(path) }}
}

// A Timed is a record of a source, and when it came.
type Timed struct {
	Record Record
	At     time.Time // no earlier than the record before in the same source
	Source string    // the name
	Line   int       // from 1
}

// A SourceError is about one of the sources.
type SourceError struct {
	Source string
	Err    error
}

func (e *SourceError) Error() string { return e.Source + ": " + e.Err.Error() }
func (e *SourceError) Unwrap() error { return e.Err }

// An EndError says that a recording lacks its end: it is [Open] or [Torn], for
// its recorder was killed, or is still at work. What there is up to its last check
// is whole.
type EndError struct {
	Ending    Ending
	Recording int // which one of the source, from 1; 0 if there is only one
	Line      int // the last one, from 1
}

func (e *EndError) Error() string {
	if e.Ending == Torn {
		return fmt.Sprintf("its last line, %d, is cut off: its recorder was killed", e.Line)
	}
	which := "it"
	if e.Recording > 0 {
		which = fmt.Sprintf("recording %d", e.Recording)
	}
	return fmt.Sprintf("%s has no end after line %d: its recorder was killed, or is still at work", which, e.Line)
}

// Merge yields the records of all sources in the order of their times. Within a
// source, their own order stays. Each error is a [SourceError]; one that
// [Passable] is true of is not the end.
func Merge(sources ...Source) iter.Seq2[Timed, error] {
	return func(yield func(Timed, error) bool) {
		var open openSources
		defer func() {
			for _, s := range open {
				s.file.Close()
			}
		}()
		for _, src := range sources {
			f, err := src.Open()
			if err != nil {
				yield(Timed{}, &SourceError{src.Name, err})
				return
			}
			open = append(open, &openSource{Reader: NewReader(f), file: f, next: Timed{Source: src.Name}})
			if !open.advance(len(open)-1, yield) {
				return
			}
		}
		heap.Init(&open)
		for len(open) > 0 {
			if !yield(open[0].next, nil) || !open.advance(0, yield) {
				return
			}
			if len(open) > 0 {
				heap.Fix(&open, 0)
			}
		}
	}
}

// Passable reports whether an error of [Merge] is about a single line, or about a
// recording's lack of an end: the reading goes on.
func Passable(err error) bool {
	return errors.As(err, new(*LineError)) || errors.As(err, new(*EndError))
}

// An openSource is a source that is being read.
type openSource struct {
	*Reader
	file    io.Closer
	started time.Time // of the recording
	next    Timed
}

// step makes rec the next one.
func (s *openSource) step(rec Record) {
	at := s.next.At
	switch rec := rec.(type) {
	case Header:
		s.started = rec.Started
		at = rec.Started
	case Op:
		at = drawnAt(rec, s.started.Add(rec.At))
	case Clear:
		at = s.started.Add(rec.At)
	case Lie:
		at = s.started.Add(rec.At)
	case Check:
		at = s.started.Add(rec.At)
	}
	if at.After(s.next.At) {
		s.next.At = at
	}
	s.next.Record, s.next.Line = rec, s.Line()
}

// drawnAt is when an operation was drawn that the recorder heard of at a time: its
// author says so, and that is believed unless it is later.
func drawnAt(op Op, heard time.Time) time.Time {
	if op.Entry.N == 0 || ofFirst(op.Entry.Site) {
		return heard
	}
	if at := canvas.TimeOf(op.Entry.T); at.Before(heard) {
		return at
	}
	return heard
}

// openSources are a heap by the times of their next records.
type openSources []*openSource

// advance reads the next record of the i-th source, and takes the source out if
// it has none. It reports whether to go on.
func (h *openSources) advance(i int, yield func(Timed, error) bool) bool {
	s := (*h)[i]
	for {
		rec, err := s.Next()
		switch {
		case err == nil:
			s.step(rec)
			return true
		case err == io.EOF:
			last := len(*h) - 1
			(*h)[i] = (*h)[last]
			*h = (*h)[:last]
			s.file.Close()
			end := s.Ending()
			return end != Open && end != Torn || yield(Timed{}, &SourceError{s.next.Source, &EndError{Ending: end, Line: s.Line()}})
		case !yield(Timed{}, &SourceError{s.next.Source, err}) || !errors.As(err, new(*LineError)):
			return false
		}
	}
}

func (h openSources) Len() int           { return len(h) }
func (h openSources) Less(i, j int) bool { return h[i].next.At.Before(h[j].next.At) }
func (h openSources) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *openSources) Push(x any)        { *h = append(*h, x.(*openSource)) }

func (h *openSources) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
