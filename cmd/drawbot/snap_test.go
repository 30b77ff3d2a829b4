package main

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// enter lets a peer into the room that stays until the test ends.
func enter(t *testing.T, room string) *peer.Peer {
	t.Helper()
	p, err := peer.Join(t.Context(), room, peer.Options{Name: "Ana", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close(context.Background()) })
	return p
}

func draw(t *testing.T, p *peer.Peer, ops ...canvas.PlainOp) {
	t.Helper()
	if _, err := p.Draw(ops...); err != nil {
		t.Fatal(err)
	}
}

func undo(t *testing.T, p *peer.Peer) {
	t.Helper()
	if err := p.Undo(p.Undoable()); err != nil {
		t.Fatalf("undo: %v", err)
	}
}

// stripe is a stroke across 300 pixels, at that height.
func stripe(y float64, c canvas.Color) canvas.Shape {
	return canvas.Segment{From: canvas.Point{X: 10, Y: y}, To: canvas.Point{X: 290, Y: y + 20}, Force: 1.5, Color: c}
}

var (
	red   = canvas.Color{R: 255, A: 255}
	green = canvas.Color{G: 255, A: 128}
	box   = canvas.Rect{Origin: canvas.Point{X: 50, Y: 50}, Width: 90, Height: 70, LineWidth: 9, Color: canvas.Color{B: 255, A: 200}}
)

// pictureOf is that of ops on white, 300 by 200.
func pictureOf(t *testing.T, ops ...canvas.Op) []byte {
	t.Helper()
	board, err := raster.NewBoard(300, 200, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range ops {
		board.Apply(op)
	}
	var b bytes.Buffer
	if err := board.EncodePNG(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// drawAndRegret draws so that stripe(90, green), box and stripe(150, red)
// remain, among others that were cleared or undone.
func drawAndRegret(t *testing.T, p *peer.Peer) {
	t.Helper()
	draw(t, p, stripe(10, red), canvas.Clear{}, stripe(90, green), stripe(120, red))
	undo(t, p)
	draw(t, p, box, stripe(150, red))
}

func TestSnapIsThePictureOfWhoDrew(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	drawAndRegret(t, enter(t, room))
	out := filepath.Join(t.TempDir(), "out.png")
	snap := start(t, nothing(), "snap", room, "-o", out, "--size", "300x200")
	snap.wait(t, exitDone)
	checkFile(t, out, pictureOf(t, stripe(90, green), box, stripe(150, red)))
	if got, want := snap.err.String(), "wrote "+out+": 6 operations\n"; got != want {
		t.Errorf("got %q, want %q", got, want) // the clear, the undo and what was undone count
	}
}

// checkFile checks that a file holds a picture with these pixels.
func checkFile(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	checkPicture(t, got, want)
}

func checkPicture(t *testing.T, got, want []byte) {
	t.Helper()
	a, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	b, err := png.Decode(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Error("got another picture than that of who drew")
	}
}

// TestALogIsTheDrawing takes a drawing from one room to another, with what one
// of them has for a log.
func TestALogIsTheDrawing(t *testing.T) {
	url := serve(t, signaling.ServerOptions{}).URL
	room, copied := url+"/studio", url+"/copy"
	drawAndRegret(t, enter(t, room))
	log := filepath.Join(t.TempDir(), "out.ndjson")
	start(t, nothing(), "snap", room, "-o", log).wait(t, exitDone)

	guest := enter(t, copied)
	start(t, nothing(), "draw", copied, log).wait(t, exitDone)
	if err := guest.WaitSynced(t.Context()); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.png")
	start(t, nothing(), "snap", copied, "-o", out, "--size", "300x200").wait(t, exitDone)
	checkFile(t, out, pictureOf(t, stripe(90, green), box, stripe(150, red)))
}

func TestDrawClearsWhatWasDrawnBefore(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	draw(t, ana, stripe(50, red), box)
	start(t, strings.NewReader(wireClear+"\n"+wireSegment), "draw", room, "-").wait(t, exitDone)
	if got := seen(ana); !slices.Equal(got, []canvas.Op{redSegment}) {
		t.Errorf("got %v, want the segment that came after the clear", got)
	}
}

func TestSnapOnStandardOutput(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	draw(t, enter(t, room), stripe(50, red))
	snap := start(t, nothing(), "snap", room, "-o", "-", "--size", "300x200")
	snap.wait(t, exitDone)
	checkPicture(t, []byte(snap.out.String()), pictureOf(t, stripe(50, red)))
	snap = start(t, nothing(), "snap", room, "-o", "-", "--format", "ndjson")
	snap.wait(t, exitDone)
	snap.out.await(t, `{"type":"recording","version":3,"raster":`, `,"room":"`+room+`",`, "\n"+`{"type":"key"`, "\n"+`{"type":"op"`, `"op":{"event":"draw",`, `,"n":1,"t":`, `,"k":1,"o":"`, "\n"+`{"type":"head"`, "\n"+`{"type":"end"`)
}

func TestSnapOfAnEmptyRoom(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	out := filepath.Join(t.TempDir(), "out.png")
	checkRun(t, []string{"snap", room, "-o", out}, exitAlone, "", "drawbot: nobody else is in the room\n")
	if _, err := os.Stat(out); err == nil {
		t.Error("got a file, want none")
	}
}

// TestSnapOfWhoDoesNotAnswer has a member whose link never opens.
func TestSnapOfWhoDoesNotAnswer(t *testing.T) {
	server := serve(t, signaling.ServerOptions{})
	joinSilently(t, server)
	out := filepath.Join(t.TempDir(), "out.png")
	want := "wrote " + out + ": 0 operations\ndrawbot: the drawing may be incomplete: not all came within 1s\n"
	checkRun(t, []string{"snap", server.URL + "/studio", "-o", out, "--size", "300x200", "--timeout", "1s"}, exitIncomplete, "", want)
	checkFile(t, out, pictureOf(t))
}

func TestLacking(t *testing.T) {
	members := func(states ...peer.LinkState) (list []peer.Member) {
		for _, s := range states {
			list = append(list, peer.Member{Link: s})
		}
		return list
	}
	const may = "the drawing may be incomplete: "
	const udp = ": their network or ours may block UDP"
	tests := []struct {
		name    string
		members []peer.Member
		keepers int
		err     error
		status  int
		want    string
	}{
		{"complete", members(peer.Open, peer.Open), 1, nil, exitDone, ""},
		{"empty", nil, 0, nil, exitAlone, "nobody else is in the room"},
		{"empty_in_the_end", nil, 0, errors.New("late"), exitAlone, "nobody else is in the room"},
		{"nobody_keeps_it", members(peer.Open), 0, nil, exitAlone, "1 peer in the room, and none that keeps the drawing"},
		{"one_unreached", members(peer.Open, peer.Lost, peer.Open), 2, nil, exitIncomplete, may + "no link to 1 of 3 peers" + udp},
		{"all_unreached", members(peer.Lost), 0, nil, exitIncomplete, may + "no link to 1 of 1 peer" + udp},
		{"late", members(peer.Open), 1, errors.New("late"), exitIncomplete, may + "late"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := lacking(tt.members, tt.keepers, tt.err)
			status := exitDone
			if s := new(statusError); errors.As(err, &s) {
				status = s.status
			}
			if causeOf(err) != tt.want || status != tt.status {
				t.Errorf("got %q and %d, want %q and %d", causeOf(err), status, tt.want, tt.status)
			}
		})
	}
}
