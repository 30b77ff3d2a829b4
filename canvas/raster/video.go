package raster

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"
)

// A video is an Animation that an ffmpeg makes. The ffmpeg is fed every frame,
// as pixels, and writes to a file of its own, since it must go back in it: what
// it has written is copied once it is done.
type video struct {
	ctx    context.Context
	w      io.Writer
	format string
	rate   int // frames a second
	path   string

	size   image.Point // of the first picture
	clock  clock
	frame  []byte // the last picture, as it is fed
	ffmpeg *exec.Cmd
	file   scratch // that it writes
	in     io.WriteCloser
	said   tail
	err    error // the first one
}

// codec is the options of ffmpeg for a format. It is quick, and what it loses is
// hard to see. A chroma of half the size is what all players play.
func codec(format string) []string {
	if format == "webm" {
		return []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-crf", "30", "-b:v", "0", "-pix_fmt", "yuv420p"}
	}
	return []string{"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-movflags", "+faststart"}
}

// colors has ffmpeg convert as the standard of high definition (ITU-R BT.709) says,
// and say so: without that, players go by the size of a picture, or guess.
var colors = []string{"-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int",
	"-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"}

func newVideo(ctx context.Context, w io.Writer, format string, rate int) (*video, error) {
	const most = 1000 // frames a second
	if rate < 1 || rate > most {
		return nil, fmt.Errorf("raster: %d frames a second: must be 1 to %d", rate, most)
	}
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, fmt.Errorf("raster: %s needs ffmpeg: %w (Debian: apt-get install ffmpeg)", format, err)
	}
	return &video{ctx: ctx, w: w, format: format, rate: rate, path: path, clock: clock{tick: time.Second / time.Duration(rate)}}, nil
}

func (v *video) Add(im *image.RGBA, d time.Duration) error {
	if v.err != nil {
		return v.err
	}
	switch {
	case im.Rect.Min != image.Point{}:
		return fmt.Errorf("raster: a picture at %v in an animation, not at (0,0)", im.Rect.Min)
	case v.ffmpeg == nil:
		if v.err = v.start(im.Rect.Max); v.err != nil {
			return v.err
		}
	case im.Rect.Max != v.size:
		return fmt.Errorf("raster: a picture of %v in an animation of %v", im.Rect.Max, v.size)
	}
	v.fill(im)
	v.clock.now += d
	return v.feed(v.clock.count(0, int(d/v.clock.tick)+2))
}

// start starts the ffmpeg for pictures of a size.
func (v *video) start(size image.Point) error {
	file, err := newScratch(v.format)
	if err != nil {
		return err
	}
	output := file.Name()
	if unnamed {
		output = "/dev/fd/3" // the first of ExtraFiles
	}
	v.size, v.file = size, file
	even := v.evenSize()
	args := []string{"-y", "-hide_banner", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgba",
		"-s", fmt.Sprintf("%dx%d", even.X, even.Y), "-r", strconv.Itoa(v.rate), "-i", "-"}
	args = slices.Concat(args, colors, codec(v.format), []string{"-f", v.format, output})
	v.ffmpeg = exec.CommandContext(v.ctx, v.path, args...)
	v.ffmpeg.ExtraFiles = []*os.File{file.File}
	v.ffmpeg.Stderr = &v.said
	v.ffmpeg.WaitDelay = time.Second
	v.ffmpeg.SysProcAttr = ownGroup() // a Ctrl-C is for us: ffmpeg ends when it has all
	v.in, err = v.ffmpeg.StdinPipe()
	if err == nil {
		err = v.ffmpeg.Start()
	}
	if err != nil {
		v.file.discard()
		v.ffmpeg = nil
		return fmt.Errorf("raster: ffmpeg: %w", err)
	}
	return nil
}

// evenSize is the size of the video: a chroma of half the size needs even sides.
func (v *video) evenSize() image.Point { return image.Pt(v.size.X+v.size.X&1, v.size.Y+v.size.Y&1) }

// fill makes im the frame, on white. Its last column and row are there twice if
// they make the sides even.
func (v *video) fill(im *image.RGBA) {
	v.frame = v.frame[:0]
	even := v.evenSize()
	for y := range even.Y {
		row := pixelRow(im, min(y, v.size.Y-1))
		from := len(v.frame)
		v.frame = append(v.frame, row...)
		if even.X > v.size.X {
			v.frame = append(v.frame, row[len(row)-4:]...)
		}
		for px := v.frame[from:]; len(px) >= 4; px = px[4:] {
			if rest := 255 - px[3]; rest != 0 {
				px[0], px[1], px[2], px[3] = px[0]+rest, px[1]+rest, px[2]+rest, 255
			}
		}
	}
}

// feed writes the frame n times.
func (v *video) feed(n int) error {
	for range n {
		if _, err := v.in.Write(v.frame); err != nil {
			v.err = v.end() // says more than that a pipe is broken
			if v.err == nil {
				v.err = fmt.Errorf("raster: ffmpeg: %w", err)
			}
			return v.err
		}
	}
	return nil
}

// end waits until the ffmpeg is done, and says why it failed.
func (v *video) end() error {
	v.in.Close()
	err := v.ffmpeg.Wait()
	switch {
	case err == nil:
		return nil
	case v.ctx.Err() != nil:
		return v.ctx.Err()
	case v.said.line() != "":
		return fmt.Errorf("raster: ffmpeg: %s", v.said.line())
	}
	return fmt.Errorf("raster: ffmpeg: %w", err)
}

func (v *video) Close() error {
	if v.ffmpeg == nil {
		if v.err != nil {
			return v.err
		}
		return errNoPicture
	}
	defer v.file.discard()
	if v.err != nil {
		return v.err
	}
	if v.clock.counted == 0 { // so short that it was rounded off
		if err := v.feed(1); err != nil {
			return err
		}
	}
	if err := v.end(); err != nil {
		return err
	}
	return v.file.copyTo(v.w)
}

// A tail keeps the end of what is written to it.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 4096 // bytes
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-most):]
	return len(p), nil
}

// line is the first line that was kept: ffmpeg names the cause first.
func (t *tail) line() string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(t.text), []byte("\n"))
	return string(bytes.TrimSpace(line))
}
