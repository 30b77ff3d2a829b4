package loadtest_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/peer/loadtest"
	"drawmesh/signaling"
)

// A visitor draws one line, and then a shorter one below each that it sees, as
// long as there is something of it left.
type visitor struct{ x float64 }

func (v visitor) Run(ctx context.Context, p *peer.Peer) error {
	if _, err := p.Draw(v.line(40, 100)); err != nil {
		return err
	}
	for {
		ev, err := p.Next(ctx)
		if err != nil {
			return err // ctx is done, say
		}
		drawn, ok := ev.(peer.Drawn)
		seen, isLine := drawn.Op.(canvas.Segment)
		if length := (seen.To.Y - seen.From.Y) / 10; ok && isLine && length >= 1 {
			if _, err := p.Draw(v.line(seen.To.Y, length)); err != nil {
				return err
			}
		}
	}
}

func (v visitor) line(y, length float64) canvas.Segment {
	return canvas.Segment{
		From: canvas.Point{X: v.x, Y: y}, To: canvas.Point{X: v.x, Y: y + length},
		Force: 1, Color: canvas.Color{R: 153, B: 255, A: 255},
	}
}

// Ten bots of one's own meet in a room, and what they draw is measured.
func Example() {
	server, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	web := httptest.NewServer(server)
	defer web.Close()

	run, err := loadtest.New(loadtest.Config{
		Rooms:    []string{web.URL + "/studio"},
		Duration: 2 * time.Second,
		Loopback: true, // all are on this machine
		Scenarios: []loadtest.Scenario{{
			Name: "visitors", Bots: 10,
			Bot: func(number int) loadtest.Bot { return visitor{float64(40 * number)} },
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	report, err := run.Do(context.Background())
	if err != nil {
		log.Fatal(err)
	}

	none, err := loadtest.ParseThreshold("ops.lost==0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("met:", report.Check([]loadtest.Threshold{none}))
	for _, name := range []string{"bots.joined", "bots.failed", "links.open"} {
		value, _ := report.Metric(name)
		fmt.Println(name, value)
	}
	// Output:
	// met: true
	// bots.joined 10 of 10
	// bots.failed 0 of 10
	// links.open 90 of 90
}
