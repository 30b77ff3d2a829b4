package loadtest

import (
	"context"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

const (
	againTime = time.Second     // until who was killed or turned away comes again
	lateTime  = time.Second / 5 // after drawing began, a bot has come late
	readyTime = 5 * time.Second // for it to get to know the room
	flushTime = 5 * time.Second // for the last operations of one that leaves
	probeTick = 500 * time.Millisecond
)

// slot lets a bot of the cast go by that number, and others after it as long as
// some are to follow. It is the bot's turn to join.
func (r *Run) slot(c *cast, number int) {
	b := r.newParticipant(c, number, 0)
	r.slots.Go(func() { b.succession(r.drawEnd) })
}

// succession lets the bot live, and others after it until an end. It returns how
// many lives that number has had.
func (b *participant) succession(until func() context.Context) (lives int) {
	r := b.run
	for {
		end := b.live(until)
		if !b.followed(end, until) || end != "left" && !wait(until(), againTime) || !r.turn(until()) {
			return b.life + 1
		}
		b = r.newParticipant(b.cast, b.number, b.life+1)
	}
}

// drawEnd ends when drawing does. It is of use once that has begun.
func (r *Run) drawEnd() context.Context { return r.draw }

// followed reports whether another bot takes the slot of one that ended so.
func (b *participant) followed(end string, until func() context.Context) bool {
	if !b.run.hasBegun() || until().Err() != nil {
		return false
	}
	switch end {
	case "left":
		return b.cast.Stay > 0 && b.cast.Arrival == 0 && !b.quit
	case "killed", "refused", "lost":
		return b.cast.Reconnect
	}
	return false
}

func (r *Run) newParticipant(c *cast, number, life int) *participant {
	signer := canvas.NewSigner()
	b := &participant{
		run: r, cast: c, number: number, life: life,
		sender: sender{botName(r.cfg.Part, number, life), r.cfg.Part, c.Bot != nil},
		room:   c.room(number), writer: c.writes(number),
		http: &httpTransport{next: r.http}, net: &network{Net: r.net()}, signer: signer, site: signer.Site(),
		began: r.clock.at(time.Now()), died: make(chan struct{}),
		members: make(map[signaling.ID]*member), links: make(map[signaling.ID]*carried),
		notes: notes{to: r.observed},
	}
	b.ledger = newLedger(r.offsets, &b.notes, b.senderTag)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bots = append(r.bots, b)
	r.sites[b.site] = b
	return b
}

// live joins, draws, and leaves. It returns how that ended.
func (b *participant) live(until func() context.Context) (end string) {
	ctx, cancel := context.WithCancel(b.run.joining)
	defer cancel()
	err := b.join(ctx)
	b.run.giveOn()
	if err != nil {
		if ctx.Err() != nil {
			b.finish("interrupted", nil)
			return "interrupted"
		}
		b.failed("join", "", err)
		b.finish("refused", err)
		return "refused"
	}
	if b.run.cfg.Parts > 1 {
		b.run.slots.Go(b.probe)
	}
	end, err = b.stay(until)
	switch end {
	case "left":
		b.run.count(&b.run.total.left)
		fallthrough
	case "failed":
		flush, cancel := context.WithTimeout(context.Background(), flushTime)
		_ = b.peer.Flush(flush) // what has not arrived shows as lost
		cancel()
	}
	b.weigh()
	b.finish(end, err)
	if end == "killed" {
		b.run.endings.Go(func() {
			b.peer.Close(context.Background()) // which takes it a while
		})
		return end
	}
	b.peer.Close(context.Background())
	return end
}

// lostTo is how the peer's stay has ended by itself: its bot closed it, or the
// server put it out.
func (b *participant) lostTo() (end string, err error) {
	if err := b.peer.Err(); err != nil {
		return "lost", err
	}
	b.quit = true
	return "left", nil
}

// probe shows the other parts our clock, until the bot ends.
func (b *participant) probe() {
	tick := time.NewTicker(probeTick)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_, _ = b.peer.Draw(probe(b.run.clock.at(time.Now()))) // fails when the bot has left
		case <-b.run.leaving:
			return
		case <-b.died:
			return
		case <-b.peer.Done():
			return
		}
	}
}

// arrive lets one more bot of the cast come, when it is its turn.
func (r *Run) arrive(c *cast, nth int) {
	r.count(&r.total.arrived)
	number := c.arrival(nth, r.cfg.Part, r.cfg.Parts)
	r.slots.Go(func() {
		if r.turn(r.draw) {
			r.slot(c, number)
		}
	})
}

func (r *Run) count(n *int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*n++
}
