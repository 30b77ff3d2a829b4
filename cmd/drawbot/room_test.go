package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	rgb "image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
	"drawmesh/signaling"
)

// wideLine is a red line of 32 pixels from 100,100 to 200,100.
const wideLine = `{"event":"draw","lastPoint":{"x":100,"y":100},"x":200,"y":100,"force":2,"color":"red"}`

func TestWhatIsDrawnIsRecorded(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	out := filepath.Join(t.TempDir(), "out.png")
	recorder := start(t, nothing(), "record", room, "-o", out, "--log", "-", "--size", "300x200", "--background", "#00f")
	recorder.err.await(t, "recording "+room+"; Ctrl-C ends it\n")

	// A preview is shown to people while somebody drags, and is no drawing.
	preview := `{"event":"drawRect","origin":{"x":0,"y":0},"width":300,"height":200,"color":"lime"}`
	rect := `{"event":"drawRect","commit":true,"origin":{"x":20,"y":20},"width":40,"height":40,"lineWidth":6,"color":"lime"}`
	artist := start(t, strings.NewReader(wideLine+"\n"+preview+"\n"+rect), "draw", room, "-")
	artist.wait(t, exitDone)
	if got := artist.err.String(); !strings.HasPrefix(got, "drew 3 operations for 1 peer in ") {
		t.Errorf("draw said %q, want what it drew and for whom", got)
	}

	recorder.out.await(t, `"lastPoint"`, `"commit":true`)
	recorder.interrupt()
	recorder.wait(t, exitDone)
	recorder.err.await(t, "wrote "+out+": 300x200 pixels, 2 operations by 1 peer in ")
	picture := readPNG(t, out)
	if got := picture.Bounds().Size(); got != image.Pt(300, 200) {
		t.Errorf("got a picture of %v pixels, want 300x200", got)
	}
	red, lime, blue := rgb.NRGBA{R: 255, A: 255}, rgb.NRGBA{G: 255, A: 255}, rgb.NRGBA{B: 255, A: 255}
	for p, want := range map[image.Point]rgb.Color{
		{150, 100}: red, {150, 90}: red, {150, 120}: blue,
		{20, 40}: lime, {60, 40}: lime, {40, 40}: blue,
		{1, 1}: blue,
	} {
		checkPixel(t, picture, p, want)
	}
	checkLog(t, recorder.out.String(), room, 300, 200, "#00f")
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func checkPixel(t *testing.T, im image.Image, p image.Point, want rgb.Color) {
	t.Helper()
	if got := rgb.NRGBAModel.Convert(im.At(p.X, p.Y)); got != want {
		t.Errorf("pixel %v: got %v, want %v", p, got, want)
	}
}

// checkLog checks a log of two operations by one peer.
func checkLog(t *testing.T, log, room string, width, height int, background string) {
	t.Helper()
	r := recording.NewReader(strings.NewReader(log))
	var header recording.Header
	var ops []recording.Op
	var who recording.Who
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		switch rec := rec.(type) {
		case recording.Header:
			header = rec
		case recording.Who:
			who = rec
		case recording.Op:
			ops = append(ops, rec)
		case nil:
			t.Fatal(err)
		}
	}
	want := recording.Header{Version: recording.Version, Raster: raster.Version, Room: room, Started: header.Started, Width: width, Height: height, Background: background}
	if header != want || header.Started.IsZero() {
		t.Errorf("header: got %v, want %v and when it started", header, want)
	}
	if len(ops) != 2 || ops[0].At > ops[1].At || ops[0].At == 0 {
		t.Fatalf("got %v, want two operations and when they came, in order", ops)
	}
	if want := (recording.Who{ID: ops[0].From, Name: "drawbot", Site: ops[0].Entry.Site}); who != want || who.ID == "" {
		t.Errorf("got %v, want %v", who, want)
	}
	if r.Ending() != recording.Closed {
		t.Errorf("got ending %d, want a closed recording", r.Ending())
	}
}

