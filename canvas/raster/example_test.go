package raster_test

import (
	"bytes"
	"context"
	"fmt"
	"image/gif"
	"log"
	"strings"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
)

func ExampleBoard() {
	board, err := raster.NewBoard(640, 480, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		log.Fatal(err)
	}
	board.Apply(canvas.Segment{
		From:  canvas.Point{X: 100, Y: 240},
		To:    canvas.Point{X: 540, Y: 240},
		Force: 1.5,
		Color: canvas.Color{R: 153, B: 255, A: 255},
	})
	fmt.Println(board.Image().RGBAAt(320, 240))
	fmt.Println(board.Image().RGBAAt(320, 200))
	// Output:
	// {153 0 255 255}
	// {255 255 255 255}
}

// A part of the canvas, twice as large: painted so, not resampled.
func ExampleCrop() {
	part := canvas.Box{Min: canvas.Point{X: 100, Y: 100}, Max: canvas.Point{X: 200, Y: 150}}
	board, err := raster.NewBoardOf(raster.Crop(part, 2), canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		log.Fatal(err)
	}
	board.Apply(canvas.Segment{From: canvas.Point{X: 90, Y: 120}, To: canvas.Point{X: 210, Y: 120}, Force: 1, Color: canvas.Color{A: 255}})
	fmt.Println(board.Image().Bounds().Size())
	fmt.Println(board.Image().RGBAAt(50, 38), board.Image().RGBAAt(50, 37))
	// Output:
	// (200,100)
	// {0 0 0 255} {255 255 255 255}
}

func ExampleTimelapse() {
	ink := canvas.Color{A: 255}
	scenes := func(yield func(raster.Scene) bool) {
		pen := canvas.NewUnsigned(canvas.Site{1})
		scene := raster.Scene{Until: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC), Log: pen}
		for x := range 3 {
			if !yield(scene) {
				return
			}
			from := canvas.Point{X: float64(10 * x), Y: 20}
			entry, err := pen.Draw(canvas.Segment{From: from, To: canvas.Point{X: from.X + 10, Y: 20}, Force: 1, Color: ink}, 0, 0)
			if err != nil {
				log.Fatal(err)
			}
			scene.Until = scene.Until.Add(time.Second)
			scene.Change = canvas.Change{Kind: canvas.Appended, From: entry.Key(), Box: canvas.Bounds(entry.Op)}
		}
		scene.Until = time.Time{}
		yield(scene)
	}

	var file bytes.Buffer
	animation, err := raster.NewAnimation(context.Background(), &file, raster.AnimationOptions{Format: "gif"})
	if err != nil {
		log.Fatal(err)
	}
	lapse := raster.Timelapse{Viewport: raster.Viewport{Width: 64, Height: 48}, Background: canvas.Color{R: 255, G: 255, B: 255, A: 255}, Speed: 10}
	if err := lapse.Play(context.Background(), animation, scenes); err != nil {
		log.Fatal(err)
	}
	if err := animation.Close(); err != nil {
		log.Fatal(err)
	}

	shown, err := gif.DecodeAll(&file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(shown.Image), "pictures, for", shown.Delay, "hundredths of a second")
	// Output:
	// 3 pictures, for [10 10 200] hundredths of a second
}

func ExampleSVG() {
	site, err := canvas.ParseSite("Ana00000000")
	if err != nil {
		log.Fatal(err)
	}
	pen := canvas.NewUnsigned(site)
	first, err := pen.Draw(canvas.Segment{From: canvas.Point{X: 10, Y: 10}, To: canvas.Point{X: 20, Y: 15}, Force: 1, Color: canvas.Color{R: 255, A: 255}}, 0, 0)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := pen.Draw(canvas.Segment{From: canvas.Point{X: 20, Y: 15}, To: canvas.Point{X: 20, Y: 30}, Force: 1, Color: canvas.Color{R: 255, A: 255}}, first.K, 0); err != nil {
		log.Fatal(err)
	}

	var file strings.Builder
	picture := raster.SVG{Viewport: raster.Viewport{Width: 64, Height: 48}, Name: func(canvas.Entry) string { return "Ana" }}
	if err := picture.Write(&file, pen); err != nil {
		log.Fatal(err)
	}
	fmt.Print(file.String())
	// Output:
	// <svg xmlns="http://www.w3.org/2000/svg" width="64" height="48" viewBox="0 0 6400 4800" fill="none" stroke-linecap="round" stroke-linejoin="round">
	// <g><title>Ana</title>
	// <path stroke="#ff0000" stroke-width="200" d="M1000 1000l1000 500l0 1500"/>
	// </g>
	// </svg>
}
