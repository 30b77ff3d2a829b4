package main

import (
	"context"
	"time"

	"drawmesh/canvas/raster"
	"drawmesh/canvas/raster/caption"
	"drawmesh/peer"
	"drawmesh/peer/record"
	"drawmesh/signaling"
)

// A timelapse is one of a recording that is being made, and where it goes.
type timelapse struct {
	*record.Timelapse
	out   output
	file  file
	movie raster.Animation

	captions *caption.Animation // nil: none are wanted
	began    time.Time
}

// newTimelapse begins a timelapse at path.
func newTimelapse(ctx context.Context, path string, rate int, captions bool) (*timelapse, error) {
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
		Format: formatOf(path), FrameRate: rate,
	})
	if err != nil {
		f.Discard()
		return nil, err
	}
	l := &timelapse{out: out, file: f, movie: movie, began: time.Now()}
	if captions {
		l.captions = caption.New(movie)
		l.movie = l.captions
	}
	return l, nil
}

// hear tells the captions who draws now.
func (l *timelapse) hear(ev peer.Event) {
	if drawn, ok := ev.(peer.Drawn); ok && !drawn.Old && l != nil && l.captions != nil {
		l.captions.Note(signaling.CleanName(drawn.Name), time.Since(l.began))
	}
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
