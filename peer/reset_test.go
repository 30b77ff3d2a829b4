package peer

import (
	"testing"
	"testing/synctest"
	"time"
)

// A link that is reset comes back, and is told of like any other.
func TestReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		p := r.join(2)
		time.Sleep(5 * time.Second)
		p[0].Reset(p[1].ID())
		time.Sleep(10 * time.Second)
		r.wantMesh()
		if got := p[0].count(Lost); got != 1 {
			t.Errorf("the link was lost %d times, want once", got)
		}
		p[0].mu.Lock()
		defer p[0].mu.Unlock()
		for _, ev := range p[0].events {
			if l, ok := ev.(Link); ok && l.State == Open && l.Setup.Signaling+l.Setup.ICE+l.Setup.DTLS+l.Setup.Channel != l.Took {
				t.Errorf("the parts %v are not the whole, %v", l.Setup, l.Took)
			}
		}
	})
}
