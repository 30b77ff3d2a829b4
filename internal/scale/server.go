package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const secret = "measured, and nobody's but this run's own"

// A server is a process that is measured.
type server struct {
	cmd *exec.Cmd
	at  string // host and port
}

// startServer starts one that believes what a client says of its address: each peer
// here has one of its own, as out there.
func startServer(binary string, args ...string) (*server, error) {
	cmd := exec.Command(binary, append([]string{"--config=none", "--host=127.0.0.1", "--port=0", "--no-stun", "--trusted-proxy=127.0.0.1"}, args...)...)
	cmd.Env = append(os.Environ(), "TOKEN_SECRET="+secret, "GOMAXPROCS=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if at, ok := strings.CutPrefix(lines.Text(), "drawmesh: open http://"); ok {
			s.at = strings.TrimSuffix(at, "/")
			go io.Copy(io.Discard, stderr)
			return s, nil
		}
	}
	s.stop()
	return nil, errors.New("it does not listen")
}

func (s *server) stop() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// memory is what it has resident, in bytes.
func (s *server) memory() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	var kb float64
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	_, err = fmt.Sscan(after, &kb)
	return kb * 1024, err
}

// A span is a while of a server's.
type span struct {
	server *server
	began  time.Time
	cpu    time.Duration
}

func (s *server) begin() (*span, error) {
	cpu, err := cpuTime(s.cmd.Process.Pid)
	return &span{s, time.Now(), cpu}, err
}

// core is which part of a core the server has taken since, and how long that was.
func (s *span) core() (float64, time.Duration, error) {
	cpu, err := cpuTime(s.server.cmd.Process.Pid)
	took := time.Since(s.began)
	return (cpu - s.cpu).Seconds() / took.Seconds(), took, err
}

// cpuTime is what a process has taken of the processor.
func cpuTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	var user, system int64 // ticks of 10 ms: fields 14 and 15 of proc(5)
	_, err = fmt.Sscan(fields[11]+" "+fields[12], &user, &system)
	return time.Duration(user+system) * 10 * time.Millisecond, err
}

// token lets a peer in.
func token(id string) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"id": id, "username": id, "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString([]byte(secret))
}
