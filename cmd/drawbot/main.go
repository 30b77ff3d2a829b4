// Drawbot takes part in drawing rooms from the command line: it draws, it
// records, and it lets a program in any language do both.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// env is what a command may touch of its process, so that tests can lend it
// another.
type env struct {
	in       io.Reader
	out, err io.Writer
}

// A command is what the command line asks for.
type command interface {
	// run does it. When ctx ends, what is meant to be ended so has been done:
	// Ctrl-C is how a person says that it is enough. All else is interrupted.
	run(ctx context.Context, e env, u *ui) error

	// examples end the command's help.
	examples() string
}

// A usageError is a mistake in the command line.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// A statusError ends the program with a status of its own.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// A pipeline is standard output, whose reader may stop.
type pipeline struct{ io.Writer }

func (p pipeline) Write(b []byte) (int, error) {
	n, err := p.Writer.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		err = &statusError{exitPipe, syscall.EPIPE}
	}
	return n, err
}

// misused is fmt.Errorf for mistakes in the command line.
func misused(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

func main() {
	signal.Ignore(syscall.SIGPIPE) // so that what is under way ends as it should
	if len(os.Args) == 2 && os.Args[1] == performArg {
		perform(os.Stdin, os.Stdout)
		return
	}
	os.Exit(run(untilSignal(), env{os.Stdin, pipeline{os.Stdout}, os.Stderr}, os.Args[1:]))
}

// run is main with its surroundings lent. It returns the exit status.
func run(ctx context.Context, e env, args []string) int {
	u := newUI(e.err)
	cmd, name, err := parse(e.out, args)
	if err == nil && cmd != nil {
		err = cmd.run(ctx, e, u)
	}
	if err != nil {
		u.fail(err)
	}
	status := statusOf(err)
	if status == exitMisused {
		u.detail("Try: %s --help", name)
	}
	return status
}

// statusOf is the exit status of a command that ends with err.
func statusOf(err error) int {
	var status *statusError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &status):
		return status.status
	case errors.As(err, new(usageError)):
		return exitMisused
	}
	return exitFailed
}
