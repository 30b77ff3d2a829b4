package peer

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
)

// Somebody draws much more at once than others take as it comes. They get all of
// it, the rest in frames, and do not keep others waiting meanwhile.
func TestManyOperationsAtOnce(t *testing.T) {
	const ops = 30_000
	for _, rate := range []int{0, -1} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(t)
				r.liveRate = rate
				p := r.join(3)
				time.Sleep(5 * time.Second)
				for x := range ops {
					p[0].Draw(segment(float64(x)))
					if x%2048 == 0 {
						p[0].Flush(t.Context())
					}
				}
				p[0].Flush(t.Context())
				start := time.Now()
				p[1].Draw(segment(-1))
				if time.Sleep(100 * time.Millisecond); !slices.Contains(p[2].drawn(), -1) {
					t.Error("somebody else's stroke had to wait")
				}
				for p[1].Sum() != p[0].Sum() || p[2].Sum() != p[0].Sum() {
					if time.Sleep(100 * time.Millisecond); time.Since(start) > 20*time.Second {
						break
					}
				}
				took := time.Since(start)
				r.wantAgreement(ops + 1)
				if took > 3*time.Second {
					t.Errorf("all was there after %v, want at most 3s", took)
				}
				if got := len(p[2].drawn()); got != ops+1 {
					t.Errorf("%d strokes were told of, want each of %d once", got, ops+1)
				}
				bytes, _ := p[1].Pulled()
				if limited := rate == 0; (bytes > 0) != limited {
					t.Errorf("%d bytes were pulled, limited %t", bytes, limited)
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
		const ops = 7000
		for x := range ops {
			plain.draw(segment(float64(x)))
		}
		time.Sleep(10 * time.Second)
		r.wantAgreement(-1)
		if n := len(p[0].drawn()); n < liveRate*liveSeconds || n >= ops {
			t.Errorf("%d operations were taken, want at least %d and not all %d", n, liveRate*liveSeconds, ops)
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
				if f, ok := ev.(Fault); ok && errors.Is(f.Err, errPace) {
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

func TestLimits(t *testing.T) {
	now := time.Now()
	l := newLimits(0)
	taken := 0
	for range 10_000 {
		if l.admits(now) {
			taken++
		}
	}
	if taken != 5000 {
		t.Errorf("%d operations at once, want 5000", taken)
	}
	for i := range 1000 {
		if l.admits(now.Add(time.Duration(i) * time.Millisecond)) {
			taken++
		}
	}
	if taken < 5495 || taken > 5505 {
		t.Errorf("%d operations in a second, want 500 more than 5000", taken)
	}
	if !l.hurried(now.Add(time.Second)) || l.hurried(now.Add(2*time.Second)) {
		t.Error("it is over a moment later, not before")
	}
	frames := 0
	for l.admitsFrame(now) && frames < 1e6 {
		l.merged(8192, now)
		frames++
	}
	if entries := frames * 8192; entries < canvas.MaxLive || entries > bulkBurst+8192 {
		t.Errorf("%d entries in frames at once, want a room full, and not %d", entries, entries)
	}
}
