package main

import (
	"fmt"
	"sync"
	"time"
)

// joining is what joins take.
type joining struct {
	rate float64 // a second
	core float64
}

// perRoom is how many peers a room comes to have.
const perRoom = 8

// measureJoins lets peers get a token, open a stream and join, so many at a time, each
// into a room of its own that fills, and is left by all.
func measureJoins(binary string, at int, lasts time.Duration) (m joining, err error) {
	s, err := startServer(binary)
	if err != nil {
		return m, err
	}
	defer s.stop()
	return joinAt(s, at, lasts)
}

func joinAt(s *server, at int, lasts time.Duration) (m joining, err error) {
	span, err := s.begin()
	if err != nil {
		return m, err
	}
	var mu sync.Mutex
	var failed error
	joins := 0
	var all sync.WaitGroup
	end := time.Now().Add(lasts)
	for w := range at {
		all.Go(func() {
			n, err := joinUntil(s, w, end)
			mu.Lock()
			defer mu.Unlock()
			if joins += n; err != nil {
				failed = err
			}
		})
	}
	all.Wait()
	core, took, err := span.core()
	if err == nil {
		err = failed
	}
	return joining{float64(joins) / took.Seconds(), core}, err
}

func joinUntil(s *server, worker int, end time.Time) (joins int, err error) {
	for n := 0; time.Now().Before(end); n++ {
		room := fmt.Sprintf("r%d-%d", worker, n)
		var peers []*peer
		for i := range perRoom {
			p := &peer{server: s, id: fmt.Sprint("p", i), address: anyAddress()}
			if peers = append(peers, p); err == nil {
				err = p.enter(room)
			}
			for range i { // it hears of each who was there
				if err == nil {
					_, err = p.hear("add-peer")
				}
			}
			if err == nil {
				joins++
			}
		}
		for _, p := range peers {
			p.close()
		}
		if err != nil {
			return joins, err
		}
	}
	return joins, nil
}
