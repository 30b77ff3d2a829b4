package main

import (
	"context"
	"errors"
	"fmt"

	"drawmesh/signaling/redis"
)

// bus is what joins this server with others. One that is out of reach may come
// later, as after a power failure; one that will not do is an error now.
func (c *config) bus(ctx context.Context, secret []byte, say func(format string, args ...any)) (*redis.Bus, error) {
	bus, err := redis.New(c.Redis, secret)
	if err != nil {
		return nil, usageError{fmt.Errorf("--redis: %w", err)}
	}
	err = bus.Check(ctx)
	if errors.Is(err, redis.ErrOutOfReach) {
		say("--redis: %v; until it answers, rooms are this server's own", err)
	} else if err != nil {
		bus.Close()
		return nil, fmt.Errorf("--redis: %w", err)
	}
	return bus, nil
}
