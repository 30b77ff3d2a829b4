package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/golang-jwt/jwt/v5"
)

// allowFiles sets how many files a process may have open.
func (p *process) allowFiles(n uint64) {
	p.t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		p.t.Fatal(err)
	}
	limit.Cur = n
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(p.cmd.Process.Pid), syscall.RLIMIT_NOFILE, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if errno != 0 {
		p.t.Fatal(errno)
	}
}

// files is how many it has.
func (p *process) files() int {
	p.t.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	return len(open)
}

// A server without any descriptor left, and without anybody idle, still says so to who
// watches it, in its answers and in its log; and recovers.
func TestStarvedServer(t *testing.T) {
	server := startProcess(t, "--port=0", "--token-secret", longSecret, "--max-streams=1000")
	n := 0
	stream := func() {
		t.Helper()
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		n++
		fmt.Fprintf(conn, "GET /connect?token=%s HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n",
			tokenOf(t, jwt.SigningMethodHS256, []byte(longSecret), fmt.Sprint("eve", n)))
		conn.SetReadDeadline(time.Now().Add(patience))
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			t.Fatalf("stream %d: %v", n, err)
		}
	}
	for range 20 {
		stream()
	}
	server.allowFiles(uint64(server.files()))
	for range 10 { // the limit is of numbers, and some below it may be free
		if code, _ := get(t, server.url+"/healthz"); code == 503 {
			break
		}
		stream()
	}
	stream() // has the last one, that was asked with
	for range 3 {
		if code, body := get(t, server.url+"/healthz"); code != 503 || body != "connections cannot be accepted: too many open files\n" {
			t.Errorf("got %d %q from /healthz", code, body)
		}
		if code, body := get(t, server.url+"/livez"); code != 200 {
			t.Errorf("got %d %q from /livez", code, body)
		}
	}
	server.said.wait(t, `level=WARN msg="connections are not taken" times=1 err="accept tcp [::]:`+server.port()+`: accept4: too many open files"`, 1)
	server.allowFiles(100)
	until(t, "it is ready again", func() bool { code, _ := get(t, server.url+"/readyz"); return code == 200 })
	if code, _ := get(t, server.url+"/studio"); code != 200 {
		t.Errorf("got %d from a room once there were descriptors, want 200", code)
	}
}
