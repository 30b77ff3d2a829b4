package early

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"drawmesh/canvas"
)

// TestReleaseIsInOrder adds entries of two sites at random, often twice, and takes
// them as a log would.
func TestReleaseIsInOrder(t *testing.T) {
	sites := []canvas.Site{canvas.Site([]byte("AnaAnaAnaAn")), canvas.Site([]byte("BoBoBoBoBoB"))}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		kept, taken := make(Entries[string]), make(map[canvas.Site]uint32)
		for range 200 {
			site, n := sites[r.IntN(2)], 1+r.Uint32N(30)
			if n > taken[site] {
				kept.Add(Entry[string]{canvas.Entry{Site: site, N: n}, "bo"})
			}
			kept.Release(site, func(e Entry[string]) bool {
				if e.N > taken[site]+1 {
					return true
				}
				if e.N != taken[site]+1 || e.From != "bo" || e.Site != site {
					t.Fatalf("seed %d: got %v after %d entries", seed, e, taken[site])
				}
				taken[site]++
				return false
			})
			if list, there := kept[site]; there && len(list) == 0 {
				t.Fatalf("seed %d: an empty list is kept", seed)
			}
		}
	}
}

func TestAddAndForget(t *testing.T) {
	kept := make(Entries[int])
	for i, n := range []uint32{3, 1, 2, 3} {
		if got, want := kept.Add(Entry[int]{canvas.Entry{N: n}, i}), i < 3; got != want {
			t.Errorf("add %d: got %v, want %v", n, got, want)
		}
	}
	kept.Forget(func(e Entry[int]) bool { return e.From == 1 })
	got := ""
	for _, e := range kept[canvas.Site{}] {
		got += fmt.Sprint(e.N, "/", e.From, " ")
	}
	if got != "2/2 3/0 " {
		t.Errorf("got %s, want 2/2 3/0", got)
	}
	if kept.Forget(func(Entry[int]) bool { return true }); len(kept) != 0 {
		t.Errorf("got %v, want nothing kept", kept)
	}
}
