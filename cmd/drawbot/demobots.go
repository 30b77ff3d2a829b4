package main

import (
	"context"
	"iter"
	"time"

	"drawmesh/canvas"
	"drawmesh/cmd/drawbot/pattern"
	"drawmesh/peer"
)

// A show is the demo's bots.
type show struct {
	bots  []*bot
	total int // segments
	takes time.Duration
}

// A bot is one of the demo's peers.
type bot struct {
	act
	segments []canvas.Segment
	peer     *peer.Peer
	audience *audience
}

func newShow(takes time.Duration) *show {
	s := &show{takes: takes}
	for _, a := range program() {
		b := &bot{act: a, segments: pattern.Draw(a.pattern, a.figure)}
		s.bots = append(s.bots, b)
		s.total += len(b.segments)
	}
	return s
}

// join lets all bots enter the room, and waits until they are all linked.
func (s *show) join(ctx context.Context, room string) error {
	err := each(s.bots, func(b *bot) (err error) {
		b.audience = newAudience(closeTimeout)
		b.peer, err = peer.Join(ctx, room, peer.Options{Name: b.name})
		if err == nil {
			go hear(b.peer, b.audience.hear)
		}
		return err
	})
	if err == nil {
		err = each(s.bots, func(b *bot) error { return b.audience.await(ctx, b.peer) })
	}
	if err != nil {
		s.leave()
	}
	return err
}

// leave lets all bots leave that have joined.
func (s *show) leave() {
	each(s.bots, func(b *bot) error {
		if b.peer != nil {
			leave(b.peer)
		}
		return nil
	})
}

// draw lets every bot draw, in its part of the time.
func (s *show) draw(ctx context.Context) error {
	start := time.Now()
	return each(s.bots, func(b *bot) error {
		begin, end := s.part(b.begin), s.part(b.end)
		if (pace{start.Add(begin), 1}).wait(ctx, 0) != nil {
			return nil
		}
		d := &drawing{peer: b.peer, audience: b.audience, source: opened{
			name:  b.name,
			ops:   operations(b.segments),
			total: len(b.segments),
			rate:  float64(len(b.segments)) / (end - begin).Seconds(),
		}}
		return d.run(ctx)
	})
}

// part is a fraction of the time that the show takes.
func (s *show) part(x float64) time.Duration { return time.Duration(x * float64(s.takes)) }

// operations are segments as a source has them.
func operations(segments []canvas.Segment) iter.Seq2[input, error] {
	return func(yield func(input, error) bool) {
		for _, s := range segments {
			if !yield(input{op: s}, nil) {
				return
			}
		}
	}
}
