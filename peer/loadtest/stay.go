package loadtest

import (
	"context"
	"time"
)

// stay runs the bot once drawing begins, and returns when it is time to go.
func (b *participant) stay() (end string, err error) {
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
	ctx, cancel := context.WithCancel(r.draw)
	defer cancel()
	var over <-chan time.Time
	if b.crew.Stay > 0 {
		over = time.After(b.crew.Stay)
	}
	result := b.start(ctx)
	for end == "" {
		select {
		case failure := <-result:
			result = nil
			if failure != nil {
				return "failed", b.hasFailed(failure)
			}
			if b.crew.Bot != nil && b.writer {
				b.listen()
			}
		case <-over:
			end = "left"
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
	begin := b.run.began
	if time.Since(begin) > lateTime {
		ready, cancel := context.WithTimeout(ctx, readyTime)
		_ = b.peer.WaitSynced(ready) // what has not come then comes later
		cancel()
		begin = time.Now()
	}
	if !b.writer {
		return nil
	}
	if b.crew.Bot == nil {
		return patternBot{b, begin}.Run(ctx, b.peer)
	}
	if bot := b.crew.Bot(b.number); bot != nil {
		return bot.Run(ctx, b.peer)
	}
	return nil
}
