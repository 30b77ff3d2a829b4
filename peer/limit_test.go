package peer

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/exchange"
)

// Somebody draws much more at once than is taken as it comes. The others get all
// of it, and in time, whether it keeps to the limit or floods them.
func TestManyOperationsAtOnce(t *testing.T) {
	const ops = 30_000
	tests := []struct {
		name           string
		sender, others int // their LiveRate
		pulls          bool
	}{
		{"within limits", 0, 0, true},
		{"floods", -1, 0, true},
		{"without limits", -1, -1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(t)
				r.liveRate = tt.others
				p := r.join(2)
				r.liveRate = tt.sender
				p = append(p, r.join(1)...)
				time.Sleep(5 * time.Second)
				for x := range ops {
					p[2].Draw(segment(float64(x)))
					if x%2048 == 0 {
						p[2].Flush(t.Context())
					}
				}
				p[0].Draw(segment(-1))
				if time.Sleep(50 * time.Millisecond); !slices.Contains(p[1].drawn(), -1) {
					t.Error("somebody else's stroke had to wait")
				}
				if err := p[2].Flush(t.Context()); err != nil {
					t.Error(err)
				}
				if tt.sender < 0 {
					time.Sleep(3 * time.Second) // it does not know that they have to pull
				}
				p[2].Close(context.Background())
				r.peers = r.peers[:2]
				r.wantAgreement(ops + 1)
				if got := len(p[0].drawn()); got != ops {
					t.Errorf("%d strokes were told of, want each of %d once", got, ops)
				}
				if bytes, _ := p[0].pulled(); (bytes > 0) != tt.pulls || bytes > 4*ops {
					t.Errorf("%d bytes were pulled: some %t, at most 4 a stroke", bytes, tt.pulls)
				}
			})
		})
	}
}

// A plain peer can be asked for nothing: what it draws beyond the limit is lost,
// and said to be, once.
func TestPlainPeerDrawsTooMuch(t *testing.T) {
	inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
		plain := r.joinPlain(t)
		time.Sleep(2 * time.Second)
		const ops, taken = 7000, 5000
		for x := range ops {
			plain.draw(segment(float64(x)))
		}
		time.Sleep(10 * time.Second)
		r.wantAgreement(-1)
		if n := len(p[0].drawn()); n < taken || n >= ops {
			t.Errorf("%d operations were taken, want at least %d and not all %d", n, taken, ops)
		}
		for x := range 50 {
			plain.draw(segment(float64(ops + x)))
		}
		before := len(p[0].drawn())
		time.Sleep(time.Second)
		if n := len(p[0].drawn()); n != before+50 {
			t.Errorf("a moment later %d of 50 were taken", n-before)
		}
		for _, p := range p {
			told := 0
			p.mu.Lock()
			for _, ev := range p.events {
				if f, ok := ev.(Fault); ok && errors.Is(f.Err, exchange.ErrPace) {
					told++
				}
			}
			p.mu.Unlock()
			if told != 1 {
				t.Errorf("%s told of it %d times, want once", p.opts.Name, told)
			}
		}
	})
}
