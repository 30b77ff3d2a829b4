package main

import (
	"net"
	"path/filepath"
	"testing"
	"time"
)

// A service manager is told when the server listens, and when it begins to stop.
func TestServiceManagerIsTold(t *testing.T) {
	surroundings(t)
	name := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	manager.SetReadDeadline(time.Now().Add(patience))
	told := func() string {
		message := make([]byte, 100)
		n, err := manager.Read(message)
		if err != nil {
			t.Fatal(err)
		}
		return string(message[:n])
	}
	t.Setenv("NOTIFY_SOCKET", name)
	s := start(t, "--port=0")
	if got := told(); got != "READY=1" {
		t.Errorf("got %q, want to hear that it is ready", got)
	}
	if code, _ := get(t, s.url+"/readyz"); code != 200 {
		t.Errorf("got status %d, want it to listen", code)
	}
	s.stop()
	if got := told(); got != "STOPPING=1" {
		t.Errorf("got %q, want to hear that it stops", got)
	}
	if got := <-s.status; got != exitDone {
		t.Errorf("got exit status %d, want %d", got, exitDone)
	}
}

// One that is not there is worth a word, and no more.
func TestServiceManagerIsGone(t *testing.T) {
	surroundings(t)
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "gone"))
	s := start(t, "--port=0")
	if code, _ := get(t, s.url+"/readyz"); code != 200 {
		t.Errorf("got status %d, want it to listen", code)
	}
}
