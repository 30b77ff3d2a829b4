package raster

import (
	"image"
	"io"
	"os"
	"testing"
	"time"
)

// TestAnimationLeavesNoFile behind, however its process ends: there is none with a
// name while it is made.
func TestAnimationLeavesNoFile(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	for _, format := range []string{"png", "mp4", "webm"} {
		movie, err := NewAnimation(t.Context(), io.Discard, AnimationOptions{Format: format, FrameRate: 10})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 3 {
			im := image.NewRGBA(image.Rect(0, 0, 32, 32))
			im.Pix[n] = 1
			if err := movie.Add(im, time.Second); err != nil {
				t.Fatal(err)
			}
		}
		if entries, err := os.ReadDir(temporary); err != nil || len(entries) > 0 {
			t.Errorf("%s: got %v, %v, want no file", format, entries, err)
		}
		if err := movie.Close(); err != nil {
			t.Error(err)
		}
	}
}
