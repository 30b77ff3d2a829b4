package main

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// A million operations by people who know no log are what an animation can be made
// of: a room holds no more. It takes at most so many megabytes.
const (
	million  = 1_000_000
	mostPeak = 200
)

func TestAnimationTakesLittleMemory(t *testing.T) {
	program, log := buildDrawbot(t), writeMillion(t)
	peak := renderPeak(t, program, log, "--length", "1s", "-o", filepath.Join(t.TempDir(), "out.gif"))
	if peak > mostPeak {
		t.Errorf("a GIF of a million operations took %d MB, want at most %d", peak, mostPeak)
	}
}

// BenchmarkAnimationOfAMillion makes 20 seconds of a million operations.
func BenchmarkAnimationOfAMillion(b *testing.B) {
	program, log := buildDrawbot(b), writeMillion(b)
	for _, format := range []string{"gif", "apng", "mp4", "webm"} {
		b.Run(format, func(b *testing.B) {
			peak := 0
			for b.Loop() {
				peak = max(peak, renderPeak(b, program, log, "-o", filepath.Join(b.TempDir(), "out."+format)))
			}
			b.ReportMetric(float64(peak), "MB-peak")
		})
	}
}

// renderPeak is the most memory, in megabytes, that a drawbot takes that renders.
func renderPeak(t testing.TB, program string, args ...string) int {
	t.Helper()
	cmd := exec.Command(program, append([]string{"render"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	return int(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) * 1024 / 1_000_000
}

// writeMillion writes a recording in which seven people scribble by turns.
func writeMillion(t testing.TB) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "million.ndjson")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, r := bufio.NewWriter(f), rand.New(rand.NewPCG(1, 2))
	fmt.Fprintln(w, `{"type":"recording","version":1,"started":"2026-05-17T12:00:00Z","width":1280,"height":720,"background":"white"}`)
	var x, y, angle float64
	var color uint32
	for i := range million {
		if i%200 == 0 {
			x, y, color = 1280*r.Float64(), 720*r.Float64(), r.Uint32N(1<<24)
		}
		angle += .3 * r.NormFloat64()
		nx, ny := x+4*math.Cos(angle), y+4*math.Sin(angle)
		fmt.Fprintf(w, `{"type":"op","at_ms":%d,"from":"peer%d","op":{"event":"draw","lastPoint":{"x":%.1f,"y":%.1f},"x":%.1f,"y":%.1f,"force":1.2,"color":"#%06x"}}`+"\n",
			6*i, i%7, x, y, nx, ny, color)
		x, y = nx, ny
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return path
}
