package caption

import (
	"bytes"
	"flag"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "accept the pictures that are drawn now")

// A spy keeps the pictures that it is given.
type spy struct{ shown []*image.RGBA }

func (s *spy) Add(im *image.RGBA, _ time.Duration) error {
	own := image.NewRGBA(im.Rect)
	draw.Draw(own, own.Rect, im, image.Point{}, draw.Src)
	s.shown = append(s.shown, own)
	return nil
}

func (s *spy) Close() error { return nil }

// blank is a picture of one colour.
func blank(width, height int) *image.RGBA {
	im := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(im, im.Rect, image.White, image.Point{}, draw.Src)
	return im
}

// captioned is what becomes of a picture that these people draw.
func captioned(t *testing.T, im *image.RGBA, at time.Duration, names ...string) *image.RGBA {
	t.Helper()
	var film spy
	a := New(&film)
	for _, name := range names {
		a.Note(name, at)
	}
	if err := a.Add(im, time.Second); err != nil {
		t.Fatal(err)
	}
	return film.shown[0]
}

// TestCaption compares with pictures that somebody has looked at.
func TestCaption(t *testing.T) {
	tests := []struct {
		name          string
		width, height int
		at            time.Duration
		names         []string
	}{
		{"two", 320, 60, 83 * time.Second, []string{"jürgen", "Ana"}},
		{"hours", 320, 60, time.Hour + 61*time.Second, nil},
		{"crowd", 130, 60, 0, []string{"Ana", "Bo", "Cy", "Dee", "Eve", "Flo"}},
		{"large", 640, 1200, 9 * time.Second, []string{"Грета"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			im := blank(tt.width, tt.height)
			got := captioned(t, im, tt.at, tt.names...)
			if !bytes.Equal(got.Pix[:len(im.Pix)], im.Pix) {
				t.Error("the picture is not above its caption")
			}
			strip := got.SubImage(image.Rect(0, tt.height, tt.width, got.Rect.Max.Y)).(*image.RGBA)
			path := filepath.Join("testdata", tt.name+".png")
			if *update {
				var file bytes.Buffer
				if err := png.Encode(&file, strip); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := png.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			want := image.NewRGBA(image.Rectangle{Max: strip.Rect.Size()})
			draw.Draw(want, want.Rect, decoded, image.Point{}, draw.Src)
			if !bytes.Equal(want.Pix, got.Pix[len(im.Pix):]) {
				t.Errorf("the caption is not that of %s; -update accepts it", path)
			}
		})
	}
}

// TestNames that nobody should be able to spoil a caption with.
func TestNames(t *testing.T) {
	im := blank(300, 80)
	for name, want := range map[string]string{
		"\u202eAna": "Ana", "A\nna\x1b": "Ana", "Ana\u200b": "Ana", "漢A": "?A", "Zoe\u0308": "Zo\u00eb",
	} {
		if !bytes.Equal(captioned(t, im, 0, name).Pix, captioned(t, im, 0, want).Pix) {
			t.Errorf("%q is not written as %s", name, want)
		}
	}
	if bytes.Equal(captioned(t, im, 0, "Ana").Pix, captioned(t, im, 0, "Bo").Pix) {
		t.Error("all names are written alike")
	}
}

// TestNow asserts until when somebody is said to draw.
func TestNow(t *testing.T) {
	im := blank(300, 80)
	var film spy
	a := New(&film)
	a.Note("Ana", 0)
	for n := range 4 {
		if n == 2 {
			a.Note("Bo", 0)
		}
		if err := a.Add(im, 400*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	for n, names := range [][]string{{"Ana"}, {"Ana"}, {"Ana", "Bo"}, {"Bo"}} {
		if want := captioned(t, im, 0, names...); !bytes.Equal(film.shown[n].Pix, want.Pix) {
			t.Errorf("picture %d does not say that %v draw", n, names)
		}
	}
	if err := a.Add(blank(301, 80), time.Second); err == nil {
		t.Error("a picture of another size: no error")
	}
}
