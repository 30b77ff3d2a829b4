package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// wordsDrawn is a drawing with a line, and words of a kind that nothing here paints.
func wordsDrawn(t *testing.T) *canvas.Log {
	t.Helper()
	log := canvas.NewLog(canvas.NewSigner())
	now := canvas.Ticks(time.Now())
	_, err := log.Write(canvas.Other{Name: "text", Payload: `{"at":{"x":200,"y":300},"text":"hej"}`}, 0, now)
	if err == nil {
		_, err = log.Draw(wideLine(200, canvas.Color{R: 255, A: 255}).(canvas.Shape), 0, now)
	}
	if err == nil {
		_, err = log.Write(canvas.Other{Name: "text", Payload: `{"text":"då","tool":{"family":["serif",null,1e+21]}}`}, 0, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	log.Sign()
	return log
}

// texts are the payloads of the words in a drawing.
func texts(log *canvas.Log) (list []string) {
	have := log.Have().Sites
	for site := range have {
		for n := uint32(1); n <= have[site]; n++ {
			if e, lives := log.Entry(site, n); lives {
				if op, ok := e.Op.(canvas.Other); ok {
					list = append(list, op.Payload)
				}
			}
		}
	}
	return list
}

// wantTexts wants a program to hold the words of a drawing, as they were written.
func wantTexts(t *testing.T, p *peer.Peer, of *canvas.Log) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var got []string
	want := texts(of)
	for !slices.Equal(got, want) {
		if err := p.WaitSynced(ctx); err != nil {
			t.Fatalf("%v: got %q, want %q", err, got, want)
		}
		p.Look(func(log *canvas.Log) { got = texts(log) })
		<-time.After(20 * time.Millisecond)
	}
}

// comes lets somebody in who has that drawing.
func comes(t *testing.T, room string, with *canvas.Log) *peer.Peer {
	t.Helper()
	p, err := peer.Join(t.Context(), room, peer.Options{Name: "Later", Loopback: true, Log: with})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close(context.Background()) })
	return p
}

// A page that knows fewer kinds than somebody else holds what it cannot paint, and hands
// it on when its author has left.
func TestPageCarriesUnknownKind(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	p := newBrowser(t).open(room)
	p.wait(connected)
	log := wordsDrawn(t)
	later := comes(t, room, log)
	p.waitInk(place{250, 200}, redInk)
	p.waitSum(later)
	later.Close(context.Background())
	p.waitLinks(0)
	bo := enterRoom(t, room)
	wantTexts(t, bo, log)
	p.choose("pencil", blue)
	p.drag(place{200, 250}, place{300, 250})
	p.waitQuiet()
	p.waitSum(bo)
	wantTexts(t, bo, log)
}

// So do the server that keeps a room, through a restart, and a recorder, whose log
// verify holds for signed.
func TestUnknownKindIsKept(t *testing.T) {
	t.Parallel()
	drawbot := buildDrawbot(t)
	dir := t.TempDir()
	start := func() *process {
		return startProcess(t, "--port=0", "--no-stun", "--token-secret", longSecret, "--keep", dir)
	}
	server := start()
	r := startRecorder(t, drawbot, server.url+"/studio")
	log := wordsDrawn(t)
	later := comes(t, server.url+"/studio", log)
	waitKept(t, dir, "studio", log.Len())
	r.log.wait(t, `"event":"text"`, 2)
	later.Close(context.Background())
	r.finish()
	file := filepath.Join(t.TempDir(), "studio.ndjson")
	if err := os.WriteFile(file, []byte(strings.Join(r.log.text, "\n")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(drawbot, "verify", file).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("is whole: ")) || !bytes.Contains(out, []byte("]: signed\n")) || bytes.Contains(out, []byte("heard")) {
		t.Errorf("verify: %v; it says %s", err, out)
	}
	forged := filepath.Join(t.TempDir(), "forged.ndjson")
	if err := os.WriteFile(forged, []byte(strings.ReplaceAll(strings.Join(r.log.text, "\n")+"\n", `"hej"`, `"hei"`)), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(drawbot, "verify", forged).CombinedOutput(); err == nil {
		t.Errorf("verify holds a log for whole of which a word was changed: %s", out)
	}

	if got := server.end(syscall.SIGTERM); got != exitDone {
		t.Fatalf("got exit status %d, want %d", got, exitDone)
	}
	server = start()
	wantTexts(t, enterRoom(t, server.url+"/studio"), log)
}
