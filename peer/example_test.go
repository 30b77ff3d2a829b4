package peer_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"

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
