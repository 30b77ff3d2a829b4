package raster

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
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

// TestSamePixelsOnARM runs that test as a program for arm64, where there is
// something to run it.
func TestSamePixelsOnARM(t *testing.T) {
	if runtime.GOARCH == "arm64" {
		return // it is this processor
	}
	qemu, err := exec.LookPath("qemu-aarch64-static")
	if err != nil {
		t.Logf("not tried on arm64: %v (Debian: apt-get install qemu-user-static)", err)
		return
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
