package recording

import (
	"container/heap"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"
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

// A Timed is a record of a source, and its time: when it was drawn, as its author
// says, but not later than it was heard of. What nobody says a time of has that at
// which it came, and a recording begins with the first thing that it tells of.
type Timed struct {
	Record Record
	At     time.Time // no earlier than the record before in the same source

	// Since is the time of the drawing: since the first recording began, or the first
	// thing that it has of before was drawn. Before it began there are only the times
	// that authors say, which may be any: so there a pause of more than a minute is one
	// of a minute, and a lie makes it no longer than that.
	Since time.Duration

	Source string // the name
	Line   int    // from 1
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
			open = append(open, &openSource{Reader: NewReader(f), file: f, name: src.Name})
			if !open.advance(len(open)-1, yield) {
				return
			}
		}
		heap.Init(&open)
		var rhythm rhythm
		for len(open) > 0 {
			next := open[0].next()
			next.Since = rhythm.pass(next)
			if !yield(*next, nil) || !open.advance(0, yield) {
				return
			}
			if len(open) > 0 {
				heap.Fix(&open, 0)
			}
		}
	}
}

// Passable reports whether an error of [Merge] is about a single line, or about a
// recording's lack of an end or of an entry: the reading goes on.
func Passable(err error) bool {
	return errors.As(err, new(*LineError)) || errors.As(err, new(*EndError)) || errors.As(err, new(*LackError))
}

// openSources are a heap by the times of their next records.
type openSources []*openSource

// advance goes on to the next record of the i-th source, and takes the source out if
// it has none. It reports whether to go on.
func (h *openSources) advance(i int, yield func(Timed, error) bool) bool {
	s := (*h)[i]
	tell := func(err error) bool { return yield(Timed{}, &SourceError{s.name, err}) }
	switch {
	case s.advance(tell):
		return true
	case !s.ended:
		return false
	}
	last := len(*h) - 1
	(*h)[i] = (*h)[last]
	*h = (*h)[:last]
	s.file.Close()
	end := s.Ending()
	return end != Open && end != Torn || tell(&EndError{Ending: end, Line: s.Line()})
}

func (h openSources) Len() int           { return len(h) }
func (h openSources) Less(i, j int) bool { return h[i].next().At.Before(h[j].next().At) }
func (h openSources) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *openSources) Push(x any)        { *h = append(*h, x.(*openSource)) }

func (h *openSources) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
