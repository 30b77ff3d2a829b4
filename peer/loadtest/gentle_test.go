package loadtest

import (
	"context"
	"testing"
	"time"

	"drawmesh/internal/nettest"
)

// The tutorial's server loses pairs whose joins overlap. Bots of a gentle run,
// whether they come at first or later, are linked to everybody all the same; and
// those of any other run are not, or this would show nothing. In real time, for
// bots that end at once, of which nobody is told, can stop a bubble's clock by a
// lock of pion's.
func TestGentleWithTheTutorialsServer(t *testing.T) {
	for name, come := range map[string]func(*Config){
		"at first, gentle": func(c *Config) { c.Gentle = true },
		"later, gentle":    func(c *Config) { c.Gentle, c.Scenarios[0].Arrival, c.Duration = true, 5, 4*time.Second },
		"at first":         func(*Config) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 4)
			w.cfg.HTTP = nettest.ServeTutorial(t, 5*time.Millisecond).Client.Transport
			w.scenario().Rate, w.cfg.Duration = 1, time.Second
			come(&w.cfg)
			limit := time.Minute
			if !w.cfg.Gentle {
				limit = 5 * time.Second // it would wait for the links in vain
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			rep, err := w.start().Do(ctx)
			if err != nil {
				t.Fatal(err)
			}
			missing, all := unlinked(rep.Parts[0])
			if w.cfg.Gentle && missing > 0 || !w.cfg.Gentle && missing == 0 || all < 12 {
				t.Errorf("%d of %d ends did not open", missing, all)
			}
		})
	}
}

// unlinked counts the ends that never opened, of all that should have: between
// all bots but those that came when the others were about to leave.
func unlinked(p Part) (missing, all int) {
	opened := make(map[[2]string]bool)
	for _, l := range p.Links {
		opened[[2]string{l.Bot, l.Peer}] = true
	}
	const soon = 2000 // ms
	late := func(b BotResult) bool { return p.SpanMS > 0 && b.AtMS > max(p.DrawMS, p.DrawMS+p.SpanMS-soon) }
	for _, a := range p.Bots {
		for _, b := range p.Bots {
			if a.Name == b.Name || late(a) || late(b) {
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
