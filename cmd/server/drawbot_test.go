package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// buildDrawbot builds the real drawbot.
func buildDrawbot(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "drawbot")
	if out, err := exec.Command("go", "build", "-o", path, "drawmesh/cmd/drawbot").CombinedOutput(); err != nil {
		t.Fatalf("building drawbot: %v\n%s", err, out)
	}
	return path
}

// A recorder is a drawbot that records a room, in a process of its own.
type recorder struct {
	t       *testing.T
	cmd     *exec.Cmd
	log     *lines // its NDJSON
	says    *lines // to people
	picture string // the file that it writes in the end
}

// startRecorder starts to record a room of 1280 × 800 pixels.
func startRecorder(t *testing.T, drawbot, room string) *recorder {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "room.png")
	cmd := exec.Command(drawbot, "record", room, "-o", picture, "--log", "-", "--size", "1280x800")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return &recorder{t, cmd, readLines(out), readLines(stderr), picture}
}

// lines are those that a process writes. They are read at once, so that it does
// not have to wait.
type lines struct {
	mu    sync.Mutex
	text  []string
	ended bool
	grown chan struct{} // closed at the next change
}

func readLines(r io.Reader) *lines {
	l := &lines{grown: make(chan struct{})}
	change := func(f func()) {
		l.mu.Lock()
		defer l.mu.Unlock()
		f()
		close(l.grown)
		l.grown = make(chan struct{})
	}
	go func() {
		scanner := bufio.NewScanner(r)
		for scanner.Scan() {
			change(func() { l.text = append(l.text, scanner.Text()) })
		}
		change(func() { l.ended = true })
	}()
	return l
}

// count is how many lines have a part.
func (l *lines) count(part string) (n int, ended bool, grown <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.text {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n, l.ended, l.grown
}

// wait waits until so many lines have a part.
func (l *lines) wait(t *testing.T, part string, want int) {
	t.Helper()
	late := time.After(patience) // whatever else comes
	for {
		n, ended, grown := l.count(part)
		switch {
		case n >= want:
			return
		case ended:
			t.Fatalf("the process ended after %d lines with %s, want %d", n, part, want)
		}
		select {
		case <-grown:
		case <-late:
			t.Fatalf("got %d lines with %s, want %d", n, part, want)
		}
	}
}

// after waits for a line that begins so, and returns the rest of it.
func (l *lines) after(t testing.TB, prefix string) string {
	t.Helper()
	late := time.After(patience) // whatever else comes
	for {
		l.mu.Lock()
		text, ended, grown := l.text, l.ended, l.grown
		l.mu.Unlock()
		for _, line := range text {
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return rest
			}
		}
		if ended {
			t.Fatalf("the process ended without a line %s…; it said %q", prefix, text)
		}
		select {
		case <-grown:
		case <-late:
			t.Fatalf("no line %s…; it said %q", prefix, text)
		}
	}
}

// finish ends the recording and returns the picture.
func (r *recorder) finish() image.Image {
	r.t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		r.t.Fatal(err)
	}
	if err := r.cmd.Wait(); err != nil {
		r.says.mu.Lock()
		defer r.says.mu.Unlock()
		r.t.Fatalf("recorder: %v; it said %q", err, r.says.text)
	}
	data, err := os.ReadFile(r.picture)
	if err != nil {
		r.t.Fatal(err)
	}
	return decodePNG(r.t, data)
}

func decodePNG(t *testing.T, data []byte) image.Image {
	t.Helper()
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return im
}

// anOp is in each line of a log that is an operation.
const anOp = `"type":"op"`

// line is the wire form of a thick horizontal line.
func line(y float64, color string) string {
	return fmt.Sprintf(`{"event":"draw","lastPoint":{"x":200,"y":%v},"x":300,"y":%v,"force":1.5,"color":%q}`, y, y, color)
}

