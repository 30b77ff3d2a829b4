package main

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"drawmesh/canvas/raster"
)

// lapseRate is how many pictures of a timelapse are shown in a second, and
// lapseHold for how long the last one is.
const (
	lapseRate = 10
	lapseHold = 2 * time.Second
)

// A lapse is a timelapse of a recording that is being made. Times in which
// nothing is drawn are not in it.
type lapse struct {
	out     output
	file    file
	movie   raster.Animation
	version uint64 // of the last picture
}

// formatOf is the kind of file that a name asks for: its extension, of which a
// compressed log has two.
func formatOf(path string) string {
	base := strings.ToLower(filepath.Base(path))
	if strings.HasSuffix(base, ".ndjson.gz") {
		return "ndjson.gz"
	}
	return strings.TrimPrefix(filepath.Ext(base), ".")
}

// newLapse begins a timelapse at path.
func newLapse(ctx context.Context, path string, l look) (*lapse, error) {
	out, err := newOutput(ctx, path, nil)
	if err != nil {
		return nil, err
	}
	f, err := out.create()
	if err != nil {
		return nil, err
	}
	// Ctrl-C ends what is recorded, and not the file.
	movie, err := raster.NewAnimation(context.Background(), f, raster.AnimationOptions{
		Format: formatOf(path), Translucent: l.translucent(), FrameRate: lapseRate,
	})
	if err != nil {
		f.Discard()
		return nil, err
	}
	return &lapse{out: out, file: f, movie: movie}, nil
}

// add adds the picture, if it is a new one.
func (l *lapse) add(view *raster.View, version uint64, d time.Duration) error {
	if version == l.version {
		return nil
	}
	l.version = version
	if err := l.movie.Add(view.Image(), d); err != nil {
		return notWritable(l.out.path, err)
	}
	return nil
}

// close ends the timelapse with the picture as it is in the end.
func (l *lapse) close(view *raster.View) error {
	defer l.file.Discard()
	err := l.movie.Add(view.Image(), lapseHold)
	if e := l.movie.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = l.file.Keep()
	}
	if err != nil {
		return notWritable(l.out.path, err)
	}
	return nil
}
