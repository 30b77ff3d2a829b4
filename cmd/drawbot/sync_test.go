package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
	t.Cleanup(func() { p.Close() })
	return p
}

func draw(t *testing.T, p *peer.Peer, ops ...canvas.Op) {
	t.Helper()
	if err := p.Draw(ops...); err != nil {
		t.Fatal(err)
	}
}

func undo(t *testing.T, p *peer.Peer) {
	t.Helper()
	if done, err := p.Undo(); !done || err != nil {
		t.Fatalf("undo: got %v, %v, want true", done, err)
	}
}

// stripe is a stroke across 300 pixels, at that height.
func stripe(y float64, c canvas.Color) canvas.Op {
	return canvas.Segment{From: canvas.Point{X: 10, Y: y}, To: canvas.Point{X: 290, Y: y + 20}, Force: 1.5, Color: c}
}

var (
	red   = canvas.Color{R: 255, A: 255}
	green = canvas.Color{G: 255, A: 128}
	box   = canvas.Rect{Origin: canvas.Point{X: 50, Y: 50}, Width: 90, Height: 70, LineWidth: 9, Color: canvas.Color{B: 255, A: 200}}
)

// picture is that of ops on white, 300 by 200.
func picture(t *testing.T, ops ...canvas.Op) []byte {
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
	checkFile(t, out, picture(t, stripe(90, green), box, stripe(150, red)))
	if got, want := snap.err.String(), "wrote "+out+": 6 operations\n"; got != want {
		t.Errorf("got %q, want %q", got, want) // the clear, the undo and what was undone count
	}
}

func checkFile(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got another picture than that of who drew", path)
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
	if err := guest.Synced(t.Context()); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.png")
	start(t, nothing(), "snap", copied, "-o", out, "--size", "300x200").wait(t, exitDone)
	checkFile(t, out, picture(t, stripe(90, green), box, stripe(150, red)))
}

