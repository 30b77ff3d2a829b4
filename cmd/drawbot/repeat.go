package main

import (
	"sync"
	"time"
)

// repeat calls do again and again, so far apart, until it is stopped, which returns
// when do is over. Stopping twice is harmless.
func repeat(apart time.Duration, do func()) (stop func()) {
	end := make(chan struct{})
	var task sync.WaitGroup
	task.Go(func() {
		tick := time.NewTicker(apart)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
				do()
			}
		}
	})
	return sync.OnceFunc(func() {
		close(end)
		task.Wait()
	})
}
