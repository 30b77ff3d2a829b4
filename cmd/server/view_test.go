package main

import "testing"

// A picture that grew, while entries came out of order and strokes were undone
// and redone, is to the last pixel the one that is painted all at once.
func TestViewPaintsOrder(t *testing.T) {
	t.Parallel()
	p := logPage(t)
	for seed, rounds := range []int{30, 30, 800, 800} { // of which the last take checkpoints
		got := eval[struct{ Most, Count int }](p, `import("/testdata/view.js").then(({ worst }) => worst(%s, %s, %s))`,
			seed, rounds, seed%2 == 1)
		if got.Count > 0 {
			t.Errorf("%d rounds: %d values differ, by up to %d", rounds, got.Count, got.Most)
		}
	}
}
