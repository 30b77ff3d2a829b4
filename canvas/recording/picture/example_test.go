package picture_test

import (
	"bytes"
	"fmt"
	"log"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
)

// A picture of a drawing is proved to be that, and a picture of another one not.
func Example() {
	drawing, forged := recording.NewDrawing(), recording.NewDrawing()
	ana := canvas.NewLog(canvas.NewSignerFromSeed([32]byte{1}))
	for x := range 3 {
		e, err := ana.Draw(canvas.Segment{From: canvas.Point{X: 0, Y: float64(10 * x)}, To: canvas.Point{X: 60, Y: float64(10 * x)}, Force: 1, Color: canvas.Color{A: 255}}, 0, canvas.Ticks(time.Now()))
		if err != nil {
			log.Fatal(err)
		}
		drawing.Add(recording.Op{Entry: e})
		if x < 2 {
			forged.Add(recording.Op{Entry: e})
		}
	}
	look := picture.Look{Width: 64, Height: 48}.Of(recording.Header{})
	for _, of := range []*recording.Drawing{drawing, forged} {
		view, err := look.Draw(of, nil)
		if err != nil {
			log.Fatal(err)
		}
		var file bytes.Buffer
		if err := look.EncodePNG(&file, view); err != nil {
			log.Fatal(err)
		}
		p, err := picture.Decode(file.Bytes())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(p.Prove(p.Look, drawing, nil))
	}
	// Output:
	// <nil>
	// 122 pixels differ from what the recording gives, first 0,19; the first operation that is not in it as it should be is entry 3 of site -k2Gw7VRqmzXw3WdBAwDfg
}
