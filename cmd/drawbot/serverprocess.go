package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// stopTimeout is how long a server has to end by itself.
const stopTimeout = 5 * time.Second

// A serverProcess is a server that runs beside us.
type serverProcess struct {
	url    string // with a slash at its end
	cmd    *exec.Cmd
	exited chan struct{} // closed when it has ended
}

// startServer starts the server's program on a free port of this machine, and
// returns when it listens.
func startServer(ctx context.Context, program string) (*serverProcess, error) {
	s := &serverProcess{
		cmd:    exec.Command(program, "--host", "localhost", "--port", "0"),
		exited: make(chan struct{}),
	}
	words, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	said := make(chan string, 1)
	go func() {
		defer close(s.exited)
		listen(words, said)
		s.cmd.Wait() // how it ended was said on standard error
	}()
	select {
	case answer := <-said:
		if s.url = answer; strings.HasPrefix(answer, "http") {
			return s, nil
		}
		err = fmt.Errorf("server: %s", answer)
	case <-ctx.Done():
		err = ctx.Err()
	}
	s.stop()
	return nil, err
}

// listen reads what a server says until it ends. It tells said the address that
// the server listens at or, if it never does, its last words.
func listen(words io.Reader, said chan<- string) {
	in := bufio.NewScanner(words)
	last, told := "it said nothing", false
	for in.Scan() {
		last = strings.TrimPrefix(in.Text(), "drawmesh: ")
		if address, ok := strings.CutPrefix(last, "open "); ok && !told {
			said <- address
			told = true
		}
	}
	io.Copy(io.Discard, words) // had a line been too long, the server would block
	if !told {
		said <- last
	}
}

// stop ends the server, and waits for that.
func (s *serverProcess) stop() {
	s.cmd.Process.Signal(os.Interrupt) // fails if it has ended
	select {
	case <-s.exited:
	case <-time.After(stopTimeout):
		s.cmd.Process.Kill()
		<-s.exited
	}
}
