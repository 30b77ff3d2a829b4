// Package confine runs code that may do anything with its memory and its time in
// a process of its own: a child that has a limit, is told what to do by one line
// of JSON, and tells what comes of it by others. It ends with its parent, however
// that ends.
//
//	parent: Run ── job ──► stdin, which stays open until the child is to end
//	               ◄── lines ── stdout
//	                      stderr: why it has died
//
// What is no code of ours, a shell command, is not limited: it can only be ended,
// with all that it has started. That is what [Start] and [Guard] are for.
package confine

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
)

// maxStack bounds the stack of a goroutine, in bytes. It is much more than any
// sane call needs, and ends an endless one before it has taken all memory.
const maxStack = 64 << 20

// ErrUnlimited means that this system cannot limit a process's memory.
var ErrUnlimited = errors.New("this system has no limit for the memory of a process")

// A Limit bounds what memory a process takes. It cannot be undone, and is raised
// by code of ours only.
type Limit struct{ base int64 } // bytes of addresses, those of the program itself

// NewLimit bounds what memory the process takes from now on, in bytes. What it has
// already, the program itself, does not count.
func NewLimit(bytes int64) (*Limit, error) {
	debug.SetMaxStack(maxStack)
	base, err := addresses()
	l := &Limit{base}
	return l, cmp.Or(l.Set(bytes), err)
}

// Set sets another bound, which counts from when the first was set.
func (l *Limit) Set(bytes int64) error {
	debug.SetMemoryLimit(bytes - bytes/8) // collect garbage harder before there is no more
	return limitAddresses(l.base + bytes)
}

// Job reads what the child is to do into job. The context ends when the parent
// says so, or is gone. Signals that end programs are ignored, for a terminal sends
// them to parent and child, and it is the parent's to decide.
func Job(in io.Reader, job any) (context.Context, error) {
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	lines := bufio.NewReader(in)
	text, err := lines.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(text, job)
	}
	if err != nil {
		return nil, fmt.Errorf("job: %w", err)
	}
	ctx, end := context.WithCancel(context.Background())
	go func() {
		defer end()
		_, _ = io.Copy(io.Discard, lines) // to its end, whatever that is
	}()
	return ctx, nil
}

// A Teller sends lines to the parent. Methods may be called concurrently.
type Teller struct {
	mu  sync.Mutex
	out *json.Encoder
}

// NewTeller returns a Teller whose lines go to w.
func NewTeller(w io.Writer) *Teller { return &Teller{out: json.NewEncoder(w)} }

// Tell sends one line. If the parent is gone, so is whoever would read it.
func (t *Teller) Tell(line any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_ = t.out.Encode(line)
}
