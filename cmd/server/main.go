// Drawmesh-server serves the drawing page and introduces the peers of each room to one
// another. No stroke passes through it.
//
// Standard error tells people what it does, one line each. Once it listens it
// says, in words that programs may rely on,
//
//	drawmesh: open http://localhost:8081/
//
// with the port it really has, also when it was asked for port 0.
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
	exitDone    = 0 // Ctrl-C included
	exitFailed  = 1
	exitMisused = 2
)

// env is what the server may touch of its process, so that tests can lend it
// another.
type env struct {
	out, err io.Writer
}

// A usageError is a mistake in the command line or the environment.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second Ctrl-C ends the program at once
	os.Exit(run(ctx, env{os.Stdout, os.Stderr}, os.Args[1:]))
}

// run is main with its surroundings lent. It serves until ctx is canceled, and
// returns the exit status.
func run(ctx context.Context, e env, args []string) int {
	conf, err := parse(e.out, args)
	if err == nil && conf != nil {
		err = serve(ctx, e, conf)
	}
	if err == nil {
		return exitDone
	}
	fmt.Fprintf(e.err, "drawmesh: %v\n", err)
	if errors.As(err, new(usageError)) {
		fmt.Fprintln(e.err, "Try: drawmesh-server --help")
		return exitMisused
	}
	return exitFailed
}
