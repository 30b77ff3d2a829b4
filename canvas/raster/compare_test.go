package raster

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// saveDifference keeps both pictures and, brightened, where they differ.
func saveDifference(t *testing.T, got, want *image.RGBA) {
	t.Helper()
	diff := image.NewRGBA(want.Rect)
	for i := range diff.Pix {
		if i%4 == 3 {
			diff.Pix[i] = 255
			continue
		}
		diff.Pix[i] = uint8(min(255, 4*abs(int(got.Pix[i])-int(want.Pix[i]))))
	}
	for name, im := range map[string]*image.RGBA{"got": got, "want": want, "difference": diff} {
		path := filepath.Join(t.ArtifactDir(), name+".png")
		if err := writePNG(path, im); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %s", name, path)
	}
}

func writePNG(path string, im image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := png.Encode(f, im); err != nil {
		return err
	}
	return f.Close()
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	im, err := png.Decode(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return im
}
