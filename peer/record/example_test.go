package record_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
	"drawmesh/peer"
	"drawmesh/peer/record"
	"drawmesh/signaling"
)

// A bot draws with the others, keeps a recording of all, and saves what the others
// drew as a PNG.
func Example() {
	room, dir := exampleRoom()
	ctx := context.Background()
	bot, err := peer.Join(ctx, room, peer.Options{Name: "bot"})
	if err != nil {
		log.Fatal(err)
	}
	defer bot.Close(ctx)
	picture, err := raster.NewView(320, 240, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		log.Fatal(err)
	}
	file, err := record.OpenLog(filepath.Join(dir, "studio.ndjson.gz"))
	if err != nil {
		log.Fatal(err)
	}
	w, err := file.Begin(recording.Header{Room: room, Started: time.Now()})
	if err != nil {
		log.Fatal(err)
	}

	recorder := record.New(bot.View(), record.Options{Picture: picture, OthersOnly: true})
	if err := recorder.Begin(w, time.Now()); err != nil {
		log.Fatal(err)
	}
	bot.Draw(line(200, canvas.Color{B: 255, A: 255}))
	go drawAs(ctx, room, "Ana", line(100, canvas.Color{R: 255, A: 255}))
	for ev := range bot.Events() {
		recorder.Hear(ev)
		if _, drawn := ev.(peer.Drawn); drawn {
			break
		}
	}
	summary, err := recorder.End()
	if err := file.Close(err); err != nil {
		log.Fatal(err)
	}
	if err := recorder.Picture().SavePNG(filepath.Join(dir, "others.png")); err != nil {
		log.Fatal(err)
	}
	im := recorder.Picture().Image()
	fmt.Println(summary.Ops, "operations by", summary.Authors)
	fmt.Println("Ana's is", im.At(160, 100), "and mine is", im.At(160, 200))
	// Output:
	// 2 operations by 2
	// Ana's is {255 0 0 255} and mine is {255 255 255 255}
}

func line(y float64, c canvas.Color) canvas.Segment {
	return canvas.Segment{From: canvas.Point{X: 20, Y: y}, To: canvas.Point{X: 300, Y: y}, Force: 1.5, Color: c}
}

// drawAs lets somebody draw when there is a link to whoever is in a room, and leave.
func drawAs(ctx context.Context, room, name string, s canvas.Segment) {
	p, err := peer.Join(ctx, room, peer.Options{Name: name})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close(ctx)
	for ev := range p.Events() {
		if link, ok := ev.(peer.Link); ok && link.State == peer.Open {
			p.Draw(s)
			p.Flush(ctx)
			return
		}
	}
}

// exampleRoom starts a server of its own for the example.
func exampleRoom() (room, dir string) {
	server, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}})
	if err != nil {
		log.Fatal(err)
	}
	if dir, err = os.MkdirTemp("", "drawmesh"); err != nil {
		log.Fatal(err)
	}
	return httptest.NewServer(server).URL + "/studio", dir
}