func TestSnapOnStandardOutput(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	draw(t, enter(t, room), stripe(50, red))
	snap := start(t, nothing(), "snap", room, "-o", "-", "--size", "300x200")
	snap.wait(t, exitDone)
	if got := snap.out.String(); got != string(picture(t, stripe(50, red))) {
		t.Error("got another picture than that of who drew")
	}
	snap = start(t, nothing(), "snap", room, "-o", "-", "--format", "ndjson")
	snap.wait(t, exitDone)
	lines := strings.SplitAfter(snap.out.String(), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], `{"type":"recording","version":1,"room":"`+room) ||
		!strings.HasPrefix(lines[1], `{"type":"op","op":{"event":"draw",`) || !strings.Contains(lines[1], `,"n":1,"t":1,"k":1,"o":"`) {
		t.Errorf("got %q, want a header and an operation with its stamp", lines)
	}
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
	silent, err := signaling.Dial(t.Context(), server.URL, signaling.ClientOptions{Name: "silent"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	if err := silent.Join(t.Context(), "studio"); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out.png")
	want := "wrote " + out + ": 0 operations\ndrawbot: the drawing may be incomplete: not all came within 1s\n"
	checkRun(t, []string{"snap", server.URL + "/studio", "-o", out, "--size", "300x200", "--timeout", "1s"}, exitIncomplete, "", want)
	checkFile(t, out, picture(t))
}

func TestLacking(t *testing.T) {
	members := func(states ...peer.LinkState) (list []peer.Member) {
		for _, s := range states {
			list = append(list, peer.Member{Link: s})
		}
		return list
	}
	const may = "the drawing may be incomplete: "
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
		{"one_unreached", members(peer.Open, peer.Lost, peer.Open), 2, nil, exitIncomplete, may + "no link to 1 of 3 peers"},
		{"all_unreached", members(peer.Lost), 0, nil, exitIncomplete, may + "no link to 1 of 1 peer"},
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

func TestARecordingStartsWithWhatWasDrawnBefore(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	drawAndRegret(t, ana)
	out := filepath.Join(t.TempDir(), "out.png")
	log := filepath.Join(t.TempDir(), "log.ndjson")
	recorder := start(t, nothing(), "record", room, "-o", out, "--log", log, "--size", "300x200")
	recorder.err.await(t, "recording")
	undo(t, ana) // the red stripe, and then the box
	undo(t, ana)
	draw(t, ana, stripe(20, green))
	if err := ana.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	recorder.interrupt()
	recorder.wait(t, exitDone)
	recorder.err.await(t, "wrote "+out+": 300x200 pixels, 9 operations by 1 peer in ")
	want := []canvas.Op{stripe(90, green), stripe(20, green)}
	checkFile(t, out, picture(t, want...))
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, string(text)); !slices.Equal(got, want) {
		t.Errorf("the log comes to %v, want %v", got, want)
	}
}

// readAll is what draw makes of a file.
func readAll(t *testing.T, text string) (ops []canvas.Op) {
	t.Helper()
	for op, err := range readOps(strings.NewReader(text)) {
		if err != nil {
			t.Error(err)
			continue
		}
		ops = append(ops, op)
	}
	return ops
}

// TestJoinTellsOfTheDrawing has one who drew before, and one who undoes.
func TestJoinTellsOfTheDrawing(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	draw(t, ana, stripe(50, red))
	in, orders := pipe(t)
	bot := start(t, in, "join", room)
	bot.out.await(t, `{"type":"sync","sum":"0000000000000000","peers":0,"agree":true,"entries":0}`)
	bot.out.await(t, fmt.Sprintf(`{"type":"op","from":%q,"op":{"event":"draw",`, ana.ID()))
	bot.out.await(t, fmt.Sprintf(`{"type":"sync","sum":"%016x","peers":1,"agree":true,"entries":1}`, ana.Sum()))

	undo(t, ana)
	bot.out.await(t, fmt.Sprintf(`{"type":"op","from":%q,"op":{"event":"undo","n":2,"t":2,"k":1,"o":`, ana.ID()))
	bot.out.await(t, fmt.Sprintf(`{"type":"sync","sum":"%016x","peers":1,"agree":true,"entries":2}`, ana.Sum()))

	io.WriteString(orders, wireSegment+"\n"+`{"event":"undo"}`+"\n"+`{"event":"undo"}`+"\n"+`{"event":"redo"}`+"\n")
	bot.err.await(t, "drawbot: standard input: there is nothing to undo\n")
	bot.out.await(t, `{"type":"error","cause":"there is nothing to undo"}`)
	bot.out.await(t, `"agree":true,"entries":5}`)
	if got := seen(ana); !slices.Equal(got, []canvas.Op{redSegment}) {
		t.Errorf("after an undo and a redo: got %v, want the segment", got)
	}
	io.WriteString(orders, `{"event":"undo"}`+"\n")
	bot.out.await(t, `"agree":true,"entries":6}`)
	if got := seen(ana); len(got) > 0 {
		t.Errorf("after an undo: got %v, want nothing", got)
	}
}

// seen is what shows of a drawing.
func seen(v viewer) (ops []canvas.Op) {
	v.View(func(log *canvas.Log, _ canvas.Change) {
		for e := range log.Paint(canvas.Key{}) {
			ops = append(ops, e.Op)
		}
	})
	return ops
}

// A diary is a keeper that nobody else has.
type diary struct{ log *canvas.Log }

func (d diary) View(look func(*canvas.Log, canvas.Change)) { look(d.log, canvas.Change{}) }
func (d diary) Agree() (int, bool)                         { return 3, false }

func TestWatchSyncTellsOfChangesOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := diary{canvas.NewLog(canvas.NewSite())}
		ctx, cancel := context.WithCancel(t.Context())
		var got []string
		start := time.Now()
		go watchSync(ctx, d, func(record any) {
			r := record.(syncRecord)
			if r.Type != "sync" || r.Peers != 3 || r.Agree || r.Sum != fmt.Sprintf("%016x", d.log.Sum()) {
				t.Errorf("got %v, want the diary's", r)
			}
			got = append(got, fmt.Sprintf("%v: %d", time.Since(start), r.Entries))
		})
		for range 10 {
			synctest.Wait()
			if _, err := d.log.Draw(redSegment, 0); err != nil {
				t.Fatal(err)
			}
			time.Sleep(syncEvery / 4)
		}
		time.Sleep(time.Hour)
		cancel()
		synctest.Wait()
		if want := []string{"0s: 0", "1s: 4", "2s: 8", "3s: 10"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestDisagreementIsLoud(t *testing.T) {
	var got []string
	warn := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	disagreement := &peer.DisagreementError{}
	warnOfDisagreement(warn, peer.Fault{Peer: "a1", Err: errors.New("no JSON")})
	warnOfDisagreement(warn, peer.Fault{Peer: "a1", Err: fmt.Errorf("have: %w", disagreement)})
	if want := []string{"peer a1: have: " + disagreement.Error()}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
