package main

import "testing"

// A picture that grew, while entries came out of order and strokes were undone
// and redone, is to the last pixel the one that is painted all at once.
func TestViewPaintsOrder(t *testing.T) {
	t.Parallel()
	p := logPage(t)
	for seed, tt := range []struct {
		rounds, reach int
		undoes        bool
	}{
		{12, 640, false}, {12, 640, true},
		{320, 640, false}, {320, 640, true}, // which take checkpoints
		{320, 10, false}, {320, 10, true}, // of which many can be painted on top
	} {
		got := eval[struct{ Most, Count, Copied int }](p, `import("/testdata/view.js").then(({ worst }) => worst(%s, %s, %s, %s))`,
			seed, tt.rounds, tt.undoes, tt.reach)
		if got.Count > 0 {
			t.Errorf("%+v: %d values differ, by up to %d", tt, got.Count, got.Most)
		}
		if got.Copied == 0 {
			t.Errorf("%+v: nothing was painted again: the test says little", tt)
		}
	}
}

// What comes late is painted where it belongs, whatever came late, was undone or shown again
// before.
func TestViewPaintsLate(t *testing.T) {
	t.Parallel()
	p := logPage(t)
	for name, count := range eval[map[string]int](p, `import("/testdata/view.js").then(({ inserted }) => inserted())`) {
		if count > 0 {
			t.Errorf("%s: %d values differ", name, count)
		}
	}
	// Where nothing is above it, it is painted at once: to paint again takes copies.
	if copies := eval[int](p, `import("/testdata/view.js").then(({ copiesOnTop }) => copiesOnTop())`); copies > 0 {
		t.Errorf("%d copies, want none", copies)
	}
}

// A film shows at each moment, wherever it comes from, what showed there: with strokes that
// are undone and redone later, and with clears, from checkpoints and without.
func TestFilm(t *testing.T) {
	t.Parallel()
	p := logPage(t)
	got := eval[struct{ Wrong, Length int }](p, `import("/testdata/film.js").then((film) => film.worst(1, 6000, 60))`)
	if got.Wrong > 0 || got.Length < 5000 {
		t.Errorf("of %d events, %d pixels were wrong", got.Length, got.Wrong)
	}
}
