package raster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/internal/likeness"
)

// TestVideo decodes by ffmpeg what ffmpeg has encoded: each still must be there
// for as many frames as it should.
func TestVideo(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Fatalf("this test watches videos: %v (Debian: apt-get install ffmpeg)", err)
	}
	const width, height = 151, 111 // odd, and so made larger by one
	for _, format := range []string{"mp4", "webm"} {
		t.Run(format, func(t *testing.T) {
			b := newBoard(t, width, height, white)
			var all []still
			var want []*image.RGBA // at 10 frames a second
			for n, d := range []time.Duration{300 * ms, 40 * ms, 160 * ms, 1000 * ms} {
				b.Apply(rect(float64(10+30*n), 20, 40, 60, 8, canvas.Color{B: 200, A: 255}))
				all = append(all, still{copyOf(b.im), d})
				frames := [...]int{3, 0, 2, 10}[n]
				for range frames {
					want = append(want, all[n].im)
				}
			}
			path := filepath.Join(t.TempDir(), "out."+format)
			if err := os.WriteFile(path, animated(t, AnimationOptions{Format: format}, all), 0o600); err != nil {
				t.Fatal(err)
			}
			raw, err := exec.CommandContext(t.Context(), "ffmpeg", "-loglevel", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgba", "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			const size = 4 * (width + 1) * (height + 1)
			if len(raw) != size*len(want) {
				t.Fatalf("video of %g frames, want %d", float64(len(raw))/size, len(want))
			}
			for i := range want {
				frame := &image.RGBA{Pix: raw[i*size : (i+1)*size], Stride: 4 * (width + 1), Rect: image.Rect(0, 0, width, height)}
				got := image.NewRGBA(frame.Rect)
				copyArea(got, frame, frame.Rect)
				if d := likeness.Compare(got, want[i], page); d.Mean > 8 || d.SSIM < .97 {
					t.Errorf("frame %d: %v, want mean ≤ 8, SSIM ≥ .97", i, d)
					saveDifference(t, got, want[i])
				}
			}
		})
	}
}

// TestVideoColors asserts that a player finds the colours that were drawn, and is
// told how.
func TestVideoColors(t *testing.T) {
	const width, height, side = 240, 120, 40
	im := newBoard(t, width, height, white).im
	inks := []color.RGBA{{R: 255, A: 255}, {G: 255, A: 255}, {B: 255, A: 255}, {R: 153, B: 255, A: 255}, {R: 255, G: 200, A: 255}, {R: 40, G: 90, B: 60, A: 255}}
	for i, ink := range inks {
		draw.Draw(im, image.Rect(i*side, side, (i+1)*side, 2*side), image.NewUniform(ink), image.Point{}, draw.Src)
	}
	for _, format := range []string{"mp4", "webm"} {
		t.Run(format, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out."+format)
			if err := os.WriteFile(path, animated(t, AnimationOptions{Format: format}, []still{{im, time.Second}}), 0o600); err != nil {
				t.Fatal(err)
			}
			said, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-of", "csv=p=0",
				"-show_entries", "stream=color_range,color_space,color_transfer,color_primaries", path).Output()
			if err != nil {
				t.Fatalf("this test needs ffprobe: %v (Debian: apt-get install ffmpeg)", err)
			}
			if got := strings.TrimSpace(string(said)); got != "tv,bt709,bt709,bt709" {
				t.Errorf("range, matrix, transfer and primaries are %s, want tv and bt709", got)
			}
			raw, err := exec.CommandContext(t.Context(), "ffmpeg", "-loglevel", "error", "-i", path, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			for i, ink := range inks {
				x, y := i*side+side/2, side+side/2 // where no other colour is near
				chroma := raw[width*height+y/2*width/2+x/2:]
				got := fromBT709(raw[y*width+x], chroma[0], chroma[width/2*height/2])
				for c, want := range [...]uint8{ink.R, ink.G, ink.B} {
					if math.Abs(got[c]-float64(want)) > 3 {
						t.Errorf("%v is %.1f in the video", ink, got)
						break
					}
				}
			}
		})
	}
}

