package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/peer"
)

// maxPlayers bounds how many peers a replay brings into a room.
const maxPlayers = 8

// A cast is those who draw a recording again.
type cast struct {
	room     room
	ui       *ui
	audience *audience
	players  []*player
	authors  *recording.Authors
	roles    map[*recording.Author]*player
	liars    map[canvas.Site]bool // whose strokes are gone in the end
	drawn    int
}

// A player is one of them.
type player struct {
	name string
	peer *peer.Peer
	pen  pen
}

func newCast(r room, u *ui, a *audience) *cast {
	return &cast{room: r, ui: u, audience: a, authors: newAuthors(), roles: make(map[*recording.Author]*player), liars: make(map[canvas.Site]bool)}
}

// choose finds out who draws: those who draw most have a player each.
func (c *cast) choose(ctx context.Context, in *logs) error {
	type stint struct {
		by   recording.Signature
		site canvas.Site
	}
	ops := make(map[stint]int)
	for t, err := range in.merged() {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		if lie, ok := t.Record.(recording.Lie); ok {
			c.liars[lie.Proof.Site()] = true
		}
		c.authors.Add(t.Record, nil)
		if d, ok := replayed(t.Record); ok {
			ops[stint{d.by, d.site}]++
		}
	}
	maps.DeleteFunc(ops, func(s stint, _ int) bool { return c.liars[s.site] })
	if len(ops) == 0 {
		return errors.New("nothing to replay: the recording has no operation")
	}
	drawn := make(map[*recording.Author]int) // only now is it known whose names are one person's
	for s, n := range ops {
		drawn[c.authors.Signed(s.by)] += n
	}
	who := slices.SortedFunc(maps.Keys(drawn), func(a, b *recording.Author) int {
		return cmp.Or(drawn[b]-drawn[a], cmp.Compare(a.Mark(), b.Mark()))
	})
	for i, who := range who {
		if i >= maxPlayers {
			c.roles[who] = c.players[maxPlayers-1]
			continue
		}
		p := &player{name: string(c.room.Name)}
		if who != nil && len(who.Names) > 0 {
			p.name = who.Name()
		}
		c.players = append(c.players, p)
		c.roles[who] = p
	}
	return nil
}

func (c *cast) first() *player { return c.players[0] }

// enter lets the players into the room, where somebody must be besides them.
func (c *cast) enter(ctx context.Context) (err error) {
	for i, p := range c.players {
		r := c.room
		r.Name = nickname(p.name)
		if p.peer, err = r.join(ctx, c.ui); err != nil {
			return err
		}
		if i == 0 {
			go hear(p.peer, c.audience.hear)
			if err := c.audience.await(ctx, p.peer); err != nil {
				return err
			}
		}
		p.pen = pen{peer: p.peer, settle: func(ctx context.Context) error { return c.audience.await(ctx, p.peer) }}
	}
	for _, p := range c.players {
		catchUp(ctx, p.peer, syncWait) // for a clear wipes what its author has seen
	}
	return nil
}

// A deed is what somebody has drawn, written as a site, or that they have cleared.
type deed struct {
	by   recording.Signature
	site canvas.Site // none of a clear, which counts whoever said it
	what input
}

// replayed is what a record has somebody do again. What is of a kind that is not known
// here shows nothing.
func replayed(rec recording.Record) (d deed, ok bool) {
	switch rec := rec.(type) {
	case recording.Op:
		if _, unknown := rec.Entry.Op.(canvas.Other); unknown {
			return d, false
		}
		return deed{rec.Signature(), rec.Entry.Site, input{op: rec.Entry.Op, stroke: cmp.Or(rec.Entry.Stroke(), rec.Stroke)}}, true
	case recording.Clear:
		return deed{by: rec.Signature(), what: input{op: canvas.Clear{}}}, true
	}
	return d, false
}

// draw lets the one draw whose role it is.
func (c *cast) draw(ctx context.Context, d deed) error {
	if c.liars[d.site] {
		return nil
	}
	c.drawn++
	_, err := c.roles[c.authors.Signed(d.by)].pen.draw(ctx, d.what)
	if vain(err) {
		return nil // it was about what had been drawn before the recording
	}
	return err
}

// wipe makes room to draw all again.
func (c *cast) wipe(ctx context.Context) error {
	for _, p := range c.players {
		p.pen.strokes = strokes{}
	}
	_, err := c.first().pen.draw(ctx, input{op: canvas.Clear{}})
	return err
}

// there are the players that are in the room.
func (c *cast) there() []*player {
	return slices.DeleteFunc(slices.Clone(c.players), func(p *player) bool { return p.peer == nil })
}

// deliver waits until all that was drawn has arrived: for closeTimeout at most
// once ctx is done.
func (c *cast) deliver(ctx context.Context) error {
	last, cancel := outlasting(ctx)
	defer cancel()
	return each(c.there(), func(p *player) error { return p.peer.Flush(last) })
}

// leave lets all leave.
func (c *cast) leave() {
	each(c.there(), func(p *player) error {
		leave(p.peer)
		return nil
	})
}
