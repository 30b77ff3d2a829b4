package recording_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// A line is drawn, recorded, and read again.
func Example() {
	ana := canvas.NewLog(canvas.NewSite())
	entry, err := ana.Draw(canvas.Segment{To: canvas.Point{X: 10, Y: 20}, Force: 1, Color: canvas.Color{R: 255, A: 255}}, 0)
	if err != nil {
		log.Fatal(err)
	}

	var file bytes.Buffer
	w := recording.NewWriter(&file, recording.Header{Room: "http://localhost:8081/studio", Width: 1280, Height: 720, Background: "white"})
	w.Who(recording.Who{ID: "0198", Name: "Ana", Site: ana.Site()})
	w.Op(recording.Op{At: 1041 * time.Millisecond, From: "0198", Entry: entry})
	if err := w.Close(2*time.Second, ana.Sum()); err != nil { // tells of all errors before it, too
		log.Fatal(err)
	}

	r := recording.NewReader(&file)
	drawing := recording.NewDrawing()
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		if _, err := drawing.Add(rec); err != nil {
			log.Fatal(err)
		}
		if op, ok := rec.(recording.Op); ok {
			fmt.Println(op.At, op.From, op.Entry.Op)
		}
	}
	fmt.Println(r.Ending() == recording.Closed, drawing.Log().Sum() == ana.Sum())
	// Output:
	// 1.041s 0198 {{0 0} {10 20} 1 #ff0000}
	// true true
}
