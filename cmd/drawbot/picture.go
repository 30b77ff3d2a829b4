package main

import (
	"fmt"

	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
)

// pictureFlags are what a picture shows of the canvas, and how: the flags.
type pictureFlags struct {
	Size       size         `placeholder:"WxH" help:"The canvas's size in CSS pixels (default: that of the log, or 1280x720)."`
	Background color        `placeholder:"CSS" help:"The background, any CSS color (default: that of the log, or white)."`
	Scale      float64      `default:"1" placeholder:"N" help:"Pixels of the picture for one of the canvas (default ${default})."`
	Crop       picture.Area `placeholder:"X,Y,WxH" help:"Show only this part of the canvas."`
}

// look is what the flags ask for. What they leave open is as in the header.
func (p pictureFlags) look(h recording.Header) (picture.Look, error) {
	if !(p.Scale >= raster.MinScale && p.Scale <= raster.MaxScale) {
		return picture.Look{}, misused("--scale %v: %v to %v", p.Scale, raster.MinScale, raster.MaxScale)
	}
	l := picture.Look{Width: p.Size.Width, Height: p.Size.Height, Background: p.Background.text, Scale: p.Scale}
	if p.Crop != (picture.Area{}) {
		l.Crop = &p.Crop
	}
	l = l.Of(h)
	if err := l.Check(); err != nil {
		return l, misused("%w", err)
	}
	return l, nil
}

// pixels is a picture's size.
func pixels(l picture.Look) string {
	port := l.Viewport()
	return fmt.Sprintf("%dx%d pixels", port.Width, port.Height)
}
