package peer

import (
	"testing"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// Whose a site is, its peer says by itself: where two say so, nobody can tell.
func TestAuthor(t *testing.T) {
	ana, bo := canvas.NewSite(), canvas.NewSite()
	r := newReplica()
	r.neighbours["a"], r.neighbours["b"] = &neighbour{site: ana}, &neighbour{site: bo}
	check := func(e canvas.Entry, want signaling.ID) {
		t.Helper()
		for range 20 { // a map has no order
			if got := r.author(e); got != want {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	}
	check(canvas.Entry{Site: ana}, "a")
	check(canvas.Entry{Site: bo, By: "plain"}, "plain")
	check(canvas.Entry{Site: canvas.NewSite()}, "")
	r.neighbours["mallory"] = &neighbour{site: ana}
	check(canvas.Entry{Site: ana}, "")
	check(canvas.Entry{Site: bo}, "b")
}
