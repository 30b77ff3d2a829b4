package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
)

func TestPaceKeepsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := pace{start, 200}
		for n := range 3 {
			if err := p.wait(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			if got, want := time.Since(start), time.Duration(n)*5*time.Millisecond; got != want {
				t.Errorf("thing %d: got %v after the start, want %v", n, got, want)
			}
		}
		time.Sleep(time.Second) // a stall, in virtual time
		before := time.Now()
		if err := p.wait(t.Context(), 100); err != nil || time.Since(before) != 0 {
			t.Errorf("after a stall: got %v and %v, want no wait", err, time.Since(before))
		}
		if err := p.wait(t.Context(), 400); err != nil || time.Since(start) != 2*time.Second {
			t.Errorf("caught up: got %v, %v after the start, want 2s", err, time.Since(start))
		}
	})
}

func TestPaceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := (pace{start, 0.1}).wait(ctx, 1); err == nil || time.Since(start) != time.Second {
			t.Errorf("got %v after %v, want an error after 1s", err, time.Since(start))
		}
		if err := (pace{}).wait(ctx, 5); err == nil {
			t.Error("without a rate: got no error, want the context's")
		}
	})
}

// slowPaper counts what is drawn between two flushes.
type slowPaper struct {
	easel
	waiting, most, flushes int
	err                    error
}

func (p *slowPaper) Draw(ops ...canvas.PlainOp) (canvas.Stroke, error) {
	p.waiting += len(ops)
	p.most = max(p.most, p.waiting)
	return canvas.Stroke{}, nil
}

func (p *slowPaper) Flush(context.Context) error {
	p.waiting = 0
	p.flushes++
	return p.err
}

func TestPenWaitsForThePaper(t *testing.T) {
	paper := new(slowPaper)
	pen := pen{peer: paper, settle: paper.Flush}
	for range 10*flushEvery + 1 {
		if _, err := pen.draw(t.Context(), input{op: canvas.Clear{}}); err != nil {
			t.Fatal(err)
		}
	}
	if paper.most != flushEvery || paper.flushes != 11 {
		t.Errorf("got at most %d waiting and %d flushes, want %d and 11", paper.most, paper.flushes, flushEvery)
	}
	paper.err = errors.New("closed")
	pen.drawn = flushEvery
	if _, err := pen.draw(t.Context(), input{op: canvas.Clear{}}); err != paper.err {
		t.Errorf("got %v, want the flush's error", err)
	}
}

// An eraser is an easel with so many strokes to undo.
type eraser struct {
	easel
	shown, hidden int
}

func (e *eraser) Undoable() canvas.Stroke  { return canvas.Stroke{K: uint32(e.shown)} }
func (e *eraser) Redoable() canvas.Stroke  { return canvas.Stroke{K: uint32(e.hidden)} }
func (e *eraser) Undo(canvas.Stroke) error { return move(&e.shown, &e.hidden) }
func (e *eraser) Redo(canvas.Stroke) error { return move(&e.hidden, &e.shown) }

func move(from, to *int) error {
	*from--
	*to++
	return nil
}

func TestPenUndoes(t *testing.T) {
	e := &eraser{shown: 1}
	pen := pen{peer: e, settle: func(context.Context) error { return nil }}
	for i, tt := range []struct {
		op    canvas.Op
		shown int
		err   string
	}{
		{canvas.Redo{}, 1, "there is nothing to redo"},
		{canvas.Undo{}, 0, ""},
		{canvas.Undo{}, 0, "there is nothing to undo"},
		{canvas.Redo{}, 1, ""},
	} {
		if _, err := pen.draw(t.Context(), input{op: tt.op}); causeOf(err) != tt.err || e.shown != tt.shown {
			t.Errorf("%d: got %q and %d strokes, want %q and %d", i, causeOf(err), e.shown, tt.err, tt.shown)
		}
	}
}
