package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// A studio is a page that draws, and a program in its room that hears it.
type studio struct {
	*page
	hears *peer.Peer
	marks int
}

func openStudio(t *testing.T) *studio {
	t.Helper()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	hears := enter(t, room)
	p := newBrowser(t).open(room)
	p.waitLinks(1)
	p.choose("pencil", red)
	return &studio{page: p, hears: hears}
}

// markAt is where the mouse draws a line after each gesture: what the page did
// before is heard before.
var markAt = canvas.Point{X: 10, Y: 600}

// drawn is what the program sees, after so many marks, of what was drawn since
// the one before.
func (s *studio) drawn() []canvas.Op {
	s.t.Helper()
	s.drag(place{markAt.X, markAt.Y}, place{markAt.X + 30, markAt.Y})
	s.marks++
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		marks, last := 0, []canvas.Op(nil)
		s.hears.Look(func(log *canvas.Log) {
			for e := range log.Paint(canvas.Key{}) {
				segment, ok := e.Op.(canvas.Segment)
				switch isMark := ok && segment.From.Y == markAt.Y && segment.From.X <= markAt.X+30; {
				case isMark && segment.From == markAt:
					marks++
				case isMark: // the rest of it
				case marks == s.marks-1:
					last = append(last, e.Op)
				}
			}
		})
		if marks == s.marks {
			return last
		}
		if time.Now().After(end) {
			s.t.Fatalf("the program sees %d marks of %d", marks, s.marks)
		}
	}
}

// sees waits until the program sees it, whatever that is.
func (s *studio) sees(it func() bool, format string, args ...any) {
	s.t.Helper()
	for end := time.Now().Add(patience); !it(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf(format, args...)
		}
	}
}

// safe waits until the page knows that the program has all that the program sees: before,
// the browser asks before it lets the page go.
func (s *studio) safe() {
	s.t.Helper()
	s.waitSum(s.hears)
	s.wait(`document.documentElement.dataset.agree === "true"`)
}

// route is where strokes lead, each point once: "200,300 240,300; 10,10 20,10". Points
// that are on the way straight to the next are left out, for lines are cut into pieces.
// The dot of a tap is "at" its middle, a rectangle has its corners.
func route(ops []canvas.Op) string {
	var routes []string
	var way []canvas.Point
	end := func() {
		switch {
		case len(way) == 2 && way[1].X-way[0].X == 0.5 && way[0].Y == way[1].Y:
			routes = append(routes, fmt.Sprintf("at %v,%v", way[0].X+0.25, way[0].Y))
		case len(way) > 0:
			var b strings.Builder
			for i, p := range way {
				if i == 0 || i == len(way)-1 || !straight(way[i-1], p, way[i+1]) {
					fmt.Fprintf(&b, " %v,%v", p.X, p.Y)
				}
			}
			routes = append(routes, b.String()[1:])
		}
		way = nil
	}
	for _, op := range ops {
		switch op := op.(type) {
		case canvas.Rect:
			end()
			routes = append(routes, fmt.Sprintf("rect %v,%v %v,%v", op.Origin.X, op.Origin.Y, op.Origin.X+op.Width, op.Origin.Y+op.Height))
		case canvas.Segment:
			if len(way) == 0 || op.From != way[len(way)-1] {
				end()
				way = append(way, op.From)
			}
			way = append(way, op.To)
		}
	}
	end()
	return strings.Join(routes, "; ")
}

// straight says whether b is on the way from a to c.
func straight(a, b, c canvas.Point) bool {
	x, y, u, v := b.X-a.X, b.Y-a.Y, c.X-b.X, c.Y-b.Y
	return math.Abs(math.Atan2(x*v-y*u, x*u+y*v)) < 0.01
}

// What the buttons of a mouse do, in the bits that a browser has for them.
const (
	left  = 1
	right = 2
)

// mouse dispatches one event of the mouse, with those buttons down after it.
func (s *studio) mouse(kind input.DispatchMouseEventType, x, y float64, button input.MouseButton, down int64) {
	s.t.Helper()
	s.point(input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: button, Buttons: down, ClickCount: 1})
}

// pen dispatches one event of a pen.
func (s *studio) pen(kind input.DispatchMouseEventType, x, y, pressure float64) {
	s.t.Helper()
	event := mouse(kind, place{x, y}, kind != released)
	event.PointerType, event.Force = input.DispatchMouseEventPointerTypePen, pressure
	s.point(event)
}

// touch dispatches one event of fingers; all that are down are told each time.
func (p *page) touch(kind input.DispatchTouchEventType, fingers ...place) {
	p.t.Helper()
	event := input.DispatchTouchEventParams{Type: kind, TouchPoints: []*input.TouchPoint{}}
	for i, at := range fingers {
		id := float64(i + 1)
		event.TouchPoints = append(event.TouchPoints, &input.TouchPoint{X: at.x, Y: at.y, ID: &id})
	}
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.DispatchTouchEvent, event)
		return err
	}))
}

// script runs a gesture that no device of the test's can make. at(type, id, x,
// y, more) is an event of a pointer on the canvas.
func (s *studio) script(gesture string) {
	s.t.Helper()
	eval[any](s.page, `(() => {
		const overlay = document.querySelector("#overlay");
		const capture = overlay.setPointerCapture;
		overlay.setPointerCapture = () => {}; // the pointers are made up
		const at = (type, id, x, y, more) => overlay.dispatchEvent(new PointerEvent(type, {
			pointerId: id, button: type === "pointermove" ? -1 : 0, buttons: type === "pointerup" ? 0 : 1,
			pointerType: "mouse", clientX: x, clientY: y, bubbles: true, ...more,
		}));
		`+gesture+`
		overlay.setPointerCapture = capture;
	})()`)
}
