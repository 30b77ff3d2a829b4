package loadtest

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// ramp lets our bots begin to join, evenly over their ramp's time, but for those
// that come by stages.
func (r *Run) ramp(ctx context.Context) {
	type arrival struct {
		cast   *cast
		number int
		at     time.Duration
	}
	var all []arrival
	for _, c := range r.casts {
		if len(c.Stages) > 0 {
			continue
		}
		from, end := c.mine(r.cfg.Part, r.cfg.Parts)
		for n := from; n < end; n++ {
			all = append(all, arrival{c, n, c.Ramp * time.Duration(c.index(n)) / time.Duration(c.Bots)})
		}
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	for _, a := range all {
		if !wait(ctx, time.Until(r.clock.start.Add(a.at))) || !r.turn(ctx) {
			return
		}
		r.slot(a.cast, a.number)
	}
}

// drawNow lets the bots draw.
func (r *Run) drawNow(ctx context.Context) {
	if ctx.Err() != nil || len(r.live()) == 0 && !r.othersCome() {
		return
	}
	var cancel context.CancelFunc
	r.draw, cancel = context.WithTimeout(ctx, r.cfg.Duration)
	defer cancel()
	r.began = time.Now()
	close(r.drawing)
	var tasks sync.WaitGroup
	at := func(stream int, rate float64, do func(*rand.Rand)) {
		random := rand.New(rand.NewPCG(r.cfg.Seed, uint64(stream*maxBots+r.cfg.Part)))
		tasks.Go(func() { atRate(r.draw, rate, random, func() { do(random) }) })
	}
	at(1, r.cfg.Chaos.Kill, r.killOne)
	at(2, r.cfg.Chaos.Cut, r.cutOne)
	at(3, r.cfg.Chaos.Drop, r.dropOne)
	for i, c := range r.casts {
		nth := 0
		at(4*i, c.Arrival/float64(r.cfg.Parts), func(*rand.Rand) {
			r.arrive(c, nth)
			nth++
		})
		if len(c.Stages) > 0 {
			r.stageBots(c)
		}
	}
	<-r.draw.Done()
	tasks.Wait()
	ends := r.ends()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drawn.end = r.clock.at(time.Now())
	r.drawn.ends = ends
}

// othersCome reports whether bots come while others draw.
func (r *Run) othersCome() bool {
	return slices.ContainsFunc(r.casts, func(c *cast) bool { return c.Arrival > 0 || len(c.Stages) > 0 || c.Reconnect })
}

// stageBots lets our bots of the cast come and go as its stages say, while others draw.
// Each comes when the line of the stages passes the half below its place, and goes
// when it falls below that: as many are there as the line says, rounded.
func (r *Run) stageBots(c *cast) {
	from, end := c.mine(r.cfg.Part, r.cfg.Parts)
	for number := from; number < end; number++ {
		spans := c.Stages.line().above(float64(c.rank(number-from, r.cfg.Part, r.cfg.Parts)) + 0.5)
		r.slots.Go(func() { r.stageBot(c, number, spans) })
	}
}

// stageBot lets a bot go by that number in each of the spans, in seconds since
// drawing began.
func (r *Run) stageBot(c *cast, number int, spans [][2]float64) {
	life := 0
	for _, span := range spans {
		if !wait(r.draw, time.Until(r.after(span[0]))) || !r.turn(r.draw) {
			return
		}
		until, cancel := r.draw, context.CancelFunc(func() {})
		if !math.IsInf(span[1], 1) && r.after(span[1]).Before(r.began.Add(r.cfg.Duration)) {
			until, cancel = context.WithDeadline(r.draw, r.after(span[1]))
		}
		life = r.newParticipant(c, number, life).succession(func() context.Context { return until })
		cancel()
	}
}

// after is so many seconds after drawing began.
func (r *Run) after(seconds float64) time.Time {
	return r.began.Add(time.Duration(seconds * float64(time.Second)))
}