func TestALogCanBeDrawn(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	out := filepath.Join(t.TempDir(), "out.png")
	log := filepath.Join(t.TempDir(), "log.ndjson")
	text := `{"type":"recording","version":1,"room":"x","width":9,"height":9,"background":"white"}` + "\n" +
		`{"type":"op","at_ms":17.25,"from":"somebody","op":` + wideLine + `}` + "\n"
	if err := os.WriteFile(log, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	recorder := start(t, nothing(), "record", room, "-o", out, "--log", "-")
	recorder.err.await(t, "recording")
	start(t, nothing(), "draw", room, log).wait(t, exitDone)
	recorder.out.await(t, `"lastPoint"`)
	recorder.interrupt()
	recorder.wait(t, exitDone)
	checkPixel(t, readPNG(t, out), image.Pt(150, 100), rgb.NRGBA{R: 255, A: 255})
}

func TestAPictureOnStandardOutput(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	recorder := start(t, nothing(), "record", room, "-o", "-", "--for", "1ms", "--size", "8x4", "--background", "tomato")
	recorder.wait(t, exitDone)
	im, err := png.Decode(strings.NewReader(recorder.out.String()))
	if err != nil {
		t.Fatal(err)
	}
	if got := im.Bounds().Size(); got != image.Pt(8, 4) {
		t.Errorf("got a picture of %v pixels, want 8x4", got)
	}
	checkPixel(t, im, image.Pt(7, 3), rgb.NRGBA{R: 255, G: 99, B: 71, A: 255})
	recorder.err.await(t, "wrote the picture: 8x4 pixels, 0 operations by 0 peers in ")
}

// TestARoomHearsItself lets two programs talk through join.
func TestARoomHearsItself(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	anaIn, ana := pipe(t)
	one := start(t, anaIn, "join", room, "--name", "Ana")
	var self selfRecord
	first(t, one, &self)
	if want := (selfRecord{"self", self.ID, "Ana", room, 2}); self != want || self.ID == "" {
		t.Errorf("got %v first, want %v with an id", self, want)
	}
	two := start(t, nothing(), "join", room, "--name", "Bo")
	two.out.await(t, fmt.Sprintf(`{"type":"peer","id":%q,"name":"Ana","state":"joined"}`, self.ID),
		fmt.Sprintf(`{"type":"link","peer":%q,"state":"connecting"}`, self.ID),
		fmt.Sprintf(`{"type":"link","peer":%q,"state":"open","took_ms":`, self.ID))
	one.out.await(t, `"name":"Bo","state":"joined"}`, `"state":"open","took_ms":`)

	io.WriteString(ana, wireClear+"\nnonsense\n"+wireSegment+"\n")
	two.out.await(t, fmt.Sprintf(`{"type":"op","from":%q,"name":"Ana","op":{"event":"clear"}}`+"\n", self.ID),
		fmt.Sprintf(`{"type":"op","from":%q,"name":"Ana","stroke":"`, self.ID), `","op":`+wireSegment+"}\n")
	one.err.await(t, "drawbot: standard input: line 2: ")
	one.out.await(t, `{"type":"error","line":2,"cause":"`)

	ana.Close() // and stays
	two.interrupt()
	two.wait(t, exitDone)
	one.out.await(t, `"name":"Bo","state":"left"}`)
	one.interrupt()
	one.wait(t, exitDone)
	if got := two.err.String(); got != "" {
		t.Errorf("stderr: got %q, want nothing", got)
	}
}

// pipe is a standard input that the test writes. It ends with the test.
func pipe(t *testing.T) (io.Reader, *io.PipeWriter) {
	r, w := io.Pipe()
	t.Cleanup(func() { w.Close() })
	return r, w
}

// first decodes the first line of what r writes.
func first(t *testing.T, r *running, into any) {
	t.Helper()
	r.out.await(t, "\n")
	line, _, _ := strings.Cut(r.out.String(), "\n")
	if err := json.Unmarshal([]byte(line), into); err != nil {
		t.Fatalf("first line %q: %v", line, err)
	}
}

// TestJoinDrawsForWhoIsThere gives join its operations before it knows of
// anybody.
func TestJoinDrawsForWhoIsThere(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	guest := start(t, nothing(), "join", room)
	guest.out.await(t, `"self"`)
	start(t, strings.NewReader(wireClear), "join", room)
	guest.out.await(t, `"op":{"event":"clear"}`)
}

func TestJoinStaysForAsLongAsToldTo(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	start(t, nothing(), "join", room, "--for", "1ms").wait(t, exitDone)
}

func TestDrawForNobody(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	checkRun(t, []string{"draw", room, "--pattern", "grid", "--seed", "1", "--wait", "1ms"}, exitAlone, "",
		"drawbot: nobody else is in the room (waited 1ms)\n")
}

func TestDrawWaitsForSomebody(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	artist := start(t, strings.NewReader(wireClear), "draw", room, "-", "--wait", "1m")
	guest := start(t, nothing(), "join", room)
	guest.out.await(t, `"op":{"event":"clear"}`)
	artist.wait(t, exitDone)
}

func TestDrawTellsThatEverybodyLeft(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	guest := start(t, nothing(), "join", room)
	guest.out.await(t, `"self"`)
	in, ops := pipe(t)
	artist := start(t, in, "draw", room, "-")
	io.WriteString(ops, wireClear+"\n")
	guest.out.await(t, `"op":{"event":"clear"}`)
	guest.interrupt()
	guest.wait(t, exitDone)
	ops.Close()
	artist.wait(t, exitAlone)
	if got, want := artist.err.String(), "drawbot: after 1 operation: nobody else is in the room\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDrawPassesOverBadLines(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	guest := start(t, nothing(), "join", room)
	guest.out.await(t, `"self"`)
	artist := start(t, strings.NewReader("[]\n"+wireClear+strings.Repeat("\nnonsense", 20)+"\n"+wireSegment), "draw", room, "-")
	artist.wait(t, exitFailed)
	guest.out.await(t, `{"event":"clear"}`, wireSegment)
	said := strings.Split(artist.err.String(), "\n")
	if len(said) != maxBadLines+4 {
		t.Fatalf("got %d lines, want %d:\n%s", len(said)-1, maxBadLines+3, artist.err)
	}
	for i, want := range map[int]string{
		0:               "drawbot: standard input: line 1: ",
		1:               "drawbot: standard input: line 3: ",
		maxBadLines:     "drawbot: standard input: and so on",
		maxBadLines + 1: "drew 2 operations for 1 peer in ",
		maxBadLines + 2: "drawbot: standard input: 21 lines could not be drawn",
	} {
		if !strings.HasPrefix(said[i], want) {
			t.Errorf("line %d: got %q, want %q", i, said[i], want)
		}
	}
}

// TestDrawNeverOverflowsALink draws far more than a link may have waiting.
func TestDrawNeverOverflowsALink(t *testing.T) {
	const ops = 20_000 // 1.7 MB
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	recorder := start(t, nothing(), "record", room, "-o", "-", "--size", "16x16")
	recorder.err.await(t, "recording")
	guest := start(t, nothing(), "join", room) // sees the end, and whether a link was lost
	guest.out.await(t, `"state":"open"`)
	in := strings.NewReader(strings.Repeat(wireSegment+"\n", ops) + wideLine + "\n") // a clear would spare a late one the rest
	artist := start(t, in, "draw", room, "-")
	artist.wait(t, exitDone)
	guest.out.await(t, `"lastPoint":{"x":100,"y":100}`)
	if got := strings.Count(guest.out.String(), `"type":"op"`); got != ops+1 {
		t.Errorf("a guest got %d operations, want %d", got, ops+1)
	}
	if got, want := artist.err.String(), fmt.Sprintf("drew %d operations for 2 peers in ", ops+1); !strings.HasPrefix(got, want) {
		t.Errorf("draw said %q, want %q", got, want)
	}
}

func TestDrawStopsAtCtrlC(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	guest := start(t, nothing(), "join", room)
	guest.out.await(t, `"self"`)
	artist := start(t, nothing(), "draw", room, "--pattern", "walk", "--for", "1h")
	guest.out.await(t, `"type":"op"`)
	artist.interrupt()
	artist.wait(t, exitInterrupted)
	artist.err.await(t, "drawing a walk, --seed ", "\ndrawbot: interrupted: drew ", " of 720000 operations, which have arrived\n")
	guest.out.await(t, `"state":"left"`)
}

func TestDrawForSoLong(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	guest := start(t, nothing(), "join", room)
	guest.out.await(t, `"self"`)
	artist := start(t, nothing(), "draw", room, "--pattern", "flower", "--seed", "9", "--for", "50ms", "--rate", "1000")
	artist.wait(t, exitDone)
	guest.out.await(t, `"state":"left"`)
	if got := strings.Count(guest.out.String(), `"type":"op"`); got < 1 || got > 50 {
		t.Errorf("got %d operations in 50ms at 1000 a second, want 50 at most", got)
	}
}

func TestARecordingOutlivesTheServer(t *testing.T) {
	server := serve(t, signaling.ServerOptions{})
	room := server.URL + "/studio"
	out := filepath.Join(t.TempDir(), "out.png")
	recorder := start(t, nothing(), "record", room, "-o", out, "--log", "-")
	recorder.err.await(t, "recording")
	in, ops := pipe(t)
	start(t, in, "draw", room, "-")
	io.WriteString(ops, wireClear+"\n")
	recorder.out.await(t, `{"event":"clear",`)

	server.stop()
	recorder.err.await(t, "drawbot: the server is gone (", "); the recording goes on with who is here\n")
	io.WriteString(ops, wideLine+"\n")
	recorder.out.await(t, `"lastPoint"`)
	recorder.interrupt()
	recorder.wait(t, exitDone)
	checkPixel(t, readPNG(t, out), image.Pt(150, 100), rgb.NRGBA{R: 255, A: 255})
}
