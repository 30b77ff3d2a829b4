package raster

import (
	"image"
	"io"
	"os"
	"testing"
	"time"
)

// TestVideoLeavesNoFile behind, however its process ends: there is none with a
// name while it is made.
func TestVideoLeavesNoFile(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	for _, format := range []string{"mp4", "webm"} {
		movie, err := NewAnimation(t.Context(), io.Discard, AnimationOptions{Format: format, FrameRate: 10})
		if err != nil {
			t.Fatal(err)
		}
		if err := movie.Add(image.NewRGBA(image.Rect(0, 0, 32, 32)), time.Second); err != nil {
			t.Fatal(err)
		}
		if entries, err := os.ReadDir(temporary); err != nil || len(entries) > 0 {
			t.Errorf("%s: got %v, %v, want no file", format, entries, err)
		}
		if err := movie.Close(); err != nil {
			t.Error(err)
		}
	}
}
