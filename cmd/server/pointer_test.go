package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

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
		s.hears.View(func(log *canvas.Log, _ canvas.Change) {
			for e := range log.Paint(canvas.Key{}) {
				if segment, ok := e.Op.(canvas.Segment); ok && segment.From == markAt {
					marks++
				} else if marks == s.marks-1 {
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

// route is where strokes lead, each point once: "200,300 240,300; 10,10 20,10".
// The dot of a tap is "at" its middle, a rectangle has its corners.
func route(ops []canvas.Op) string {
	var b strings.Builder
	var last canvas.Point
	for i, op := range ops {
		switch op := op.(type) {
		case canvas.Rect:
			fmt.Fprintf(&b, "; rect %v,%v %v,%v", op.Origin.X, op.Origin.Y, op.Origin.X+op.Width, op.Origin.Y+op.Height)
		case canvas.Segment:
			switch {
			case op.To.X-op.From.X == 0.5 && op.To.Y == op.From.Y:
				fmt.Fprintf(&b, "; at %v,%v", op.From.X+0.25, op.From.Y)
			case i > 0 && op.From == last:
				fmt.Fprintf(&b, " %v,%v", op.To.X, op.To.Y)
			default:
				fmt.Fprintf(&b, "; %v,%v %v,%v", op.From.X, op.From.Y, op.To.X, op.To.Y)
			}
			last = op.To
		}
	}
	return strings.TrimPrefix(b.String(), "; ")
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

// A stroke begins where the first button goes down and ends where it is up, in
// whatever way that is told, or that the hand's attention is elsewhere. What the
// system takes away was none.
func TestGestures(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	none, leftButton, rightButton := input.MouseButtonNone, input.MouseButtonLeft, input.MouseButtonRight
	tests := []struct {
		name string
		do   func()
		want string
	}{
		{"a line", func() {
			s.drag(place{200, 300}, place{250, 300}, place{250, 350})
		}, "200,300 250,300 250,350"},
		{"the other button is down when the first is up", func() {
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 240, 300, leftButton, left)
			s.mouse(pressed, 240, 300, rightButton, left|right)
			s.mouse(moved, 280, 300, leftButton, left|right)
			s.mouse(released, 280, 320, leftButton, right)
			s.mouse(moved, 400, 300, rightButton, right)
			s.mouse(released, 450, 350, rightButton, 0)
		}, "200,300 240,300 280,300 280,320"},
		{"the first button goes down and up while another is down", func() {
			s.mouse(pressed, 200, 300, rightButton, right)
			s.mouse(moved, 240, 300, rightButton, right)
			s.mouse(pressed, 260, 300, leftButton, left|right)
			s.mouse(moved, 300, 300, leftButton, left|right)
			s.mouse(released, 320, 300, leftButton, right)
			s.mouse(moved, 360, 300, rightButton, right)
			s.mouse(released, 360, 300, rightButton, 0)
		}, "260,300 300,300 320,300"},
		{"only the other button", func() {
			s.mouse(pressed, 200, 300, rightButton, right)
			s.mouse(moved, 240, 300, rightButton, right)
			s.mouse(released, 240, 300, rightButton, 0)
		}, ""},
		{"the release is never told", func() {
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 240, 300, leftButton, left)
			s.mouse(moved, 400, 300, none, 0)
			s.mouse(moved, 500, 300, none, 0)
		}, "200,300 240,300"},
		{"nor that of a tap", func() {
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 400, 300, none, 0)
		}, "at 200,300"},
		{"nor that of a rectangle", func() {
			s.press("r")
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 240, 330, leftButton, left)
			s.mouse(moved, 400, 400, none, 0)
			s.press("p")
		}, "rect 200,300 240,330"},
		{"the next press comes before any release", func() {
			s.script(`at("pointerdown", 9, 200, 300); at("pointermove", 9, 240, 300);
				at("pointerdown", 9, 400, 300); at("pointermove", 9, 440, 300); at("pointerup", 9, 440, 300);`)
		}, "200,300 240,300; 400,300 440,300"},
		{"the window loses the focus", func() {
			s.script(`at("pointerdown", 9, 200, 300); at("pointermove", 9, 240, 300);
				window.dispatchEvent(new Event("blur")); at("pointermove", 9, 400, 300); at("pointerup", 9, 400, 300);`)
		}, "200,300 240,300"},
		{"the canvas loses the pointer", func() {
			s.mouse(pressed, 200, 300, leftButton, left)
			s.mouse(moved, 240, 300, leftButton, left)
			eval[any](s.page, `document.querySelector("#overlay").releasePointerCapture(1)`)
			s.mouse(moved, 260, 300, leftButton, left) // which is when it is told
			s.mouse(moved, 400, 300, leftButton, left)
			s.mouse(released, 400, 300, leftButton, 0)
		}, "200,300 240,300"},
		{"up outside of the window", func() {
			s.mouse(pressed, 20, 300, leftButton, left)
			s.mouse(moved, -40, 300, leftButton, left)
			s.mouse(released, -40, 320, leftButton, 0)
			s.mouse(moved, 300, 300, none, 0)
		}, "20,300 -40,300 -40,320"},
		{"samples of one moment", func() {
			s.script(`at("pointerdown", 9, 200, 300); for (const [x, y] of [[230, 300], [230, 330], [260, 330], [260, 360]]) at("pointermove", 9, x, y);
				at("pointerup", 9, 290, 360);`)
		}, "200,300 230,300 230,330 260,330 260,360 290,360"},
		{"a finger", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchMove", place{300, 300})
			s.touch("touchEnd")
		}, "200,300 300,300"},
		{"a finger that taps", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchEnd")
		}, "at 200,300"},
		{"a finger that the system takes away", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchMove", place{300, 300})
			s.touch("touchMove", place{300, 400})
			s.touch("touchCancel")
		}, ""},
		{"one that only rests", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchCancel")
		}, ""},
		{"a rectangle that the system takes away", func() {
			s.press("r")
			s.touch("touchStart", place{200, 300})
			s.touch("touchMove", place{300, 400})
			s.touch("touchCancel")
			s.press("p")
		}, ""},
		{"a pinch whose second finger rests", func() {
			s.touch("touchStart", place{200, 300})
			s.touch("touchStart", place{200, 300}, place{400, 300})
			s.touch("touchMove", place{230, 300}, place{400, 300})
			s.touch("touchEnd")
		}, "200,300 230,300"},
		{"two fingers that only rest", func() {
			s.touch("touchStart", place{200, 300}, place{400, 300})
			s.touch("touchEnd")
		}, ""},
		{"a hand that comes before its pen", func() {
			s.touch("touchStart", place{600, 500})
			s.touch("touchMove", place{600, 520})
			s.touch("touchMove", place{610, 540})
			s.pen(pressed, 200, 300, 0.5)
			s.touch("touchMove", place{620, 560})
			s.pen(moved, 240, 300, 0.5)
			s.touch("touchEnd")
			s.pen(released, 240, 300, 0)
		}, "200,300 240,300"},
		{"a hand that only rests before its pen", func() {
			s.touch("touchStart", place{600, 500})
			s.pen(pressed, 200, 300, 0.5)
			s.pen(released, 200, 300, 0)
			s.touch("touchEnd")
		}, "at 200,300"},
		{"a hand that comes after its pen, and stays", func() {
			s.pen(pressed, 200, 300, 0.5)
			s.touch("touchStart", place{600, 500})
			s.pen(moved, 240, 300, 0.5)
			s.pen(released, 240, 300, 0)
			s.touch("touchMove", place{640, 500})
			s.touch("touchEnd")
		}, "200,300 240,300"},
		{"a hand that drags a rectangle before its pen does", func() {
			s.press("r")
			s.touch("touchStart", place{600, 500})
			s.touch("touchMove", place{640, 540})
			s.pen(pressed, 200, 300, 0.5)
			s.pen(moved, 240, 330, 0.5)
			s.pen(released, 240, 330, 0)
			s.touch("touchEnd")
			s.press("p")
		}, "rect 200,300 240,330"},
		{"a pen that the system takes away", func() {
			s.script(`const pen = { pointerType: "pen", pressure: 0.5 };
				at("pointerdown", 9, 200, 300, pen); at("pointermove", 9, 240, 300, pen);
				at("pointercancel", 9, 0, 0, { pointerType: "pen" });`)
		}, "200,300 240,300"},
	}
	for _, tt := range tests {
		tt.do()
		if got := route(s.drawn()); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}

	t.Log("what was taken back does not come back")
	s.touch("touchStart", place{200, 600})
	s.touch("touchMove", place{300, 600})
	s.touch("touchCancel")
	s.wait(`document.querySelector("#redo").ariaDisabled === "true"`)
	s.do(chromedp.KeyEvent("z", chromedp.KeyModifiers(chromedp.ModifierCtrl|chromedp.ModifierShift)))
	if got := route(s.drawn()); got != "" {
		t.Errorf("redone: got %q, want nothing", got)
	}
	s.waitInk(place{250, 600}, noInk)
}

