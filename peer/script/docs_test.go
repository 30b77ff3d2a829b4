package script

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/peer"
)

// shown lets a bot of docs/bots play.
func shown(t *testing.T, name string) *cast {
	t.Helper()
	text, err := os.ReadFile("../../docs/bots/" + name + ".star")
	if err != nil {
		t.Fatal(err)
	}
	return newCast(t, string(text))
}

// pixel is what a peer's drawing has at a place.
func pixel(t *testing.T, p *peer.Peer, x, y float64) string {
	t.Helper()
	view, err := raster.NewViewOf(raster.Viewport{Width: 1, Height: 1, Origin: canvas.Point{X: x, Y: y}}, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		t.Fatal(err)
	}
	p.Look(view.Reset)
	return canvas.Color(view.Image().RGBAAt(0, 0)).String()
}

// TestMirrorShown draws for the mirror, and takes it back.
func TestMirrorShown(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := shown(t, "mirror")
		ana := r.enter("ana")
		ctx, stop := context.WithCancel(t.Context())
		a, b := c.start(r, ctx, "mirror-1", 0), c.start(r, ctx, "mirror-2", 1)
		time.Sleep(3 * time.Second)
		s := must(ana.Draw(canvas.Segment{From: canvas.Point{X: 100, Y: 50}, To: canvas.Point{X: 200, Y: 50}, Force: 1.5, Color: tomato}))
		for _, want := range []struct {
			do    func(canvas.Stroke) error
			color string
		}{{nil, tomato.String()}, {ana.Undo, "#ffffff"}, {ana.Redo, tomato.String()}} {
			if want.do != nil {
				must(0, want.do(s))
			}
			time.Sleep(2 * time.Second)
			if got := pixel(t, ana, 1280-150, 50); got != want.color {
				t.Errorf("got %s in the mirror, want %s", got, want.color)
			}
		}
		if n := len(drawn(ana)); n != 3 {
			t.Errorf("got %d operations, want ana's and one of each mirror", n)
		}
		stop()
		ends(t, a)
		ends(t, b)
	})
}

// TestClockShown reads the clock, in the middle of its seconds, which in virtual
// time are those since midnight of a day in 2000.
func TestClockShown(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := shown(t, "clock")
		ana := r.enter("ana")
		ctx, stop := context.WithCancel(t.Context())
		result := c.start(r, ctx, "clock", 0)
		var seconds []int
		for range 3 {
			time.Sleep(10 * time.Second)
			var red []canvas.Segment
			ana.Look(func(log *canvas.Log) {
				for e := range log.Paint(canvas.Key{}) {
					if s, ok := e.Op.(canvas.Segment); ok && s.Color.String() == "#e63946" {
						red = append(red, s)
					}
				}
			})
			if len(red) != 1 {
				t.Fatalf("got %d hands of seconds, want 1", len(red))
			}
			turn := math.Atan2(red[0].To.X-640, 360-red[0].To.Y) / (2 * math.Pi)
			seconds = append(seconds, int(math.Round(60*turn+60))%60)
		}
		for i := 1; i < len(seconds); i++ {
			if got := (seconds[i] - seconds[i-1] + 60) % 60; got != 10 {
				t.Errorf("got %d seconds in ten (%v)", got, seconds)
			}
		}
		stop()
		ends(t, result)
	})
}

// ring is a circle as a person draws it.
func ring(x, y float64) (ops []canvas.PlainOp) {
	at := func(i int) canvas.Point {
		sin, cos := math.Sincos(float64(i) * math.Pi / 8)
		return canvas.Point{X: x + 40*cos, Y: y + 40*sin}
	}
	for i := range 16 {
		ops = append(ops, canvas.Segment{From: at(i), To: at(i + 1), Force: 1.2, Color: canvas.Color{B: 255, A: 255}})
	}
	return ops
}

