package main

import "sync"

// each calls do for every one of list, at the same time, and returns the first
// error.
func each[T any](list []T, do func(T) error) error {
	errs := make(chan error, len(list))
	var running sync.WaitGroup
	for _, one := range list {
		running.Go(func() {
			if err := do(one); err != nil {
				errs <- err
			}
		})
	}
	running.Wait()
	close(errs)
	return <-errs
}
