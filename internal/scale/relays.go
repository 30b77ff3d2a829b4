package main

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// relaying is what became of relays that were asked for.
type relaying struct {
	asked      int // a second
	passed     float64
	half, slow time.Duration // 50 and 99 % took no longer
	core       float64
}

func measureRelays(binary string, rates []int, each time.Duration) (all []relaying, err error) {
	for _, rate := range rates {
		s, err := startServer(binary)
		if err != nil {
			return nil, err
		}
		m, err := relayAt(s, s, rate, each)
		s.stop()
		if err != nil {
			return nil, err
		}
		all = append(all, m.relaying)
	}
	return all, nil
}

// perSender is so little that a sender, who waits for each answer, is not what is slow.
const perSender = 25

type relayed struct {
	relaying
	hearing float64 // of a core, of the receivers' server
}

// relayAt has peers at one server send so many messages a second to peers at another.
func relayAt(from, to *server, rate int, lasts time.Duration) (m relayed, err error) {
	pairs := max(8, rate/perSender)
	var senders, receivers []*peer
	defer func() {
		for _, p := range append(senders, receivers...) {
			p.close()
		}
	}()
	for i := range pairs {
		room := "room" + strconv.Itoa(i)
		sender, err := inRoom(from, fmt.Sprint("from", i), room)
		if err != nil {
			return m, err
		}
		senders = append(senders, sender)
		receiver, err := inRoom(to, fmt.Sprint("to", i), room)
		if err != nil {
			return m, err
		}
		receivers = append(receivers, receiver)
		for _, p := range []*peer{sender, receiver} {
			if _, err := p.hear("add-peer"); err != nil {
				return m, err
			}
		}
	}
	took, err := exchange(senders, receivers, rate, lasts, &m, from, to)
	if err != nil {
		return m, err
	}
	slices.Sort(took)
	m.asked = rate
	m.half, m.slow = took[len(took)/2], took[len(took)*99/100]
	return m, nil
}

// inRoom is a peer in a room.
func inRoom(s *server, id, room string) (*peer, error) {
	p, err := newPeer(s, id)
	if err == nil {
		err = p.connect()
	}
	if err == nil {
		_, err = p.post("/"+room+"/join", "")
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	return p, nil
}

// exchange lets each sender send, at its times, and returns how long each message took
// from when it was due.
func exchange(senders, receivers []*peer, rate int, lasts time.Duration, m *relayed, from, to *server) ([]time.Duration, error) {
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var hearing, sending sync.WaitGroup
	start := time.Now().Add(100 * time.Millisecond)
	for _, p := range receivers {
		hearing.Go(func() {
			var own []time.Duration
			for {
				line, err := p.hear("wave")
				if err != nil {
					break // closed
				}
				due, ok := dueOf(line)
				if ok {
					own = append(own, time.Since(start)-due)
				}
			}
			mu.Lock()
			took = append(took, own...)
			mu.Unlock()
		})
	}
	here, err := from.begin()
	if err != nil {
		return nil, err
	}
	there, err := to.begin()
	if err != nil {
		return nil, err
	}
	interval := time.Duration(len(senders)) * time.Second / time.Duration(rate)
	for i, p := range senders {
		sending.Go(func() {
			for due := interval * time.Duration(i) / time.Duration(len(senders)); due < lasts; due += interval {
				time.Sleep(time.Until(start.Add(due)))
				if time.Since(start) > lasts+time.Second {
					return // it cannot keep up
				}
				if _, err := p.post("/relay/"+receivers[i].id+"/wave", message(due)); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
			}
		})
	}
	sending.Wait()
	over := time.Since(start)
	if m.core, _, err = here.core(); err != nil {
		return nil, err
	}
	if m.hearing, _, err = there.core(); err != nil {
		return nil, err
	}
	time.Sleep(200 * time.Millisecond) // the last ones are on their way
	for _, p := range receivers {
		p.stream.Close()
	}
	hearing.Wait()
	if failed != nil || len(took) == 0 {
		return nil, fmt.Errorf("%d messages came: %w", len(took), failed)
	}
	m.passed = float64(len(took)) / over.Seconds()
	return took, nil
}
