package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"drawmesh/internal/confine"
	"drawmesh/peer/loadtest"
)

// loadGrace is how long the process of a load test may take to end that was told
// to: bots converge and leave, and teardown comes after.
const loadGrace = 90 * time.Second

// confined lets the whole load test go on in a process that has limits.
func (c *loadCommand) confined(ctx context.Context, u *ui, out *loadOutput) (*loadtest.Report, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := &loadHearing{u: u, of: c, out: out, stop: func() {}}
	err = confine.Run(ctx, exec.Command(self, performLoadArg), loadJob{c.args, c.Seed}, loadGrace, h.hear)
	h.stop()
	if h.end == nil {
		if err == nil {
			err = errors.New("nothing says why")
		}
		err = fmt.Errorf("%s was ended: %w%s", c.Script, err, memoryHint(err, c.Memory))
		return h.remains(err), err
	}
	if h.end.Text != "" {
		h.stack(h.end.Stack)
		err = errors.New(h.end.Text)
		if h.end.Misused {
			err = usageError{err}
		}
	}
	if h.report == nil && err != nil {
		return h.remains(err), err
	}
	return h.report, err
}

// A loadHearing hears what the load test's process tells. It belongs to the
// goroutine that does, until that has ended, but for what its mutex guards.
type loadHearing struct {
	u      *ui
	of     *loadCommand
	out    *loadOutput
	stop   func() // ends what shows the run
	pieces []byte // of a report, so far
	failed int    // bots, by the program
	report *loadtest.Report
	end    *loadNews

	mu       sync.Mutex
	status   loadtest.Status
	snapshot *loadtest.Report
}

// Status is as the process told last: measurement.
func (h *loadHearing) Status() loadtest.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.status
}

// Snapshot is what the process told last, nil if it has not yet: measurement.
func (h *loadHearing) Snapshot() *loadtest.Report {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.snapshot
}

// remains is what was known of a run that failed.
func (h *loadHearing) remains(err error) *loadtest.Report {
	last := h.Snapshot()
	if last == nil {
		return nil
	}
	rep := *last // which others may be looking at
	rep.Ended, rep.Remarks = "failed", append(slices.Clip(rep.Remarks), err.Error())
	return &rep
}

func (h *loadHearing) hear(text []byte) {
	var news loadNews
	if err := json.Unmarshal(text, &news); err != nil {
		h.u.warn("the bots' process says what is no line of its: %v", err)
		return
	}
	switch news.Type {
	case "line":
		h.u.line("", news.Text)
	case "log":
		h.u.say("%s: %s", news.Bot, news.Text)
	case "failure":
		h.failure(news)
	case "begin":
		h.stop = h.of.watch(h.u, h)
	case "over":
		h.stop()
	case "status":
		h.mu.Lock()
		defer h.mu.Unlock()
		h.status = *news.Status
	case "snapshot", "report":
		h.pieces = append(h.pieces, news.Piece...)
		if !news.More {
			h.whole(news.Type)
		}
	case "end":
		h.end = &news
	}
}

// whole takes a report of which all pieces have come.
func (h *loadHearing) whole(kind string) {
	rep, err := loadtest.Read(bytes.NewReader(h.pieces))
	h.pieces = h.pieces[:0]
	if err != nil {
		h.u.warn("the bots' process: %v", err)
		return
	}
	if kind == "report" {
		h.report = rep
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.snapshot = rep
}

// failure logs what went wrong, and tells of the first bots that the program has
// failed.
func (h *loadHearing) failure(news loadNews) {
	h.out.log.write(*news.Failure)
	if news.Failure.What != "bot" {
		return
	}
	if h.failed++; h.failed <= maxFailures {
		h.u.warn("bot %s: %s", news.Failure.Bot, news.Failure.Cause)
		h.stack(news.Stack)
	}
}

// stack says where in the program something failed, the innermost call last.
func (h *loadHearing) stack(calls []string) {
	if len(calls) < 2 {
		return // the message says that
	}
	for _, call := range calls {
		h.u.detail("  at %s", call)
	}
}