// The last piece of a line and the dot of a tap are as wide as the pen pressed,
// which it does not when it is up.
func TestPenIsLifted(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	tests := []struct {
		name     string
		pressure []float64 // of each event; the last one's is that of the release
		want     []float64 // of what the style presses, of each piece
	}{
		{"lightly", []float64{0.15, 0.15, 0.15, 0}, []float64{0.65, 0.65, 0.65}},
		{"harder and harder", []float64{0.25, 0.5, 0.75, 0}, []float64{1, 1.25, 1.25}},
		{"it says 0 just before", []float64{0.25, 0.25, 0, 0}, []float64{0.75, 0.75, 0.75}},
		{"a light tap", []float64{0.15, 0}, []float64{0.65}},
		{"a hard tap", []float64{1, 0}, []float64{1.5}},
		{"it cannot feel", []float64{0, 0, 0, 0}, []float64{1, 1, 1}},
		{"it cannot feel a tap", []float64{0, 0}, []float64{1}},
	}
	for _, tt := range tests {
		x := 200.0
		for i, pressure := range tt.pressure {
			kind := moved
			switch i {
			case 0:
				kind = pressed
			case len(tt.pressure) - 1:
				kind = released
			}
			s.pen(kind, x, 300, pressure)
			if len(tt.pressure) > 2 {
				x += 40
			}
		}
		var got []float64
		for _, op := range s.drawn() {
			got = append(got, op.(canvas.Segment).Force/1.2)
		}
		if !slices.EqualFunc(got, tt.want, func(a, b float64) bool { return a-b < 0.001 && b-a < 0.001 }) {
			t.Errorf("%s: got %.3f, want %.3f", tt.name, got, tt.want)
		}
	}
}

