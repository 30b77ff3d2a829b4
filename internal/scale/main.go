// Scale measures what one server holds: event streams on which nothing happens,
// relayed messages and joins, until it is saturated; and what a message to another
// server's peer takes. It prints tables, and draws them.
//
//	go run ./internal/scale -server bin/drawmesh-server -svg docs/scale.svg
//
// The server is a process of its own that may use one core; what loads it takes the
// others. So the processor's time is what to compare: rates also show how busy the
// machine is.
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	binary := flag.String("server", "bin/drawmesh-server", "the server to measure")
	svg := flag.String("svg", "", "draw the figures into this file")
	streams := flag.String("streams", "1000,2000,5000,10000,15000", "how many idle streams")
	rates := flag.String("relays", "500,1000,2000,4000,6000,8000,12000", "how many relays a second are asked for")
	each := flag.Duration("for", 10*time.Second, "how long each is measured")
	redis := flag.String("redis", "", "a Redis that two servers may share, such as redis://localhost:6379; without, that is not measured")
	flag.Parse()
	if err := run(*binary, *svg, *redis, numbers(*streams), numbers(*rates), *each); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func numbers(list string) (all []int) {
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			fmt.Fprintf(os.Stderr, "scale: %q is no list of numbers such as 1000,2000\n", list)
			os.Exit(2)
		}
		all = append(all, n)
	}
	return all
}

func run(binary, svg, redis string, streams, rates []int, each time.Duration) error {
	idle, err := measureIdle(binary, streams, each)
	if err != nil {
		return fmt.Errorf("idle streams: %w", err)
	}
	fmt.Println("| idle streams | memory, MB | KB a stream | of a core |\n|--:|--:|--:|--:|")
	for _, m := range idle {
		fmt.Printf("| %d | %.0f | %.1f | %.1f %% |\n", m.streams, m.memory/1e6, m.each/1e3, 100*m.core)
	}
	relays, err := measureRelays(binary, rates, each)
	if err != nil {
		return fmt.Errorf("relays: %w", err)
	}
	fmt.Println("\n| relays a second asked for | passed on | half within, ms | 99 % within, ms | of a core | µs each |\n|--:|--:|--:|--:|--:|--:|")
	for _, m := range relays {
		fmt.Printf("| %d | %.0f | %.1f | %.1f | %.0f %% | %.0f |\n", m.asked, m.passed, ms(m.half), ms(m.slow), 100*m.core, 1e6*m.core/m.passed)
	}
	fmt.Println("\n| joins at a time | joins a second | of a core | ms each |\n|--:|--:|--:|--:|")
	for _, at := range []int{1, 4, 16} {
		m, err := measureJoins(binary, at, each)
		if err != nil {
			return fmt.Errorf("joins: %w", err)
		}
		fmt.Printf("| %d | %.0f | %.0f %% | %.2f |\n", at, m.rate, 100*m.core, 1e3*m.core/m.rate)
	}
	if redis != "" {
		if err := printBus(binary, redis, each); err != nil {
			return fmt.Errorf("two servers: %w", err)
		}
	}
	if svg == "" {
		return nil
	}
	return os.WriteFile(svg, []byte(draw(idle, relays)), 0o666)
}

func ms(d time.Duration) float64 { return d.Seconds() * 1e3 }