// Two people and two programs draw in one room, the server dies and comes back,
// and what was recorded is what the people see.
func TestDrawbotTakesPart(t *testing.T) {
	t.Parallel()
	drawbot := buildDrawbot(t)
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	b := newBrowser(t)
	pages := b.join(room, 2)
	mouse, other := pages[0], pages[1]
	for _, p := range pages {
		p.do(chromedp.EmulateViewport(1280, 800))
		p.wait(`document.querySelector("#picture").height === 800`)
	}
	rec := startRecorder(t, drawbot, room)
	mouse.waitLinks(2)
	other.waitLinks(2)
	other.wait(`document.querySelector("#others").textContent.includes("drawbot")`)

	t.Log("drawbot draws a file, and both pages show it")
	draw := func(args ...string) {
		t.Helper()
		before, _, _ := rec.log.count(anOp)
		drew := 0
		cmd := exec.Command(drawbot, append([]string{"draw", room}, args...)...)
		cmd.Stdin = strings.NewReader(line(150, red) + "\n" + line(200, blue) + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("drawbot draw %v: %v\n%s", args, err, out)
		} else if _, err := fmt.Sscanf(string(out), "drew %d operations for 3 peers", &drew); err != nil {
			t.Fatalf("drawbot draw %v: %v in %s", args, err, out)
		}
		rec.log.wait(t, anOp, before+drew)
	}
	draw("-")
	for _, p := range pages {
		p.waitInk(place{250, 150}, redInk)
		p.waitInk(place{250, 200}, blueInk)
		p.waitLinks(2) // it has left
	}

	t.Log("the mouse draws while there is no server, and is recorded")
	server.end(syscall.SIGKILL)
	mouse.wait(`document.documentElement.dataset.signaling === "waiting"`)
	mouse.choose("pencil", teal)
	mouse.drag(place{200, 250}, place{300, 250})
	other.waitInk(place{250, 250}, tealInk)
	rec.log.wait(t, `"x":300,"y":250,`, 1)
	mouse.choose("rect", teal)
	mouse.drag(place{350, 150}, place{450, 250})
	other.waitInk(place{400, 150}, tealInk)
	rec.log.wait(t, `"commit":true`, 1)

	t.Log("drawbot draws a pattern through the server that comes back")
	startProcess(t, "--port", server.port(), "--token-secret", longSecret)
	for _, p := range pages {
		p.wait(connected)
		p.waitLinks(2)
	}
	rec.says.wait(t, "the server is back", 1)
	draw("--pattern=flower", "--seed=7", "--at=800,400", "--radius=250", "--rate=2000")
	mouse.choose("pencil", red)
	mouse.drag(place{200, 300}, place{300, 300})
	other.waitInk(place{250, 300}, redInk)
	rec.log.wait(t, `"x":300,"y":300,`, 1)
	waitSame(mouse, other)

	t.Log("the recorder's picture is the pages'")
	encoded, _ := strings.CutPrefix(eval[string](mouse, pixels), "data:image/png;base64,")
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	comparePictures(t, rec.finish(), decodePNG(t, data))
}

// comparePictures compares what was recorded on white with a page's picture.
// The edges of lines may differ a little: two rasterizers drew them.
func comparePictures(t *testing.T, recorded, page image.Image) {
	t.Helper()
	want := image.NewRGBA(page.Bounds())
	draw.Draw(want, want.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(want, want.Bounds(), page, image.Point{}, draw.Over)
	if recorded.Bounds() != want.Bounds() {
		t.Fatalf("got a picture of %v, want %v", recorded.Bounds(), want.Bounds())
	}
	touched, off := 0, 0
	white := color.RGBA{255, 255, 255, 255}
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			a := color.RGBAModel.Convert(recorded.At(x, y)).(color.RGBA)
			b := want.RGBAAt(x, y)
			if a == white && b == white {
				continue
			}
			touched++
			if max(apart(a.R, b.R), apart(a.G, b.G), apart(a.B, b.B)) > 16 {
				off++
			}
		}
	}
	if touched < 10000 || off > touched/200 {
		t.Errorf("%d of %d touched pixels are off by more than 16, want at most 0.5 %%", off, touched)
	}
	t.Logf("%d of %d touched pixels are off by more than 16", off, touched)
}

func apart(a, b uint8) int {
	return max(int(a), int(b)) - min(int(a), int(b))
}
