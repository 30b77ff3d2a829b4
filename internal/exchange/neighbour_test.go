package exchange

import (
	"testing"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// Whose a site is, its peer says by itself, and it stays known when that has
// left: where two say so, nobody can tell.
func TestAuthor(t *testing.T) {
	ana, bo := canvas.Site{1}, canvas.Site{2}
	ns := newNeighbours()
	ns.add(&synced{id: "a", site: ana})
	ns.add(&synced{id: "b", site: bo})
	check := func(e canvas.Entry, want signaling.ID) {
		t.Helper()
		if got := ns.author(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check(canvas.Entry{Site: ana}, "a")
	check(canvas.Entry{Site: bo, By: "plain"}, "plain")
	check(canvas.Entry{Site: bo, By: "a"}, "b") // who signs what he draws needs nobody to adopt it
	check(canvas.Entry{Site: canvas.Site{3}}, "")
	ns.add(&synced{id: "mallory", site: ana})
	check(canvas.Entry{Site: ana}, "")
	check(canvas.Entry{Site: bo}, "b")
	ns.remove("mallory")
	check(canvas.Entry{Site: ana}, "a")
	ns.remove("a")
	check(canvas.Entry{Site: ana}, "a")
	ns.add(&synced{id: "a again", site: ana}) // the server has been restarted
	check(canvas.Entry{Site: ana}, "a again")
	for i := range 2 * maxAuthors {
		ns.add(&synced{id: "many", site: canvas.Site{4, byte(i), byte(i >> 8)}})
	}
	if len(ns.authors) > maxAuthors {
		t.Errorf("%d authors are remembered, want %d at most", len(ns.authors), maxAuthors)
	}
}
