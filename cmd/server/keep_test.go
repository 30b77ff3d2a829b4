package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/archive"
)

// inStore is how many operations the store of a room holds that another process
// keeps: of a copy, for the store is that process's.
func inStore(t *testing.T, dir, room string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, room+".room"))
	if err != nil {
		return 0
	}
	copied := t.TempDir()
	if err := os.WriteFile(filepath.Join(copied, room+".room"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := archive.OpenDir(copied, func(string, ...any) {}) // that it is being written
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	log := canvas.NewLog(nil)
	store, err := d.Open(room, 0, log)
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	return log.Len()
}

// waitKept waits until the store of a room holds so many operations.
func waitKept(t *testing.T, dir, room string, want int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for got := 0; got < want; got = inStore(t, dir, room) {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("got %d operations in the store, want %d", got, want)
		}
	}
}

// wideLine is a line of 11 pixels' width on which a page's ink can be looked at.
func wideLine(y float64, c canvas.Color) canvas.PlainOp {
	return canvas.Segment{From: canvas.Point{X: 200, Y: y}, To: canvas.Point{X: 300, Y: y}, Force: 1.5, Color: c}
}

// A drawing of 100,000 segments outlives its people and the server: our page
// and one that speaks only the plain protocol see it.
func TestKeptDrawing(t *testing.T) {
	t.Parallel()
	const segments = 100_000
	dir := t.TempDir()
	server := startProcess(t, "--port=0", "--no-stun", "--token-secret", longSecret, "--keep", dir)
	ana := enter(t, server.url+"/studio")
	draw := func(ops ...canvas.PlainOp) {
		t.Helper()
		if _, err := ana.Draw(ops...); err != nil {
			t.Fatal(err)
		}
	}
	draw(wideLine(200, canvas.Color{R: 255, A: 255}))
	gray := canvas.Color{R: 200, G: 200, B: 200, A: 255}
	for i := range segments - 2 {
		x, y := float64(i%1000), 600+float64(i/1000)
		draw(canvas.Segment{From: canvas.Point{X: x, Y: y}, To: canvas.Point{X: x + 1, Y: y}, Force: 1, Color: gray})
	}
	draw(wideLine(400, canvas.Color{B: 255, A: 255}))
	waitKept(t, dir, "studio", segments)
	ana.Close(context.Background())

	if got := server.end(syscall.SIGTERM); got != exitDone {
		t.Fatalf("got exit status %d, want %d", got, exitDone)
	}
	server = startProcess(t, "--port=0", "--no-stun", "--token-secret", longSecret, "--keep", dir)
	b := newBrowser(t)
	ours := b.open(server.url + "/studio")
	ours.waitSum(ana)
	ours.waitInk(place{250, 200}, redInk)
	ours.waitInk(place{250, 400}, blueInk)
	ours.do(click("#who"))
	ours.wait(`document.querySelector("#others").textContent.includes("archive")`)
	ours.close()

	m := between(t, server.url)
	plain := b.open(m.url + "/testdata/plain.html?dialect=later&room=studio")
	for y, want := range map[float64]string{200: "255,0,0,255", 400: "0,0,255,255", 650: "200,200,200,255"} {
		plain.wait(`[...context.getImageData(250, %s, 1, 1).data].join() === %s`, y, want)
	}
	plain.wait(`plain.heard.length === %s`, segments)

	t.Log("what the plain page draws is kept, too")
	eval[any](plain, `plain.send(%s)`, `{"event":"draw","lastPoint":{"x":200,"y":300},"x":300,"y":300,"force":1.5,"color":"#0000ff"}`)
	waitKept(t, dir, "studio", segments+1)
}

// A server that is killed loses nothing that was stored, and whoever stays in
// the room gives the rest to the next one.
func TestKeptThroughKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := startProcess(t, "--port=0", "--no-stun", "--token-secret", longSecret, "--keep", dir)
	ana := enter(t, server.url+"/studio")
	for i := range 3 {
		if _, err := ana.Draw(wideLine(100+float64(i), canvas.Color{R: 255, A: 255})); err != nil {
			t.Fatal(err)
		}
		waitKept(t, dir, "studio", 2*i+1)
		server.end(syscall.SIGKILL)
		if got := inStore(t, dir, "studio"); got < 2*i+1 {
			t.Fatalf("got %d operations in the store, want the %d that were there", got, 2*i+1)
		}
		if _, err := ana.Draw(wideLine(300+float64(i), canvas.Color{B: 255, A: 255})); err != nil {
			t.Fatal(err)
		}
		server = startProcess(t, "--port", server.port(), "--no-stun", "--token-secret", longSecret, "--keep", dir)
		waitKept(t, dir, "studio", 2*i+2)
	}
	ana.Close(context.Background())
	if got := server.end(syscall.SIGTERM); got != exitDone {
		t.Errorf("got exit status %d, want %d", got, exitDone)
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if n.Name() != "lock" && n.Name() != "studio.room" {
			t.Errorf("got a file %s, want the store and the lock alone", n.Name())
		}
	}
}

func TestKeepFlags(t *testing.T) {
	dir := t.TempDir()
	held, err := archive.OpenDir(filepath.Join(dir, "held"), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, args string
		want       int
		said       string
	}{
		{"size", "--keep-size big", exitMisused, `drawmesh: --keep-size: "big" is no size, such as 64MB`},
		{"small", "--keep x --keep-size 1KB", exitMisused, "drawmesh: --keep-size 1024: at least 64KB"},
		{"none", "--keep x --keep-rooms 0", exitMisused, "drawmesh: --keep-rooms 0: at least 1"},
		{"short", "--keep x --keep-for 1s", exitMisused, "drawmesh: --keep-for 1s: at least an hour"},
		{"in use", "--keep " + filepath.Join(dir, "held"), exitFailed,
			"drawmesh: --keep: " + filepath.Join(dir, "held") + ": another process keeps rooms there: "},
		{"a file", "--keep " + file, exitFailed, "drawmesh: --keep: " + file + ": not a directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			surroundings(t)
			t.Setenv("TOKEN_SECRET", longSecret)
			var said strings.Builder
			args := append([]string{"--port=0", "--no-stun"}, strings.Fields(tt.args)...)
			if got := run(t.Context(), env{&said, &said}, args); got != tt.want {
				t.Errorf("got exit status %d, want %d", got, tt.want)
			}
			if !strings.HasPrefix(said.String(), tt.said) {
				t.Errorf("got %q, want %q", &said, tt.said)
			}
		})
	}
}