// The press that closes a sheet draws nothing, whatever presses; the next does.
func TestPressBesideSheet(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	devices := []struct {
		name  string
		press func()
	}{
		{"a mouse", func() { s.drag(place{40, 300}, place{40, 300}) }},
		{"a mouse that is dragged", func() { s.drag(place{40, 300}, place{40, 400}) }},
		{"a finger", func() {
			s.touch("touchStart", place{40, 300})
			s.touch("touchMove", place{40, 400})
			s.touch("touchEnd")
		}},
		{"a pen", func() {
			s.pen(pressed, 40, 300, 0.5)
			s.pen(moved, 40, 400, 0.5)
			s.pen(released, 40, 400, 0)
		}},
	}
	for _, sheet := range []struct{ button, id string }{{"clear", "sure"}, {"style", "palette"}, {"who", "people"}, {"keys", "help"}} {
		for _, device := range devices {
			s.do(click("#" + sheet.button))
			s.wait(`document.querySelector(%s).matches(":popover-open")`, "#"+sheet.id)
			device.press()
			s.press(kb.Escape) // should it be open still
			if got := route(s.drawn()); got != "" {
				t.Errorf("%s closes %s: got %q, want nothing drawn", device.name, sheet.id, got)
			}
			device.press()
			if got := route(s.drawn()); got == "" {
				t.Errorf("%s after %s: got nothing drawn", device.name, sheet.id)
			}
		}
	}
}
