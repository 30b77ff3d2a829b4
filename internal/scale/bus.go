package main

import (
	"fmt"
	"time"
)

// printBus measures what peers at two servers that share a Redis cost: messages from one
// to the other, and joins at one, of which the other is told.
func printBus(binary, redis string, each time.Duration) error {
	fmt.Println("\n| relays a second to another server | passed on | half within, ms | 99 % within, ms | sender's server, µs | receiver's, µs |\n|--:|--:|--:|--:|--:|--:|")
	for _, rate := range []int{500, 1000, 2000} {
		err := withTwo(binary, redis, func(one, other *server) error {
			m, err := relayAt(one, other, rate, each)
			if err == nil {
				fmt.Printf("| %d | %.0f | %.1f | %.1f | %.0f | %.0f |\n", rate, m.passed, ms(m.half), ms(m.slow), 1e6*m.core/m.passed, 1e6*m.hearing/m.passed)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return withTwo(binary, redis, func(one, other *server) error {
		told, err := other.begin()
		if err != nil {
			return err
		}
		m, err := joinAt(one, 4, each)
		if err != nil {
			return err
		}
		core, _, err := told.core()
		if err == nil {
			fmt.Printf("\n%.0f joins a second at one server, which took %.2f ms of its processor each, and %.0f µs of the other's.\n", m.rate, 1e3*m.core/m.rate, 1e6*core/m.rate)
		}
		return err
	})
}

// withTwo lets something be measured of two servers that know each other.
func withTwo(binary, redis string, measure func(one, other *server) error) error {
	one, err := startServer(binary, "--redis="+redis)
	if err != nil {
		return err
	}
	defer one.stop()
	other, err := startServer(binary, "--redis="+redis)
	if err != nil {
		return err
	}
	defer other.stop()
	time.Sleep(2 * time.Second) // the second one has told the first of itself
	return measure(one, other)
}