// TestTicTacToeShown plays against the bot, and loses in three moves.
func TestTicTacToeShown(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := shown(t, "tictactoe")
		ana := r.enter("ana")
		ctx, stop := context.WithCancel(t.Context())
		result := c.start(r, ctx, "tictactoe", 0)
		time.Sleep(3 * time.Second)
		crimson := func(field int) bool {
			return pixel(t, ana, 430+140*(float64(field%3)+.5), 150+140*(float64(field/3)+.5)) == "#dc143c"
		}
		for _, move := range []struct{ ana, bot int }{{0, 4}, {8, 2}, {1, 6}} {
			must(ana.Draw(ring(430+140*(float64(move.ana%3)+.5), 150+140*(float64(move.ana/3)+.5))...))
			time.Sleep(time.Second)
			if move.bot != 6 && !crimson(move.bot) {
				select {
				case err := <-result:
					t.Fatal(err)
				default:
				}
				t.Fatalf("got no cross in field %d after the move in %d", move.bot, move.ana)
			}
			if move.bot == 6 && c.said() != "tictactoe: the crosses win" {
				t.Fatalf("got %q, want that the bot has won", c.said())
			}
		}
		time.Sleep(5 * time.Second)
		if crimson(4) {
			t.Error("got the old game, want another to have begun")
		}
		stop()
		ends(t, result)
	})
}

// TestFlockShown lets six draw one picture: each circle is there, once.
func TestFlockShown(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		c := shown(t, "flock")
		ana := r.enter("ana")
		var bots []<-chan error
		for i := range 6 {
			bots = append(bots, c.start(r, t.Context(), fmt.Sprintf("flock-%d", i+1), i))
		}
		for _, b := range bots {
			ends(t, b)
		}
		strokes, colors := make(map[canvas.Stroke]int), make(map[canvas.Color]int)
		ana.Look(func(log *canvas.Log) {
			for e := range log.Paint(canvas.Key{}) {
				strokes[e.Stroke()]++
				colors[e.Op.(canvas.Segment).Color]++
			}
		})
		if len(strokes) != 60 || len(colors) != 6 {
			t.Errorf("got %d strokes in %d colors, want 60 in 6", len(strokes), len(colors))
		}
		for color, n := range colors {
			if n != 10*48 {
				t.Errorf("got %d segments in %v, want 480", n, color)
			}
		}
	})
}

// TestMazeShown lets one bot draw a maze, and another find the way through it, which
// crosses no wall.
func TestMazeShown(t *testing.T) {
	inRoom(t, func(t *testing.T, r *room) {
		maze, solver := shown(t, "maze"), shown(t, "solver")
		ana := r.enter("ana")
		ctx, stop := context.WithCancel(t.Context())
		solving := solver.start(r, ctx, "solver", 1)
		ends(t, maze.start(r, t.Context(), "maze", 0))
		time.Sleep(20 * time.Second)
		var walls, way []canvas.Segment
		ana.Look(func(log *canvas.Log) {
			for e := range log.Paint(canvas.Key{}) {
				if s, ok := e.Op.(canvas.Segment); ok && s.Color.String() == "#1d3557" {
					walls = append(walls, s)
				} else if ok {
					way = append(way, s)
				}
			}
		})
		if len(walls) < 100 || len(way) < 24+15-2 {
			t.Fatalf("got %d walls and a way of %d steps (%s), want a maze and a way through it", len(walls), len(way), solver.said())
		}
		at := canvas.Point{X: 160 + 20, Y: 60 + 20}
		for _, step := range way {
			if step.From != at {
				t.Fatalf("got a step from %v, want it from %v", step.From, at)
			}
			at = step.To
			for _, wall := range walls {
				if crosses(step, wall) {
					t.Errorf("the step %v to %v goes through the wall %v to %v", step.From, step.To, wall.From, wall.To)
				}
			}
		}
		if want := (canvas.Point{X: 160 + 23*40 + 20, Y: 60 + 14*40 + 20}); at != want {
			t.Errorf("got to %v, want %v", at, want)
		}
		stop()
		ends(t, solving)
	})
}

// crosses reports whether two segments have a point in common that is no end.
func crosses(a, b canvas.Segment) bool {
	side := func(s canvas.Segment, p canvas.Point) float64 {
		return (s.To.X-s.From.X)*(p.Y-s.From.Y) - (s.To.Y-s.From.Y)*(p.X-s.From.X)
	}
	return side(a, b.From)*side(a, b.To) < 0 && side(b, a.From)*side(b, a.To) < 0
}

// TestBotsPage compares the program in docs/bots.md with the one beside it.
func TestBotsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/bots.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/bots/mirror.star")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```python\n"+string(text)+"```\n") {
		t.Error("docs/bots.md has another mirror than docs/bots/mirror.star")
	}
	for name := range methods {
		if !strings.Contains(string(page), "`"+name+"(") {
			t.Errorf("docs/bots.md does not tell of %s", name)
		}
	}
	for name := range (Options{}).names() {
		if !strings.Contains(string(page), "`"+name) {
			t.Errorf("docs/bots.md does not tell of %s", name)
		}
	}
}
