package loadtest

import (
	"context"
	"slices"
	"sync"
	"time"
)

// guardTick is how often thresholds are looked at that can abort a run.
const guardTick = time.Second

// An aborted is why a run ends before its time. Methods may be called
// concurrently.
type aborted struct {
	mu  sync.Mutex
	why *Verdict // the first
	now chan struct{}
}

func newAborted() aborted { return aborted{now: make(chan struct{})} }

// abort ends the run, as Ctrl-C does.
func (r *Run) abort(why Verdict) {
	r.aborted.mu.Lock()
	defer r.aborted.mu.Unlock()
	if r.aborted.why == nil {
		r.aborted.why = &why
		close(r.aborted.now)
	}
}

// reason is why the run was aborted, nil if it was not.
func (a *aborted) reason() *Verdict {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.why
}

// guard calls end when the run is aborted: by a bot, or by a threshold that is
// missed while bots draw. It returns what ends that.
func (r *Run) guard(ctx context.Context, end func()) (stop func()) {
	watched := slices.DeleteFunc(slices.Clone(r.cfg.Thresholds), func(t Threshold) bool { return !t.abort })
	ctx, cancel := context.WithCancel(ctx)
	var task sync.WaitGroup
	task.Go(func() {
		tick := time.NewTicker(guardTick)
		defer tick.Stop()
		for {
			select {
			case <-r.aborted.now:
				end()
				return
			case <-tick.C:
				if len(watched) > 0 && r.isDrawing() {
					r.look(watched)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		cancel()
		task.Wait()
	}
}

// look aborts the run if one of the thresholds is missed by what is known so far.
func (r *Run) look(thresholds []Threshold) {
	now := r.Snapshot()
	for _, t := range thresholds {
		if _, known := now.value(t.of); !known {
			continue // there is nothing yet
		}
		if v := t.check(now); !v.Met {
			r.abort(v)
			return
		}
	}
}
