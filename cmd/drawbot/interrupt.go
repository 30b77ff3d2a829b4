package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"drawmesh/internal/atomicfile"
)

// A stopped is the cause with which a context ends that a signal has ended.
type stopped struct{ signal syscall.Signal }

func (s stopped) Error() string { return s.signal.String() }

// untilSignal is a context that ends at the first signal to end. A second one
// ends the program at once: only what it has not finished writing goes with it.
func untilSignal() context.Context {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP) // the terminal is gone
	}
	came := make(chan os.Signal, 1)
	signal.Notify(came, signals...)
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		cancel(stopped{(<-came).(syscall.Signal)})
		again := (<-came).(syscall.Signal)
		atomicfile.Abandon()
		signal.Reset(signals...)
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Signal(again)
		}
		time.Sleep(time.Second) // more than that takes
		os.Exit(exitSignal + int(again))
	}()
	return ctx
}

// interrupted is how a command ends that was stopped before it had done what it
// is for. It says what was done, and what was not.
func interrupted(ctx context.Context, format string, args ...any) error {
	number := syscall.SIGINT
	if s := (stopped{}); errors.As(context.Cause(ctx), &s) {
		number = s.signal
	}
	return &statusError{exitSignal + int(number), fmt.Errorf("interrupted: "+format, args...)}
}

// orInterrupted is err, unless ctx has ended: then err is only how that showed.
func orInterrupted(ctx context.Context, err error, format string, args ...any) error {
	if err != nil && ctx.Err() != nil {
		return interrupted(ctx, format, args...)
	}
	return err
}

// outlasting is a context that ends closeTimeout after ctx: to deliver what was
// drawn by then.
func outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	last, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(closeTimeout, cancel) })
	return last, func() {
		stop()
		cancel()
	}
}

// readWhole reads what open opens to its end, or until ctx ends: standard input and
// pipes cannot be told to stop, so whoever waits for them has to.
func readWhole(ctx context.Context, open func() (io.ReadCloser, error)) ([]byte, error) {
	return awaited(ctx, func() ([]byte, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return io.ReadAll(r)
	})
}

// awaited is what do returns, or the end of ctx if that comes first. Then do is
// left to itself.
func awaited[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
}
