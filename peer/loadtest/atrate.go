package loadtest

import (
	"context"
	"math/rand/v2"
	"time"

	"drawmesh/internal/fault"
)

// atRate calls do so many times a second, at random times as independent events
// come, until ctx is done.
func atRate(ctx context.Context, perSecond float64, random *rand.Rand, do func()) {
	start := time.Now()
	for due := range fault.Times(perSecond, random) {
		select {
		case <-time.After(time.Until(start.Add(due))):
			do()
		case <-ctx.Done():
			return
		}
	}
}
