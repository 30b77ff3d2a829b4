package loadtest

import (
	"slices"
	"testing"
)

func TestSequence(t *testing.T) {
	tests := []struct {
		name  string
		came  []uint32
		want  []arrival
		count int
	}{
		{"in order", []uint32{1, 2, 3}, []arrival{inOrder, inOrder, inOrder}, 3},
		{"twice", []uint32{1, 1, 2, 1}, []arrival{inOrder, duplicate, inOrder, duplicate}, 2},
		{"a gap", []uint32{1, 4}, []arrival{inOrder, inOrder}, 2},
		{"a gap filled", []uint32{1, 3, 2, 4}, []arrival{inOrder, inOrder, outOfOrder, inOrder}, 4},
		{"backwards", []uint32{3, 2, 1}, []arrival{inOrder, outOfOrder, outOfOrder}, 3},
		{"twice beyond a gap", []uint32{3, 3, 1, 2, 2}, []arrival{inOrder, duplicate, outOfOrder, outOfOrder, duplicate}, 3},
		{"late", []uint32{500, 501}, []arrival{inOrder, inOrder}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s sequence
			var got []arrival
			for _, n := range tt.came {
				got = append(got, s.add(n))
			}
			if !slices.Equal(got, tt.want) || s.count() != tt.count {
				t.Errorf("got %v and %d in all, want %v and %d", got, s.count(), tt.want, tt.count)
			}
		})
	}
}

// Numbers come modulo 2^24.
func TestSequenceGoesRound(t *testing.T) {
	s := sequence{upTo: markMask - 1, latest: markMask - 1}
	for i, n := range []uint32{markMask, 0, 2, 1} {
		if how, want := s.add(n), []arrival{inOrder, inOrder, inOrder, outOfOrder}[i]; how != want {
			t.Errorf("%d: got %v, want %v", n, how, want)
		}
	}
	if got, want := s.count(), markMask+3; got != want {
		t.Errorf("got %d in all, want %d", got, want)
	}
}
