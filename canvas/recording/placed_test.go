package recording

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"drawmesh/canvas"
)

// TestPlaced lends one site to people who draw by turns, now and then with nothing
// to show for it, and asks for each number whose it is.
func TestPlaced(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 6))
		var a Authors
		want := make(map[uint32]string)
		n := r.Uint32N(3)
		for range 60 {
			id := fmt.Sprint("peer", r.IntN(3))
			var taken []canvas.Step
			for range r.IntN(3) {
				n++
				taken = append(taken, canvas.Step{Entry: canvas.Entry{Site: cy, N: n}})
				want[n] = id
			}
			a.Add(Op{From: id, Entry: canvas.Entry{Op: canvas.Undo{}}}, taken)
			if r.IntN(9) == 0 {
				n++ // somebody else's
			}
		}
		for n := range n + 2 {
			var got string
			if who := a.Of(canvas.Entry{Site: cy, N: n}); who != nil {
				got = who.IDs[0]
			}
			if got != want[n] {
				t.Fatalf("seed %d: entry %d is by %q, want %q", seed, n, got, want[n])
			}
		}
	}
}
