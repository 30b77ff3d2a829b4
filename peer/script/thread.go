package script

import (
	"cmp"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.starlark.net/starlark"
)

// Bounds on what a program does between two waits. The times are long for a
// program and short for a room: a machine that has much else to do is no fault
// of the program's.
const (
	busyTime  = 100 * time.Millisecond // from then on it is counted
	stuckTime = 5 * time.Second        // from then on it is ended
	maxDepth  = 2000                   // calls
	stepsEach = 1000                   // between two looks at the depth
)

// ErrBusy means that a program did not wait for too long.
var ErrBusy = fmt.Errorf("busy for %v without waiting: call sleep, pace or next now and then", stuckTime)

var errDeep = fmt.Errorf("more than %d calls deep", maxDepth)

// A host is what a program's functions find behind its thread.
type host struct {
	log    func(line string)
	random *random
	bot    *bot // nil in none of a bot's functions

	loading *Program // that it is to be; nil if it has been loaded

	limits limits
	spent  func(time.Duration) // hears how long a slice took; nil does not
	busy   func()              // a slice has become long; nil hears nothing
	stuck  func()              // and could not be ended; nil hears nothing
}

// limits are those of a slice. Zero values mean the constants; tests have others.
type limits struct{ busy, stuck time.Duration }

func (l limits) withDefaults() limits {
	return limits{cmp.Or(l.busy, busyTime), cmp.Or(l.stuck, stuckTime)}
}

const hostKey = "host"

func hostOf(t *starlark.Thread) *host { return t.Local(hostKey).(*host) }

// A thread runs a program in slices: the times between two waits.
type thread struct {
	*starlark.Thread
	host  *host
	cause atomic.Pointer[error] // why it was ended

	mu     sync.Mutex
	slice  int         // counts them; a pause begins the next
	began  time.Time   // when the slice did
	timer  *time.Timer // of the slice
	strike int         // how often it has gone off
}

func newThread(name string, h *host) *thread {
	h.limits = h.limits.withDefaults()
	t := &thread{Thread: &starlark.Thread{Name: name}, host: h}
	t.Print = func(_ *starlark.Thread, line string) { h.log(line) }
	t.Load = func(*starlark.Thread, string) (starlark.StringDict, error) {
		return nil, errors.New("a program is one file")
	}
	t.SetLocal(hostKey, h)
	t.SetMaxExecutionSteps(stepsEach)
	t.OnMaxSteps = func(s *starlark.Thread) {
		s.SetMaxExecutionSteps(s.ExecutionSteps() + stepsEach)
		if s.CallStackDepth() > maxDepth {
			t.end(errDeep)
		}
	}
	return t
}

// end ends the program, which a function that is at work may delay.
func (t *thread) end(cause error) {
	t.cause.CompareAndSwap(nil, &cause)
	t.Cancel(cause.Error())
}

// run runs do as the program's first slice, and says where it failed.
func (t *thread) run(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	t.resume()
	defer t.pause()
	err = failure(do())
	var located *Error
	if cause := t.cause.Load(); cause != nil && errors.As(err, &located) {
		located.Cause = *cause
	}
	return err
}

// pause ends a slice: the program waits.
func (t *thread) pause() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.timer.Stop()
	t.slice++
	t.strike = 0
	if t.host.spent != nil {
		t.host.spent(time.Since(t.began))
	}
}

// resume begins a slice.
func (t *thread) resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.began = time.Now()
	slice := t.slice
	t.timer = time.AfterFunc(t.host.limits.busy, func() { t.overdue(slice) })
}

// overdue counts a long slice, ends it later, and says so if that has not helped.
func (t *thread) overdue(slice int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.slice != slice {
		return // it has waited since
	}
	t.strike++
	tell := func() {}
	switch t.strike {
	case 1:
		tell = t.host.busy
		t.timer.Reset(t.host.limits.stuck - t.host.limits.busy)
	case 2:
		t.end(ErrBusy)
		t.timer.Reset(t.host.limits.stuck)
	case 3:
		tell = t.host.stuck
	}
	if tell != nil {
		tell()
	}
}
