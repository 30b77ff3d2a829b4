package main

import (
	"context"
	"image"
	"io"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/peer/record"
)

// A slowMovie takes its time over each picture, as an encoder does on a busy
// machine.
type slowMovie struct {
	takes time.Duration
	sum   time.Duration // that the pictures are shown

	pictures int
}

func (m *slowMovie) Add(_ *image.RGBA, d time.Duration) error {
	m.sum += d
	m.pictures++
	time.Sleep(m.takes)
	return nil
}

func (m *slowMovie) Close() error { return nil }

// TestLapseTakesTheTimeThatPassed records for a minute in which something is
// drawn all the time, and for one in which nothing is.
func TestLapseTakesTheTimeThatPassed(t *testing.T) {
	tests := []struct {
		name  string
		speed float64
		fps   int
		takes time.Duration // a picture to be encoded
	}{
		{"idle_machine", 10, 10, 0},
		{"busy_machine", 10, 10, 2500 * time.Millisecond}, // two ticks of three are lost
		{"as_it_was", 1, 10, 350 * time.Millisecond},
		{"live", 1, 20, 0}, // at each tick something has been drawn
		{"slow_motion", 0.1, 10, 35 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lapse.png")
			synctest.Test(t, func(t *testing.T) {
				s, m := pose(t, nil, &recordCommand{Timelapse: path, Speed: tt.speed, FPS: tt.fps})
				movie := &slowMovie{takes: tt.takes}
				s.lapse.Timelapse = record.NewTimelapse(s.rec, movie, tt.speed, tt.fps)
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- s.watch(ctx, newUI(io.Discard)) }()
				time.Sleep(time.Microsecond) // so that it never draws at a tick
				const drew = time.Minute
				for begin := time.Now(); time.Since(begin) < drew; time.Sleep(50 * time.Millisecond) {
					m.draw(t, s.hear)
				}
				time.Sleep(time.Minute)
				cancel()
				if err := <-ended; err != nil {
					t.Fatal(err)
				}
				if err := s.finish(); err != nil {
					t.Fatal(err)
				}
				want := time.Duration(float64(drew)/tt.speed) + record.TimelapseHold
				slack := time.Second/time.Duration(tt.fps) + time.Duration(float64(tt.takes)/tt.speed) // the last look, and what it waited for
				if tt.takes == 0 {
					if got, want := movie.pictures, int(drew.Seconds()/tt.speed)*tt.fps; abs(float64(got-want)) > 2 {
						t.Errorf("got %d pictures, want %d", got, want)
					}
				}
				if d := movie.sum - want; d.Abs() > slack {
					t.Errorf("got a timelapse of %v, want %v give or take %v", movie.sum, want, slack)
				}
			})
		})
	}
}
