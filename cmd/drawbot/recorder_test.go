package main

import (
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
)

// A lender is a viewer whose log is lent, and not otherwise to be read.
type lender struct {
	log  *canvas.Log
	lent bool
}

func (l *lender) Look(look func(*canvas.Log, canvas.Change)) {
	l.lent = true
	look(l.log, canvas.Change{Kind: canvas.Everything, Box: canvas.Everywhere})
	l.lent = false
}

// Whoever draws waits while the log is lent: the recorder paints afterwards, and
// holds no lock of its own that those who tell it of strokes wait for.
func TestTheRecorderPaintsWhenNobodyWaits(t *testing.T) {
	of := &lender{log: canvas.NewLog(canvas.NewSite())}
	if _, err := of.log.Draw(stripe(20, green), 0); err != nil {
		t.Fatal(err)
	}
	view, err := raster.NewView(32, 32, canvas.Color{A: 255})
	if err != nil {
		t.Fatal(err)
	}
	r := newRecorder(view, t.Logf)
	painted := 0
	view.Show(func(canvas.Entry) bool {
		painted++
		if of.lent {
			t.Error("painting while the log is lent")
		}
		if !r.mu.TryLock() {
			t.Error("painting while the recorder is locked")
		} else {
			r.mu.Unlock()
		}
		return true
	})
	steps := []struct {
		name string
		do   func() error
	}{
		{"begin", func() error { return r.begin(of, nil, time.Now()) }},
		{"follow", func() error { return r.follow(of) }},
		{"end", func() error { _, err := r.end(of); return err }},
	}
	for i, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if painted != i+1 {
			t.Errorf("%s: painted %d times, want once at each step", step.name, painted)
		}
	}
}
