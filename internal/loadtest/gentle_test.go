package loadtest

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// The tutorial's server loses pairs whose joins overlap. Bots of a gentle run,
// whenever they come, are linked to everybody all the same; and those of any
// other run are not, or this would show nothing. Those who follow others or come
// again wait for the same turn; but many who end at once would stop a bubble's
// clock, by a lock of pion's.
func TestGentleWithTheTutorialsServer(t *testing.T) {
	for name, come := range map[string]func(*Config){
		"at first": func(c *Config) { c.Ramp = 0 },
		"later":    func(c *Config) { c.Arrival, c.Duration = 5, 2*time.Second },
	} {
		for _, gentle := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, gentle %t", name, gentle), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, 4)
					w.cfg.HTTP = serveTutorial(t, 5*time.Millisecond).Client.Transport
					w.cfg.Gentle, w.cfg.Rate, w.cfg.Ramp, w.cfg.Duration = gentle, 1, 3*time.Second, time.Second
					come(&w.cfg)
					missing, all := unlinked(w.run().Parts[0])
					if gentle && missing > 0 || !gentle && missing == 0 || all < 12 {
						t.Errorf("%d of %d ends did not open", missing, all)
					}
				})
			})
		}
	}
}

// unlinked counts the ends that never opened, of all that should have: between
// all bots.
func unlinked(p Part) (missing, all int) {
	opened := make(map[[2]string]bool)
	for _, l := range p.Links {
		opened[[2]string{l.Bot, l.Peer}] = true
	}
	for _, a := range p.Bots {
		for _, b := range p.Bots {
			if a.Name == b.Name {
				continue
			}
			all++
			if !opened[[2]string{a.Name, b.Name}] {
				missing++
			}
		}
	}
	return missing, all
}
