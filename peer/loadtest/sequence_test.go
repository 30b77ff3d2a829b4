package loadtest

import (
	"slices"
	"testing"
)

func TestSequence(t *testing.T) {
	tests := []struct {
		name   string
		came   []uint32
		want   []arrival
		upTo   uint32
		beyond int
	}{
		{"in order", []uint32{1, 2, 3}, []arrival{inOrder, inOrder, inOrder}, 3, 0},
		{"twice", []uint32{1, 1, 2, 1}, []arrival{inOrder, duplicate, inOrder, duplicate}, 2, 0},
		{"a gap", []uint32{1, 4}, []arrival{inOrder, inOrder}, 1, 1},
		{"a gap filled", []uint32{1, 3, 2, 4}, []arrival{inOrder, inOrder, outOfOrder, inOrder}, 4, 0},
		{"backwards", []uint32{3, 2, 1}, []arrival{inOrder, outOfOrder, outOfOrder}, 3, 0},
		{"twice beyond a gap", []uint32{3, 3, 1, 2, 2}, []arrival{inOrder, duplicate, outOfOrder, outOfOrder, duplicate}, 3, 0},
		{"late", []uint32{500, 501}, []arrival{inOrder, inOrder}, 0, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s sequence
			var got []arrival
			for _, n := range tt.came {
				got = append(got, s.add(n))
			}
			if !slices.Equal(got, tt.want) || s.upTo != tt.upTo || len(s.beyond) != tt.beyond {
				t.Errorf("got %v, all up to %d and %d beyond, want %v, %d and %d", got, s.upTo, len(s.beyond), tt.want, tt.upTo, tt.beyond)
			}
		})
	}
}

// What is skipped counts once, and is not waited for.
func TestSequenceSkips(t *testing.T) {
	var s sequence
	for _, n := range []uint32{1, 4, 6, 9} {
		s.add(n)
	}
	for _, step := range []struct {
		to      uint32
		missing int
	}{{0, 0}, {1, 0}, {5, 3}, {5, 0}, {8, 2}, {4, 0}} {
		if got := s.skip(step.to); got != step.missing {
			t.Errorf("up to %d: got %d missing, want %d", step.to, got, step.missing)
		}
	}
	if s.upTo != 9 || len(s.beyond) > 0 || s.add(7) != duplicate || s.add(10) != inOrder {
		t.Errorf("got %+v, want all up to 10", s)
	}
}
