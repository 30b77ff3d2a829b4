package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"drawmesh/signaling"
)

// TestSecondSignal ends at once what does not end by itself, and leaves nothing
// unfinished. What a kill leaves goes with the next recorder.
func TestSecondSignal(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	draw(t, scribbler(t, room), box)
	dir, fifo := t.TempDir(), filepath.Join(t.TempDir(), "fifo")
	stuffedPipe(t, fifo)
	log := filepath.Join(dir, "log.ndjson")
	for _, kill := range []bool{true, false} {
		p := spawn(t, "", "record", room, "-o", fifo, "--timelapse", filepath.Join(dir, "lapse.gif"), "--log", log, "--size", "300x200")
		p.err.await(t, "recording")
		if got := strings.Fields(namesIn(t, dir)); len(got) != 2 {
			t.Fatalf("got %v, want the log, and a timelapse under way", got)
		}
		if kill {
			p.Process.Kill()
			p.Wait()
			continue
		}
		p.Process.Signal(syscall.SIGTERM)
		for late := time.Now().Add(time.Minute); !bytes.Contains(readFile(t, log), []byte(`{"type":"end"`)); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(late) {
				t.Fatal("the first signal does not end the recording")
			}
		}
		p.Process.Signal(syscall.SIGTERM) // for nobody reads the picture
		err := p.Wait()
		if status := p.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGTERM {
			t.Errorf("got %v, want that the signal ended it\n%s", err, p.err)
		}
		if got := namesIn(t, dir); got != "log.ndjson" {
			t.Errorf("got %s, want only the log", got)
		}
	}
}

// stuffedPipe makes a pipe with a name that holds 4 KB, and of which nobody reads
// them.
func stuffedPipe(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	const setPipeSize = 1031 // F_SETPIPE_SZ, of fcntl(2)
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, reader.Fd(), setPipeSize, 4096); errno != 0 {
		t.Fatal(errno)
	}
}
