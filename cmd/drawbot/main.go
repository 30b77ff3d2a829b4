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

// The exit statuses.
const (
	exitDone       = 0 // Ctrl-C included
	exitFailed     = 1
	exitMisused    = 2
	exitMissed     = 3 // load: a threshold
	exitAlone      = 4 // snap: nobody is there to ask
	exitIncomplete = 5 // snap: what was written may lack something
)

// env is what a command may touch of its process, so that tests can lend it
// another.
type env struct {
	in       io.Reader
	out, err io.Writer
}

// A command is what the command line asks for.
type command interface {
	// run does it. It returns nil when ctx is canceled: Ctrl-C is how a
	// person says that it is enough.
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

// misused is fmt.Errorf for mistakes in the command line.
func misused(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second Ctrl-C ends the program at once
	os.Exit(run(ctx, env{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// run is main with its surroundings lent. It returns the exit status.
func run(ctx context.Context, e env, args []string) int {
	u := newUI(e.err)
	cmd, name, err := parse(e.out, args)
	if err == nil && cmd != nil {
		err = cmd.run(ctx, e, u)
	}
	var status *statusError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &status):
		u.fail(err)
		return status.status
	case errors.As(err, new(usageError)):
		u.fail(err)
		u.say("Try: %s --help", name)
		return exitMisused
	default:
		u.fail(err)
		return exitFailed
	}
}
