package main

import (
	"context"
	"errors"
	"image"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// buildServer builds the server's program.
func buildServer(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "server")
	if out, err := exec.Command("go", "build", "-o", program, "../server").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

func TestDemo(t *testing.T) {
	program := buildServer(t)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)

	t.Run("to_its_end", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "demo.png")
		demo := start(t, nothing(), "demo", "--program", program, "--out", out, "--for", "2s")
		demo.wait(t, exitDone)
		demo.err.await(t, "Open http://localhost:", "\nWrote "+out+": ", " by 7 peers in ", "\nTo draw yourself: ")
		checkShow(t, readPNG(t, out))
		checkGone(t, demo)
	})
	t.Run("interrupted", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "demo.png")
		demo := start(t, nothing(), "demo", "--program", program, "--out", out, "--for", "1h")
		guest := start(t, nothing(), "join", addressOf(t, demo))
		guest.out.await(t, `"type":"op"`)
		demo.interrupt()
		demo.wait(t, exitInterrupted)
		demo.err.await(t, "\nWrote "+out+": ", "drawbot: interrupted: the picture has ", " segments\n")
		readPNG(t, out)
		checkGone(t, demo)
	})
}

// addressOf is where a demo says that its room is.
func addressOf(t *testing.T, demo *running) string {
	t.Helper()
	address, _, _ := strings.Cut(demo.err.await(t, "Open "), " ")
	return address
}

// checkShow checks that each bot has left its mark on the picture.
func checkShow(t *testing.T, im image.Image) {
	t.Helper()
	for _, a := range program() {
		var painted, all int
		r := int(a.figure.Radius / 2)
		at := image.Pt(int(a.figure.Center.X), int(a.figure.Center.Y))
		for y := at.Y - r; y < at.Y+r; y++ {
			for x := at.X - r; x < at.X+r; x++ {
				if !image.Pt(x, y).In(im.Bounds()) {
					continue
				}
				all++
				if red, green, blue, _ := im.At(x, y).RGBA(); min(red, green, blue) < 0xf000 {
					painted++
				}
			}
		}
		if painted < all/4 {
			t.Errorf("%s: got %d of %d pixels painted, want a quarter at least", a.name, painted, all)
		}
	}
}

// checkGone checks that a demo's server has ended.
func checkGone(t *testing.T, demo *running) {
	t.Helper()
	if resp, err := http.Get(addressOf(t, demo)); err == nil {
		resp.Body.Close()
		t.Error("the demo has ended, and its server still answers")
	}
}

// shellScript writes a program that is not a server.
func shellScript(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "server")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDemoWithoutAServer(t *testing.T) {
	tests := []struct{ name, script, err string }{
		{"last_words", "echo drawmesh: hello >&2; echo drawmesh: out of ports >&2; exit 1", "server: out of ports"},
		{"silent", "exit 1", "server: it said nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := []string{"demo", "--out", "-", "--program", shellScript(t, tt.script)}
			checkRun(t, args, exitFailed, "", "drawbot: "+tt.err+"\n")
		})
	}
}

func TestStartServerEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := startServer(ctx, shellScript(t, "exec sleep 600")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
