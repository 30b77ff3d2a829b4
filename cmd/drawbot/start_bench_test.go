package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkStart measures how long a command takes that finds nothing to do, by turns
// with a Go program that is empty.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	build := func(name, of string) string {
		file := filepath.Join(dir, name)
		cmd := exec.Command("go", "build", "-trimpath", "-o", file, of)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		return file
	}
	source := filepath.Join(dir, "empty.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	empty, drawbot := build("empty", source), build("drawbot", ".")
	type cost struct{ wall, cpu []time.Duration }
	run := func(c *cost, want int, args ...string) {
		cmd := exec.Command(args[0], args[1:]...)
		start := time.Now()
		cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != want {
			b.Fatalf("%q ended with %d, want %d", args, got, want)
		}
		c.wall = append(c.wall, time.Since(start))
		c.cpu = append(c.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	var bare, ours cost
	for b.Loop() {
		run(&bare, exitDone, empty)
		run(&ours, exitFailed, drawbot, "verify", filepath.Join(dir, "none.ndjson"))
	}
	median := func(list []time.Duration) float64 {
		slices.Sort(list)
		return list[len(list)/2].Seconds() * 1000
	}
	b.ReportMetric(median(ours.wall), "ms")
	b.ReportMetric(median(ours.wall)/median(bare.wall), "×empty")
	b.ReportMetric(median(ours.cpu), "cpu-ms")
	b.ReportMetric(median(ours.cpu)/median(bare.cpu), "cpu×empty")
	b.ReportMetric(0, "ns/op") // of both together
}