// fromBT709 is what red, green and blue a video of limited range means (ITU-R
// BT.709-6, sections 3 and 4), 0 to 255.
func fromBT709(y, cb, cr uint8) [3]float64 {
	luma, blue, red := (float64(y)-16)/219, (float64(cb)-128)/224, (float64(cr)-128)/224
	r, b := luma+1.5748*red, luma+1.8556*blue
	g := (luma - .2126*r - .0722*b) / .7152
	level := func(v float64) float64 { return min(max(255*v, 0), 255) }
	return [3]float64{level(r), level(g), level(b)}
}

// TestVideoOfAnInstant is shown for less than a frame.
func TestVideoOfAnInstant(t *testing.T) {
	fakeFFmpeg(t, `for last; do :; done; wc -c > "$last"`)
	data := animated(t, AnimationOptions{Format: "mp4"}, []still{{newBoard(t, 4, 4, white).im, time.Millisecond}})
	if got := strings.TrimSpace(string(data)); got != "64" {
		t.Errorf("ffmpeg was fed %s bytes, want the 64 of one picture", got)
	}
}

// TestVideoErrors runs programs that only claim to be ffmpeg.
func TestVideoErrors(t *testing.T) {
	tests := []struct {
		name   string
		script string // none if empty
		want   string
	}{
		{"none", "", `raster: mp4 needs ffmpeg: exec: "ffmpeg": executable file not found in $PATH (Debian: apt-get install ffmpeg)`},
		{"fails at once", "echo 'Unknown encoder libx264' >&2; echo Conversion failed >&2; exit 1", "raster: ffmpeg: Unknown encoder libx264"},
		{"fails at the end", "cat >/dev/null; echo No space left on device >&2; exit 1", "raster: ffmpeg: No space left on device"},
		{"says nothing", "exit 3", "raster: ffmpeg: exit status 3"},
		{"says too much", "yes | head -c 100000 >&2; exit 1", "raster: ffmpeg: y"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			temporary := fakeFFmpeg(t, tt.script)
			err := film10(t.Context(), t)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
			if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
				t.Errorf("%v is left (%v), want nothing", left, err)
			}
		})
	}
}

// TestVideoIsCancelled starts an ffmpeg that reads nothing and never ends.
func TestVideoIsCancelled(t *testing.T) {
	temporary := fakeFFmpeg(t, "exec sleep 600")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := film10(ctx, t); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v, want %v", err, context.DeadlineExceeded)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("%v is left (%v), want nothing", left, err)
	}
}

// film10 makes a video of ten pictures and returns the first error.
func film10(ctx context.Context, t *testing.T) error {
	t.Helper()
	a, err := NewAnimation(ctx, io.Discard, AnimationOptions{Format: "mp4"})
	if err != nil {
		return err
	}
	b := newBoard(t, 300, 200, white)
	for range 10 {
		if err := a.Add(b.im, time.Second); err != nil {
			return errors.Join(err, differs(a.Close(), err))
		}
	}
	return a.Close()
}

// differs is err if it is not what is expected.
func differs(err, expected error) error {
	if err == nil || err.Error() != expected.Error() {
		return fmt.Errorf("then %v", err)
	}
	return nil
}

// fakeFFmpeg makes a shell script the only ffmpeg there is. It returns the
// directory of temporary files.
func fakeFFmpeg(t *testing.T, script string) string {
	t.Helper()
	programs, temporary := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	if script == "" {
		t.Setenv("PATH", programs)
		return temporary
	}
	t.Setenv("PATH", programs+":"+os.Getenv("PATH"))
	var text bytes.Buffer
	fmt.Fprintf(&text, "#!/bin/sh\n%s\n", script)
	if err := os.WriteFile(filepath.Join(programs, "ffmpeg"), text.Bytes(), 0o700); err != nil {
		t.Fatal(err)
	}
	return temporary
}
