package recording

import (
	"fmt"
	"testing"

	"drawmesh/canvas"
)

// TestSumOfWhatHasNoPlace adds up the hashes of what plain programs wrote down: of all
// since the last clear, and of that clear.
func TestSumOfWhatHasNoPlace(t *testing.T) {
	d := NewDrawing()
	var live []canvas.FirstEntry
	for i := range 40 {
		var rec Record = Op{Entry: canvas.Entry{Op: segment(float64(i))}}
		if i%9 == 8 {
			rec, live = Clear{}, nil
		}
		if _, err := d.Add(rec); err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Taken() {
			if s.First != nil {
				live = append(live, *s.First)
			} else {
				live = append(live, canvas.FirstEntry{Entry: s.Entry})
			}
		}
		var want uint64
		for _, e := range live {
			want += e.Hash()
		}
		if got, want := d.Sum(), fmt.Sprintf("%016x", want); got != want {
			t.Fatalf("after %d: got sum %s, want %s", i+1, got, want)
		}
	}
}
