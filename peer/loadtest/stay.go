package loadtest

import (
	"context"
	"time"
)

// stay runs the bot once drawing begins, and returns when it is time to go: at the
// latest at the end that is its own, if that comes before drawing ends.
func (b *participant) stay(until func() context.Context) (end string, err error) {
	r := b.run
	select {
	case <-r.drawing:
	case <-r.leaving:
		return "stayed", nil
	case <-b.died:
		b.silence()
		return "killed", nil
	case <-b.peer.Done():
		return b.lostTo()
	}
	ctx, cancel := context.WithCancel(until())
	defer cancel()
	var over <-chan time.Time
	if b.cast.Stay > 0 {
		over = time.After(b.cast.Stay)
	}
	gone := until().Done()
	if until() == r.draw {
		gone = nil // it stays until all leave
	}
	result := b.start(ctx)
	for end == "" {
		select {
		case failure := <-result:
			result = nil
			if failure != nil {
				return "failed", b.hasFailed(failure)
			}
			if b.cast.Bot != nil && b.writer {
				b.listen()
			}
		case <-over:
			end = "left"
		case <-gone:
			if gone = nil; r.draw.Err() == nil {
				end = "left"
			}
		case <-r.leaving:
			end = "stayed"
		case <-b.died:
			b.silence()
			end = "killed"
		case <-b.peer.Done():
			end, err = b.lostTo()
		}
	}
	cancel()
	if failure := outcome(result); failure != nil {
		_ = b.hasFailed(failure)
		if end == "left" || end == "stayed" {
			return "failed", failure
		}
	}
	return end, err
}

// hasFailed counts a failure of the bot itself.
func (b *participant) hasFailed(err error) error {
	b.failed("bot", "", err)
	return err
}

// silence cuts the bot off.
func (b *participant) silence() {
	b.gone.Store(true)
	b.net.dead.Store(true)
	b.http.close()
}

// perform is the bot, until ctx is done.
func (b *participant) perform(ctx context.Context) error {
	begin := time.Duration(0)
	if time.Since(b.run.began) > lateTime {
		ready, cancel := context.WithTimeout(ctx, readyTime)
		_ = b.peer.WaitSynced(ready) // what has not come then comes later
		cancel()
		begin = time.Since(b.run.began)
	}
	if !b.writer {
		return nil
	}
	if b.cast.Bot == nil {
		return patternBot{b, begin}.Run(ctx, b.peer)
	}
	bot := b.cast.Bot(b.number)
	if bot == nil {
		return nil
	}
	defer b.weighScript(bot, time.Now())
	return bot.Run(context.WithValue(ctx, measuresKey{}, &Measures{b}), b.peer)
}
