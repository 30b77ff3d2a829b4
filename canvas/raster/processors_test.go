package raster

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// TestSamePixelsEverywhere compares with digests of pictures that another
// processor may have painted: to the last bit.
func TestSamePixelsEverywhere(t *testing.T) {
	var got bytes.Buffer
	for _, w := range workloads {
		b := newBoard(t, workWidth, workHeight, white)
		b.ApplyAll(w.draw(newRand(5), min(w.n, 1500)))
		fmt.Fprintf(&got, "%-12s pixels %x\n", w.name, sha256.Sum256(b.im.Pix))
		fmt.Fprintf(&got, "%-12s PNG    %x\n", w.name, sha256.Sum256(encoded(t, b)))
	}
	ops := handStrokes(newRand(6), 1500)
	b := newBoardOf(t, Viewport{640, 480, at(123.4, 56.7), .7})
	b.ApplyAll(ops)
	fmt.Fprintf(&got, "%-12s pixels %x\n", "scaled", sha256.Sum256(b.im.Pix))
	lapse := Timelapse{Viewport: Viewport{Width: 480, Height: 270, Scale: .25}, Background: white, Speed: 3}
	all := opArrivals(t, ops)
	for _, format := range []string{"png", "gif"} {
		var film bytes.Buffer
		a, err := NewAnimation(t.Context(), &film, AnimationOptions{Format: format})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(lapse.Play(t.Context(), a, each(all)), a.Close()); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%-12s %-6s %x\n", "timelapse", strings.ToUpper(format), sha256.Sum256(film.Bytes()))
	}
	text := svg(t, SVG{Viewport: Viewport{640, 480, at(123.4, 56.7), .7}, Name: func(canvas.Entry) string { return "" }}, logOf(t, ops))
	fmt.Fprintf(&got, "%-12s SVG    %x\n", "scaled", sha256.Sum256([]byte(text)))
	path := filepath.Join("testdata", "digests.txt")
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("on %s:\n%swant:\n%sIf the pixels were meant to change, raise Version too.", runtime.GOARCH, got.Bytes(), want)
	}
}

// opArrivals are ops that come a hundredth of a second apart.
func opArrivals(t testing.TB, ops []canvas.Op) []arrival {
	t.Helper()
	log := pen("Ana00000000")
	all := make([]arrival, len(ops))
	for i, op := range ops {
		e, err := log.Draw(op.(canvas.Shape), 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = arrival{time.Unix(0, 0).Add(time.Duration(i) * 10 * ms), canvas.Step{Entry: e}}
	}
	return all
}

// TestSamePixelsOnARM runs that test as a program for arm64, which is
// emulated.
func TestSamePixelsOnARM(t *testing.T) {
	if runtime.GOARCH == "arm64" {
		return // it is this processor
	}
	if testing.Short() {
		t.Skip("not in short tests: everything is compiled for arm64 and emulated")
	}
	qemu, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		qemu, err = exec.LookPath("qemu-aarch64")
	}
	if err != nil {
		t.Fatalf("this test emulates arm64: %v (Debian: apt-get install qemu-user)", err)
	}
	program := filepath.Join(t.TempDir(), "raster.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", program, ".")
	build.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), qemu, program, "-test.run=^TestSamePixelsEverywhere$").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
