package exchange

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

var soak = flag.Bool("soak", false, "run 10,000 schedules")

// TestSchedules lets exchanges draw, clear and undo over queues of which links are
// cut, whose peers crash and come late, with a hostile member among them. Then it
// heals, and they must hold the same, and all that honest ones drew.
func TestSchedules(t *testing.T) {
	seeds := uint64(300)
	switch {
	case *soak:
		seeds = 10_000
	case testing.Short():
		seeds = 100
	}
	const workers = 2
	for w := range uint64(workers) {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			t.Parallel()
			for seed := w; seed < seeds; seed += workers {
				r := newRoom(seed)
				if err := r.play(); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
		})
	}
}

// play runs a schedule.
func (r *room) play() error {
	for range 300 {
		if err := r.step(); err != nil {
			return err
		}
	}
	if err := r.heal(); err != nil {
		return err
	}
	for _, m := range r.honest() {
		for range 3 {
			if err := r.draw(m); err != nil {
				return err
			}
		}
		if err := m.settle(); err != nil {
			return err
		}
	}
	return r.heal()
}

// honest are the synced peers who live and do not lie.
func (r *room) honest() (list []*member) {
	for _, m := range r.peers {
		if m.alive && m.x != nil {
			list = append(list, m)
		}
	}
	return list
}

func (r *room) step() error {
	list := r.honest()
	m := list[r.rnd.IntN(len(list))]
	switch n := r.rnd.IntN(100); {
	case n < 25:
		return errors.Join(r.draw(m), m.settle())
	case n < 26:
		if _, err := m.x.Draw(canvas.Clear{}, r.now); err != nil {
			return err
		}
		return m.settle()
	case n < 30:
		r.cut(r.peers[r.rnd.IntN(len(r.peers))], m)
	case n < 31 && len(r.peers) < 8:
		r.join()
	case n < 32 && len(list) > 2 && !slices.Contains(r.peers[:2], m):
		r.crash(m)
	case n < 45:
		r.eve.attack()
	case n < 48:
		r.plain()
	case n < 60:
		return r.pass(time.Duration(r.rnd.IntN(400)) * time.Millisecond)
	default:
		for range 5 {
			if err := r.deliver(r.links[r.rnd.IntN(len(r.links))]); err != nil {
				return err
			}
		}
	}
	return nil
}

// draw has somebody draw, undo or redo.
func (r *room) draw(m *member) error {
	log := m.x.log
	switch n := r.rnd.IntN(10); {
	case n == 0 && log.Undoable() > 0:
		return m.x.Undo(log.Undoable(), r.now)
	case n == 1 && log.Redoable() > 0:
		return m.x.Redo(log.Redoable(), r.now)
	case n < 5:
		m.k = 0
	}
	k, err := m.x.Extend(m.k, segment(float64(r.rnd.IntN(1000))), r.now)
	if m.k = k; err != nil {
		return fmt.Errorf("a pen has stopped: %w", err)
	}
	return nil
}

// plain has the plain peer draw or clear.
func (r *room) plain() {
	at := slices.IndexFunc(r.peers, func(m *member) bool { return m.id == "plain" })
	if at < 0 {
		return
	}
	s := said{canvas.AppendOp(nil, segment(float64(r.rnd.IntN(9)))), true}
	if r.rnd.IntN(30) == 0 {
		s = says(`{"event":"clear"}`)
	}
	for _, m := range r.peers {
		if l := r.link(r.peers[at], m); l != nil {
			l.queue = append(l.queue, s)
		}
	}
}

// crash ends somebody, with whom what nobody has heard is gone.
func (r *room) crash(m *member) {
	for _, other := range r.peers {
		r.cut(m, other)
	}
	m.alive = false
}

// heal lets everything arrive, and what was early become due, and judges what is
// held then.
func (r *room) heal() error {
	held, clear := r.held()
	quiet := 0
	for i := range 900 { // five minutes, of which the first twenty seconds a little at a time
		d := tickTime
		if i >= 100 {
			d = 2 * tickTime
		}
		if err := r.pass(d); err != nil {
			return err
		}
		for range 20 {
			for _, l := range r.links {
				for len(l.queue) > 0 && l.until.IsZero() {
					if err := r.deliver(l); err != nil {
						return err
					}
				}
			}
		}
		if i == 600 {
			quiet = r.sent
		}
	}
	if n := r.sent - quiet; n > 120*len(r.peers)*len(r.peers) {
		return fmt.Errorf("%d messages are sent in two minutes in which nothing happens", n)
	}
	return r.judge(held, clear)
}

// held is what lives of what honest ones wrote, with somebody who lives, and the
// clear that counts.
func (r *room) held() (held map[canvas.Key]canvas.Entry, clear canvas.Clear) {
	held = map[canvas.Key]canvas.Entry{}
	for _, m := range r.honest() {
		m.x.log.Sign()
		for _, e := range live(m.x.log) {
			if _, honest := r.wrote[e.Site]; honest && slices.Contains(r.wrote[e.Site], e) {
				held[e.Key()] = e
			}
		}
		if c := m.x.log.LastClear(); clear.Less(c) {
			clear = c
		}
	}
	return held, clear
}

// live are the entries of a log that live.
func live(l *canvas.Log) (list []canvas.Entry) {
	for site, have := range l.Have().Sites {
		_, dead := l.Holds(site)
		for n := dead + 1; n <= have; n++ {
			if e, lives := l.Entry(site, n); lives {
				list = append(list, e)
			}
		}
	}
	return list
}

func (r *room) judge(held map[canvas.Key]canvas.Entry, clear canvas.Clear) error {
	list := r.honest()
	first := list[0].x.log
	if first.LastClear().Less(clear) {
		return errors.New("a clear is lost")
	}
	for _, m := range list {
		if got, want := m.x.log.Digest(), first.Digest(); got != want {
			return fmt.Errorf("%s and %s hold %v and %v after all:\n%s", list[0].id, m.id, want, got, r.difference(list[0], m))
		}
		if !slices.Equal(slices.Collect(m.x.log.Paint(canvas.Key{})), slices.Collect(first.Paint(canvas.Key{}))) {
			return fmt.Errorf("%s and %s hold the same and paint something else", list[0].id, m.id)
		}
	}
	got := map[canvas.Key]bool{}
	for _, e := range live(first) {
		got[e.Key()] = true
		if e.T <= first.LastClear().T {
			return fmt.Errorf("what was cleared has come back: %+v", e)
		}
		if wrote, honest := r.wrote[e.Site]; honest && !slices.Contains(wrote, e) {
			return fmt.Errorf("in an honest name, and never written: %+v", e)
		}
	}
	for key, e := range held {
		if !got[key] && e.T > first.LastClear().T {
			return fmt.Errorf("lost: %+v", e)
		}
	}
	return nil
}

// difference says what two hold.
func (r *room) difference(a, b *member) string {
	var s strings.Builder
	for _, m := range []*member{a, b} {
		h := m.x.log.Have()
		fmt.Fprintln(&s, m.id, m.x.Ahead(), h.Sites, h.Clear.T, h.Void)
		for id, n := range m.x.near.synced {
			fmt.Fprintln(&s, "  ", id, n.have, "vain", n.vain, "lacks", n.lacks(m.x.log), n.claimed, n.again)
		}
	}
	return s.String()
}
