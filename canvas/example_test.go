package canvas_test

import (
	"fmt"
	"log"
	"time"

	"drawmesh/canvas"
)

// Two people draw on logs of their own, and hear of each other late.
func ExampleLog() {
	ana, bo := canvas.NewLog(canvas.NewSigner()), canvas.NewLog(canvas.NewSigner())
	line := canvas.Segment{To: canvas.Point{X: 10, Y: 20}, Force: 1, Color: canvas.Color{R: 255, A: 255}}
	now := canvas.Ticks(time.Now())

	first, err := ana.Draw(line, 0, now)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := ana.Draw(line, first.K, now); err != nil { // the same stroke
		log.Fatal(err)
	}
	if _, _, err := ana.Undo(first.K, now); err != nil {
		log.Fatal(err)
	}
	if _, err := bo.Draw(line, 0, now); err != nil {
		log.Fatal(err)
	}
	ana.Sign() // before it is sent
	bo.Sign()

	for frame := range ana.Frames(bo.Have().Sites) { // what bo lacks
		if _, err := bo.Merge(frame, now); err != nil {
			log.Fatal(err)
		}
	}
	for _, run := range bo.Runs(bo.Site(), 1) { // and what ana does
		if verdict, _, _ := ana.Take(run, now); verdict != canvas.Taken {
			log.Fatal(verdict)
		}
	}

	fmt.Println(ana.Digest() == bo.Digest(), ana.Len(), "entries")
	for entry := range ana.Paint(canvas.Key{}) {
		fmt.Println(entry.Site == bo.Site(), entry.Op)
	}
	// Output:
	// true 4 entries
	// true {{0 0} {10 20} 1 #ff0000}
}
