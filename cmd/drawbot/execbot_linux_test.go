package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLoadExecKilled kills drawbot while its bots are processes that have started
// others. None of them is left.
func TestLoadExecKilled(t *testing.T) {
	room := serve(t, generous).URL + "/studio"
	mark := fmt.Sprintf("%d.%d", 3600+os.Getpid(), time.Now().UnixNano()%1e9)
	command := strings.ReplaceAll("setsid sleep @ & (sleep @ &) ; exec sleep @", "@", mark)
	p := spawn(t, "", "load", room, "--bots", "2", "--ramp", "0s", "--duration", "1h", "--exec", command)
	left := func() (n int) {
		files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && string(text) == "sleep\x00"+mark+"\x00" {
				n++
			}
		}
		return n
	}
	await := func(want int) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); left() != want; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("got %d processes, want %d", left(), want)
			}
		}
	}
	await(6)
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	await(0)
}
