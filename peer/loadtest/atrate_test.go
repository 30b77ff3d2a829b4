package loadtest

import (
	"context"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

func TestAtRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1000*time.Second)
		defer cancel()
		n := 0
		atRate(ctx, 10, rand.New(rand.NewPCG(1, 1)), func() { n++ })
		if n < 9700 || n > 10300 {
			t.Errorf("%d came in 1000 s at 10/s", n)
		}
		atRate(t.Context(), 0, nil, func() { t.Error("something came at a rate of zero") })
	})
}
