package recording

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"drawmesh/canvas"
)

var update = flag.Bool("update", false, "write the recording of this version anew")

// versions are the recordings in testdata, one of each version of the format.
var versions = []string{"version1", "version2", "version3"}

func version(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestVersions reads recordings of all versions, for ever: they hold what they held,
// and what vouches for them does so still.
func TestVersions(t *testing.T) {
	tests := []struct {
		name   string
		ops    int
		ending Ending
		sum    string
		want   []canvas.Shape // in the end
	}{
		{"version1", 9, Unchecked, "9de637a3ef403d59", []canvas.Shape{segment(4), segment(6)}},
		{"version2", 10, Closed, "9de637a3ef403d59", []canvas.Shape{segment(4), segment(6)}},
		{"version3", 14, Closed, scene(t).heard.Digest().String(), []canvas.Shape{segment(4), segment(7)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := version(t, tt.name)
			proof, err := Prove(t.Context(), bytes.NewReader(data), ProveOptions{})
			if err != nil || proof.Recordings != 1 || proof.Ops != tt.ops || (proof.Unchecked == 1) != (tt.ending == Unchecked) {
				t.Errorf("proved %+v and %v, want %d operations", proof, err, tt.ops)
			}
			r, d := NewReader(bytes.NewReader(data)), NewDrawing()
			for rec, err := r.Next(); err == nil; rec, err = r.Next() {
				if _, err := d.Add(rec); err != nil {
					t.Fatal(err)
				}
			}
			if d.Sum() != tt.sum || r.Ending() != tt.ending || d.Early() != 0 {
				t.Errorf("got sum %s, ending %d and %d early, want %s, %d and none", d.Sum(), r.Ending(), d.Early(), tt.sum, tt.ending)
			}
			entries := paint(d.Log(), canvas.Key{})
			for i, e := range entries {
				if i >= len(tt.want) || e.Op != tt.want[i] {
					t.Errorf("operation %d is %v, want those of %v", i, e.Op, tt.want)
				}
			}
			if len(entries) != len(tt.want) {
				t.Errorf("got %d operations, want %d", len(entries), len(tt.want))
			}
		})
	}
}

// TestFormatStays has the recording of this version as it was first written.
func TestFormatStays(t *testing.T) {
	if *update {
		if err := os.WriteFile("testdata/version3.ndjson", text(t), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := text(t), version(t, "version3"); !bytes.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}
