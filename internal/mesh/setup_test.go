package mesh

import (
	"testing"
	"testing/synctest"
	"time"
)

// Each part of a set-up takes its protocol's trips over the network.
func TestSetupIsToldInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newRelay(t).pair()
		time.Sleep(5 * time.Second)
		for name, tt := range map[string]struct {
			open      Change
			signaling time.Duration
		}{
			"offers":  {a.last("b"), 2 * oneWay},
			"answers": {b.last("a"), oneWay},
		} {
			got := tt.open.Setup
			if got.Signaling != tt.signaling {
				t.Errorf("who %s: signaling took %v, want %v", name, got.Signaling, tt.signaling)
			}
			for part, took := range map[string]time.Duration{"ICE": got.ICE, "DTLS": got.DTLS, "channel": got.Channel} {
				if took < 2*oneWay || took > 10*oneWay {
					t.Errorf("who %s: %s took %v, want some round trips of 40ms", name, part, took)
				}
			}
			if sum := got.Signaling + got.ICE + got.DTLS + got.Channel; sum != tt.open.Took {
				t.Errorf("who %s: the parts took %v, want the whole, %v", name, sum, tt.open.Took)
			}
		}
	})
}
