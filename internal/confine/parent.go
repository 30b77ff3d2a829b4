package confine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	maxLine = 1 << 20  // bytes of a child's
	maxSaid = 64 << 10 // bytes kept of its standard error, from the beginning
)

// Why a child has died.
var (
	ErrMemory = errors.New("it needed more memory than it may have")
	ErrStack  = errors.New("its calls or its data are nested too deeply")
	ErrKilled = errors.New("it was killed, as systems do that run out of memory")
)

// Run starts a child and gives it a job, which it reads with [Job]. It calls hear
// with each line that the child tells, and returns when the child has ended: nil
// if it did so by itself. When ctx ends the child is to end, and when that takes
// longer than grace, it is killed.
func Run(ctx context.Context, cmd *exec.Cmd, job any, grace time.Duration, hear func(line []byte)) error {
	text, err := json.Marshal(job)
	if err != nil {
		return err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	said := &head{left: maxSaid}
	cmd.Stderr = said
	cmd.WaitDelay = time.Second // if it has children that hold its output
	if err := cmd.Start(); err != nil {
		return err
	}
	kill := sync.OnceFunc(func() { _ = cmd.Process.Kill() }) // which may have ended
	defer kill()
	ended := make(chan struct{})
	var tasks sync.WaitGroup
	tasks.Go(func() {
		defer in.Close()
		if _, err := in.Write(append(text, '\n')); err != nil {
			return // it has ended, and Wait says why
		}
		select {
		case <-ctx.Done():
		case <-ended:
		}
	})
	tasks.Go(func() {
		select {
		case <-ctx.Done():
		case <-ended:
			return
		}
		select {
		case <-time.After(grace):
			kill()
		case <-ended:
		}
	})
	lineErr := readLines(out, hear)
	if lineErr != nil {
		kill()
	}
	err = cmd.Wait()
	close(ended)
	tasks.Wait()
	if lineErr != nil {
		return lineErr
	}
	return death(err, said.text())
}

// readLines reads lines to the end.
func readLines(r io.Reader, hear func([]byte)) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		hear(lines.Bytes())
	}
	return lines.Err()
}

// death is why a child ended as it did, by what it said of that.
func death(err error, said string) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	status, _ := exit.Sys().(syscall.WaitStatus)
	switch {
	case strings.Contains(said, "stack overflow"), strings.Contains(said, "stack exceeds"):
		return ErrStack
	case strings.Contains(said, "out of memory"), strings.Contains(said, "cannot allocate memory"), strings.Contains(said, "failed to create new OS thread"):
		return ErrMemory
	case status.Signaled() && status.Signal() == syscall.SIGKILL:
		return ErrKilled
	}
	first, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	return fmt.Errorf("%w: %s", err, first)
}

// A head keeps the beginning of what is written. Its mutex guards it.
type head struct {
	mu   sync.Mutex
	kept bytes.Buffer
	left int
}

func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := min(len(p), h.left)
	h.kept.Write(p[:n])
	h.left -= n
	return len(p), nil
}

func (h *head) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept.String()
}
