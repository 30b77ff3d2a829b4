package main

import (
	"context"

	"drawmesh/canvas/raster"
	"drawmesh/peer/record"
)

// A timelapse is one of a recording that is being made, and where it goes.
type timelapse struct {
	*record.Timelapse
	out   output
	file  file
	movie raster.Animation
}

// newTimelapse begins a timelapse at path.
func newTimelapse(ctx context.Context, path string) (*timelapse, error) {
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
		Format: formatOf(path), FrameRate: record.TimelapseRate,
	})
	if err != nil {
		f.Discard()
		return nil, err
	}
	return &timelapse{out: out, file: f, movie: movie}, nil
}

// look looks at the picture.
func (l *timelapse) look() error {
	if err := l.Look(); err != nil {
		return notWritable(l.out.path, err)
	}
	return nil
}

// close ends the timelapse with the picture as it is in the end.
func (l *timelapse) close() error {
	defer l.file.Discard() // of no effect once it has been kept
	err := l.Close()
	if err == nil {
		err = l.file.Keep()
	}
	if err != nil {
		return notWritable(l.out.path, err)
	}
	return nil
}
