package main

import (
	"fmt"
	"strconv"
	"time"
)

// pingTime is a little more than the time between two pings on a stream.
const pingTime = 12 * time.Second

// idling is what streams take on which nothing happens.
type idling struct {
	streams int
	memory  float64 // bytes, of the whole server
	each    float64 // bytes
	core    float64
}

func measureIdle(binary string, counts []int, each time.Duration) (all []idling, err error) {
	s, err := startServer(binary)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	before, err := s.memory()
	if err != nil {
		return nil, err
	}
	var peers []*peer
	defer func() {
		for _, p := range peers {
			p.close()
		}
	}()
	for _, n := range counts {
		for len(peers) < n {
			p, err := newPeer(s, "idle"+strconv.Itoa(len(peers)))
			if err != nil {
				return nil, err
			}
			peers = append(peers, p)
			if err := p.connect(); err != nil {
				return nil, fmt.Errorf("stream %d: %w", len(peers), err)
			}
			p.events = nil // it is for the system to keep
		}
		time.Sleep(pingTime) // each has had a ping
		span, err := s.begin()
		if err != nil {
			return nil, err
		}
		time.Sleep(max(each, pingTime)) // and another one
		m := idling{streams: n}
		if m.core, _, err = span.core(); err != nil {
			return nil, err
		}
		if m.memory, err = s.memory(); err != nil {
			return nil, err
		}
		m.each = (m.memory - before) / float64(n)
		all = append(all, m)
	}
	return all, nil
}
