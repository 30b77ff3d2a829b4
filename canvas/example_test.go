package canvas_test

import (
	"fmt"
	"log"

	"drawmesh/canvas"
)

// Two people draw on logs of their own, and hear of each other late.
func ExampleLog() {
	ana, bo := canvas.NewLog(canvas.NewSite()), canvas.NewLog(canvas.NewSite())
	line := canvas.Segment{To: canvas.Point{X: 10, Y: 20}, Force: 1, Color: canvas.Color{R: 255, A: 255}}

	first, err := ana.Draw(line, 0)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := ana.Draw(line, first.K); err != nil { // the same stroke
		log.Fatal(err)
	}
	if _, _, err := ana.Undo(first.K); err != nil {
		log.Fatal(err)
	}
	if _, err := bo.Draw(line, 0); err != nil {
		log.Fatal(err)
	}

	for frame := range ana.Frames(bo.Have(), bo.Dead()) { // what bo lacks
		if _, err := bo.Merge(frame); err != nil {
			log.Fatal(err)
		}
	}
	for entry := range bo.Lacking(ana.Have()) { // what ana lacks
		if _, err := ana.Add(entry); err != nil {
			log.Fatal(err)
		}
	}

	fmt.Println(ana.Sum() == bo.Sum(), ana.Len(), "entries")
	for entry := range ana.Paint(canvas.Key{}) {
		fmt.Println(entry.Site == bo.Site(), entry.Op)
	}
	// Output:
	// true 4 entries
	// true {{0 0} {10 20} 1 #ff0000}
}
