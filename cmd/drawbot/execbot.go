package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"drawmesh/internal/confine"
	"drawmesh/peer"
	"drawmesh/peer/script"
)

// guardArg makes the program the guard of a bot's command, which follows.
const guardArg = "guard-command"

// askTime is how long a bot's program may take to end when its standard input has
// ended. Then it is ended, with all that it has started.
const askTime = 2 * time.Second

// An execBot is a bot that is a program in any language: a process that hears and
// draws as with drawbot join, and besides says what it measures.
type execBot struct {
	command string                 // of a shell
	server  string                 // its address
	say     func(bot, line string) // hears its standard error
	warn    func(format string, args ...any)
}

// run runs a process, until it ends or ctx does.
func (b *execBot) run(ctx context.Context, p *peer.Peer, m script.Measures) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var files pipes
	defer files.close()
	in, events := files.open()
	lines, out := files.open()
	said, stderr := files.open()
	if files.err != nil {
		return files.err
	}
	process, err := confine.Start(self, []string{guardArg}, b.command, in, out, stderr)
	if err != nil {
		return err
	}
	for _, theirs := range []*os.File{in, out, stderr} {
		_ = theirs.Close()
	}

	talk, cancel := context.WithCancel(ctx)
	warn := func(format string, args ...any) { b.warn(p.Name()+": "+format, args...) }
	records := newRecordWriter(heedless{events})
	wrong := func(err error) {
		warn("its output: %v", err)
		records.write(inputError(err))
	}
	c := &conversation{p, b.server + "/" + p.Room(), newObservations(lines, m, wrong), "its output", records, nil, warn, make(chan struct{})}
	last := ""
	var tasks, reading sync.WaitGroup
	tasks.Go(func() { _ = c.hold(talk) }) // how it ends, the process tells
	reading.Go(func() {
		for last = range shortLines(said) {
			b.say(p.Name(), last)
		}
	})
	err = b.await(ctx, process, events)
	patiently(reading.Wait) // what has got away from us may hold its standard error
	select {
	case <-c.said:
	case <-ctx.Done():
	}
	cancel()
	files.close()
	reading.Wait()
	tasks.Wait()
	return b.outcome(err, last)
}

// await waits for a process to end, or ends it when ctx does.
func (b *execBot) await(ctx context.Context, process *confine.Guarded, in io.Closer) error {
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	_ = in.Close()
	limit := time.NewTimer(askTime)
	defer limit.Stop()
	select {
	case <-ended:
	case <-limit.C:
		process.End()
		<-ended
	}
	return nil // it was told to end
}

// outcome is how a process has failed, with what it said last.
func (b *execBot) outcome(err error, last string) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	how := fmt.Sprintf("exit status %d", exit.ExitCode())
	if n := exit.ExitCode(); n > exitSignal {
		how = syscall.Signal(n - exitSignal).String()
	}
	return fmt.Errorf("%s: %s: %s", b.command, how, cmp.Or(last, "it said nothing of why"))
}

// Pipes are several, that are closed together.
type pipes struct {
	files []*os.File
	err   error // why one could not be opened
}

func (p *pipes) open() (r, w *os.File) {
	r, w, err := os.Pipe()
	if err != nil {
		p.err = err
		return nil, nil
	}
	p.files = append(p.files, r, w)
	return r, w
}

// close closes those that are still open.
func (p *pipes) close() {
	for _, f := range p.files {
		_ = f.Close()
	}
}

// A heedless writer does not mind if nobody reads any more.
type heedless struct{ io.Writer }

func (h heedless) Write(p []byte) (int, error) {
	_, _ = h.Writer.Write(p)
	return len(p), nil
}
