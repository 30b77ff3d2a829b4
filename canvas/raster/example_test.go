package raster_test

import (
	"fmt"
	"log"

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
