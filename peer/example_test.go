package peer_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A program joins a room, draws a line and saves what it drew.
func Example() {
	room, picture := exampleRoom()

	ctx := context.Background()
	p, err := peer.Join(ctx, room, peer.Options{Name: "plotter"})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close(context.Background())
	board, _ := raster.NewBoard(320, 240, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	line := canvas.Segment{From: canvas.Point{X: 20, Y: 20}, To: canvas.Point{X: 300, Y: 220}, Force: 1.5, Color: canvas.Color{R: 153, B: 255, A: 255}}
	p.Draw(line)
	board.Apply(line)
	p.Flush(ctx)
	fmt.Println(board.SavePNG(picture), board.Image().At(160, 120))
	// Output: <nil> {153 0 255 255}
}

// A bot that greets whoever comes.
func ExamplePeer_Events() {
	room, _ := exampleRoom()
	ctx := context.Background()
	greeter, err := peer.Join(ctx, room, peer.Options{Name: "greeter"})
	if err != nil {
		log.Fatal(err)
	}
	guest, err := peer.Join(ctx, room, peer.Options{Name: "Ana"})
	if err != nil {
		log.Fatal(err)
	}
	defer guest.Close(context.Background())

	for ev := range greeter.Events() {
		if ev, ok := ev.(peer.Presence); ok && ev.Joined {
			greeter.Draw(canvas.Segment{From: canvas.Point{X: 20, Y: 20}, To: canvas.Point{X: 60, Y: 60}, Force: 1, Color: canvas.Color{R: 255, A: 255}})
			greeter.Flush(ctx)
			fmt.Println("greeted", ev.Peer.Name)
			greeter.Close(context.Background()) // ends the events
		}
	}
	// Output: greeted Ana
}

// A mirror: it answers each stroke with its image, and takes that back when the
// stroke is taken back.
func Example_mirror() {
	room, _ := exampleRoom()
	ctx := context.Background()
	mirror, err := peer.Join(ctx, room, peer.Options{Name: "mirror", Loopback: true})
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		images := make(map[canvas.Stroke]canvas.Stroke)
		for ev := range mirror.Events() {
			d, ok := ev.(peer.Drawn)
			if !ok || d.Old || d.Name == "mirror" {
				continue // two mirrors would never end
			}
			switch op := d.Op.(type) {
			case canvas.Segment:
				op.From.X, op.To.X = 1280-op.From.X, 1280-op.To.X
				images[d.Stroke], _ = mirror.Continue(images[d.Stroke], op)
			case canvas.Undo:
				mirror.Undo(images[d.Stroke])
			case canvas.Clear:
				clear(images) // which it has wiped, too
			}
		}
	}()

	ana, err := peer.Join(ctx, room, peer.Options{Name: "Ana", Loopback: true})
	if err != nil {
		log.Fatal(err)
	}
	ana.WaitSynced(ctx)
	stroke, _ := ana.Draw(canvas.Segment{From: canvas.Point{X: 20, Y: 20}, To: canvas.Point{X: 300, Y: 220}, Force: 1.5})
	for ev := range ana.Events() {
		d, ok := ev.(peer.Drawn)
		if !ok {
			continue
		}
		switch op := d.Op.(type) {
		case canvas.Segment:
			fmt.Println(d.Name, "drew from", op.From.X, "to", op.To.X)
			ana.Undo(stroke)
		case canvas.Undo:
			fmt.Println(d.Name, "took it back")
			ana.Close(ctx)
			mirror.Close(ctx)
		}
	}
	// Output:
	// mirror drew from 1260 to 980
	// mirror took it back
}

// A recorder: it draws too, and saves what the others drew.
func Example_recorder() {
	room, picture := exampleRoom()
	ctx := context.Background()
	ana, err := peer.Join(ctx, room, peer.Options{Name: "Ana", Loopback: true})
	if err != nil {
		log.Fatal(err)
	}
	defer ana.Close(ctx)
	blue := canvas.Color{B: 255, A: 255}
	ana.Draw(canvas.Segment{From: canvas.Point{X: 20, Y: 60}, To: canvas.Point{X: 300, Y: 60}, Force: 1.5, Color: blue})

	recorder, err := peer.Join(ctx, room, peer.Options{Name: "recorder", Loopback: true})
	if err != nil {
		log.Fatal(err)
	}
	defer recorder.Close(ctx)
	recorder.Draw(canvas.Segment{From: canvas.Point{X: 20, Y: 180}, To: canvas.Point{X: 300, Y: 180}, Force: 1.5, Color: blue})
	theirs := canvas.NewUnsigned(canvas.Site{})
	for ev := range recorder.Events() {
		if _, ok := ev.(peer.Synced); ok {
			break // a longer recording would go on
		}
		if d, ok := ev.(peer.Drawn); ok && d.Entry.N > 0 {
			theirs.Add(d.Entry)
		}
	}
	board, _ := raster.NewBoard(320, 240, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	for e := range theirs.Paint(canvas.Key{}) {
		board.Apply(e.Op)
	}
	fmt.Println(board.SavePNG(picture), board.Image().At(160, 60), board.Image().At(160, 180))
	// Output: <nil> {0 0 255 255} {255 255 255 255}
}

// Thirty bots in one process, which end up with the same drawing.
func Example_thirtyBots() {
	room, _ := exampleRoom()
	ctx := context.Background()
	setups := peer.NewSetups() // shared, so that all do not connect at once
	bots := make([]*peer.Peer, 30)
	for i := range bots {
		var err error
		if bots[i], err = peer.Join(ctx, room, peer.Options{Name: fmt.Sprint("bot ", i), Loopback: true, Setups: setups}); err != nil {
			log.Fatal(err)
		}
	}
	var drawing sync.WaitGroup
	for i, bot := range bots {
		drawing.Go(func() {
			y := float64(10 * i)
			bot.Draw(canvas.Segment{From: canvas.Point{X: 20, Y: y}, To: canvas.Point{X: 300, Y: y}, Force: 1})
			for seen := 0; seen < len(bots)-1; { // all strokes of the others'
				ev, err := bot.Next(ctx)
				if err != nil {
					log.Fatal(err)
				}
				if _, ok := ev.(peer.Drawn); ok {
					seen++
				}
			}
		})
	}
	drawing.Wait()
	sums := make(map[canvas.Digest]bool)
	for _, bot := range bots {
		sums[bot.Sum()] = true
	}
	fmt.Println(len(bots), "bots hold", len(sums), "drawing")
	for _, bot := range bots {
		drawing.Go(func() { bot.Close(ctx) })
	}
	drawing.Wait()
	// Output: 30 bots hold 1 drawing
}

// exampleRoom starts a server of its own for the example.
func exampleRoom() (room, picture string) {
	server, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}})
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "drawmesh")
	if err != nil {
		log.Fatal(err)
	}
	return httptest.NewServer(server).URL + "/studio", filepath.Join(dir, "line.png")
}
