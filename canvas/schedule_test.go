package canvas

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

var soak = flag.Bool("soak", false, "run ten times as many schedules")

// TestSchedules lets peers draw, clear, undo and adopt over a network that
// loses, repeats and reorders messages, is cut one way, and whose peers crash
// and come late; then it heals, and what they hold must be what oracles say
// that know only what was written. See oracle.go for these.
func TestSchedules(t *testing.T) {
	seeds := uint64(2000)
	switch {
	case *soak:
		seeds = 20000
	case testing.Short():
		seeds = 200
	}
	const workers = 4
	for w := range uint64(workers) {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			t.Parallel()
			for seed := w; seed < seeds; seed += workers {
				if err := runSchedule(seed); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
		})
	}
}

// A network is a room in which everything goes wrong that can.
type network struct {
	rnd    *rand.Rand
	nodes  []*node
	queue  []packet
	cut    map[[2]*node]bool // from, to
	oracle oracle
	long   bool // some draw much at once
	whole  bool // frames are deflated, as they travel
}

// A node is a peer: a log, and what its painter made of the changes.
type node struct {
	log     *Log
	picture []Entry
	k       uint32       // the stroke being drawn
	took    map[Key]bool // entries added, to count duplicates

	snapshot Snapshot // taken again with each change
}

// A packet is on its way: messages and frames, or a want.
type packet struct {
	from, to *node
	messages [][]byte
	frames   [][]byte
	want     *want
}

// A want is what somebody holds who wants the rest.
type want struct{ have, dead Vector }

func runSchedule(seed uint64) error {
	net := &network{rnd: rand.New(rand.NewPCG(seed, 1)), cut: map[[2]*node]bool{}}
	net.long, net.whole = seed%16 == 0, seed%32 == 1
	for range 2 + net.rnd.IntN(4) {
		net.join()
	}
	for range 150 {
		if err := net.step(); err != nil {
			return err
		}
	}
	if err := net.heal(); err != nil {
		return err
	}
	return net.oracle.judge(net.nodes)
}

func (net *network) join() {
	n := &node{log: NewLog(net.site()), took: map[Key]bool{}}
	net.nodes = append(net.nodes, n)
	for _, other := range net.nodes {
		net.want(n, other)
	}
}

// site makes one that sorts anywhere, so that age does not decide.
func (net *network) site() (s Site) {
	copy(s[:], fmt.Sprintf("%011d", net.rnd.Uint64N(1e11)))
	return s
}

func (net *network) any() *node { return net.nodes[net.rnd.IntN(len(net.nodes))] }

func (net *network) step() error {
	n := net.any()
	switch x := net.rnd.IntN(100); {
	case x < 35:
		return net.draw(n)
	case x < 42:
		return net.hear()
	case x < 47:
		return net.toggle(n)
	case x < 50:
		entries, c, err := n.log.Clear()
		n.k = 0
		if err := net.publish(n, entries, c, err); err != nil {
			return err
		}
		if len(n.picture) > 0 {
			return errors.New("something shows where all was cleared")
		}
	case x < 54:
		m := net.any()
		net.cut[[2]*node{n, m}] = true
		if net.rnd.IntN(2) == 0 {
			net.cut[[2]*node{m, n}] = true
		}
	case x < 57:
		for link := range net.cut {
			delete(net.cut, link)
			break
		}
	case x < 58:
		if len(net.nodes) < 7 {
			net.join()
		}
	case x < 59:
		if len(net.nodes) > 2 { // a crash; what only it held is gone
			i := net.rnd.IntN(len(net.nodes))
			net.nodes = slices.Delete(net.nodes, i, i+1)
		}
	case x < 62:
		net.want(n, net.any())
	case x < 64:
		if len(net.queue) > 0 { // a packet comes twice
			net.queue = append(net.queue, net.queue[net.rnd.IntN(len(net.queue))])
		}
	case x < 66:
		if len(net.queue) > 0 { // or never
			i := net.rnd.IntN(len(net.queue))
			net.queue = slices.Delete(net.queue, i, i+1)
		}
	default:
		return net.deliver()
	}
	return nil
}

// draw draws a few segments, or many, or a rectangle.
func (net *network) draw(n *node) error {
	if net.rnd.IntN(4) == 0 {
		n.k = 0
	}
	count := 1
	if net.long && net.rnd.IntN(8) == 0 {
		count = 1 + net.rnd.IntN(2*blockRows)
	}
	var entries []Entry
	var change Change
	op := net.op()
	for i := range count {
		if s, ok := op.(Segment); ok && i > 0 { // a curve, now and then a new one
			s.From, s.To = s.To, Point{2*s.To.X - s.From.X, 2*s.To.Y - s.From.Y + float64(net.rnd.IntN(3))}
			if op = s; net.rnd.IntN(20) == 0 || Check(s) != nil {
				op = net.op()
			}
		}
		e, c, err := n.log.writeChange(Entry{Op: op, K: n.k})
		if err != nil {
			return err
		}
		n.k = e.K
		entries, change = append(entries, e), change.Join(c)
		net.oracle.made(n.log, e)
	}
	return net.publish(n, entries, change, nil)
}

func (net *network) op() Shape {
	v := func() float64 { return float64(net.rnd.IntN(100000)) / 100 }
	c := Color{uint8(net.rnd.IntN(3)), 0, 0, 255}
	if net.rnd.IntN(5) == 0 {
		return Rect{Point{v(), v()}, v() - 500, v() - 500, 2, c}
	}
	return Segment{Point{v(), v()}, Point{v(), v()}, 1 + float64(net.rnd.IntN(1000))/1000, c}
}

// hear lets some nodes adopt what a plain peer drew: at worst all of them.
func (net *network) hear() error {
	op := Segment{To: Point{X: float64(net.rnd.IntN(6))}, Force: 1}
	for _, n := range net.nodes {
		if net.rnd.IntN(2) == 0 {
			continue
		}
		e, c, err := n.log.writeChange(Entry{Op: op, By: "plain"})
		if err == nil {
			net.oracle.made(n.log, e)
		}
		if err := net.publish(n, []Entry{e}, c, err); err != nil {
			return err
		}
	}
	return nil
}

func (net *network) toggle(n *node) error {
	if n.k == 0 {
		return nil
	}
	k := n.k - min(n.k-1, uint32(net.rnd.IntN(3))) // sometimes of another stroke, or none
	toggle := n.log.Undo
	if net.rnd.IntN(3) == 0 {
		toggle = n.log.Redo
	}
	e, c, err := toggle(k)
	return net.publish(n, []Entry{e}, c, err)
}

// publish sends what n has written to all others.
func (net *network) publish(n *node, entries []Entry, c Change, err error) error {
	if err != nil {
		return err
	}
	if err := n.repaint(c); err != nil {
		return err
	}
	var messages [][]byte
	for _, e := range entries {
		net.oracle.made(n.log, e)
		n.took[Key{N: e.N, Site: e.Site}] = true
		messages = append(messages, AppendMessage(nil, e))
	}
	for _, to := range net.nodes {
		if to != n {
			net.send(packet{from: n, to: to, messages: messages})
		}
	}
	return nil
}

func (net *network) send(p packet) {
	if !net.cut[[2]*node{p.from, p.to}] {
		net.queue = append(net.queue, p)
	}
}

func (net *network) want(from, to *node) {
	if from == to {
		return
	}
	net.send(packet{from: from, to: to, want: &want{from.log.Have(), from.log.Dead()}})
}

// deliver delivers any packet.
func (net *network) deliver() error {
	if len(net.queue) == 0 {
		return nil
	}
	i := net.rnd.IntN(len(net.queue))
	p := net.queue[i]
	net.queue = slices.Delete(net.queue, i, i+1)
	if !slices.Contains(net.nodes, p.to) {
		return nil // it crashed
	}
	for _, f := range p.frames {
		merge := p.to.log.mergePayload
		if net.whole {
			merge = p.to.log.Merge
		}
		c, err := merge(f)
		if gap := (*GapError)(nil); err != nil && !errors.As(err, &gap) {
			return fmt.Errorf("merge: %w", err)
		}
		if err := p.to.repaint(c); err != nil {
			return err
		}
	}
	if p.want != nil {
		net.answer(p.to, p.from, *p.want)
	}
	for _, data := range p.messages {
		err := net.message(p, data)
		if errors.As(err, new(*GapError)) {
			if net.rnd.IntN(3) == 0 {
				net.want(p.to, p.from)
			}
			return nil // what follows is behind the same gap
		}
		if err != nil {
			return fmt.Errorf("%s: %w", data, err)
		}
	}
	return nil
}

func (net *network) message(p packet, data []byte) error {
	m, err := ParseMessage(data)
	if err != nil {
		return err
	}
	e, ok := m.(Entry)
	if !ok {
		return fmt.Errorf("%T is no entry", m)
	}
	c, err := p.to.log.Add(e)
	if errors.Is(err, ErrDuplicate) {
		return nil
	}
	if err != nil {
		return err
	}
	key := Key{N: e.N, Site: e.Site}
	if p.to.took[key] {
		return errors.New("taken twice")
	}
	p.to.took[key] = true
	return p.to.repaint(c)
}

// answer sends what the want lacks, in frames that may overtake each other.
func (net *network) answer(from, to *node, w want) {
	l := from.log
	if net.whole {
		for f := range l.Frames(w.have, w.dead) {
			net.send(packet{from: from, to: to, frames: [][]byte{f}})
		}
		return
	}
	gone := l.gone(w.have, w.dead)
	for {
		runs := l.collect(w.have, 1+net.rnd.IntN(2*blockRows))
		if len(gone)+len(runs) == 0 {
			return
		}
		net.send(packet{from: from, to: to, frames: [][]byte{slices.Concat(l.payload(gone, runs)...)}})
		runs.count(w.have)
		gone = nil
	}
}

// heal ends all trouble: everything arrives, and whoever lacks something asks.
func (net *network) heal() error {
	clear(net.cut)
	for range 100 {
		for len(net.queue) > 0 {
			if err := net.deliver(); err != nil {
				return err
			}
		}
		for _, a := range net.nodes {
			for _, b := range net.nodes {
				if !a.log.Covers(b.log.Have(), b.log.Dead()) {
					net.want(a, b) // one at a time
					break
				}
			}
		}
		if len(net.queue) == 0 {
			return nil
		}
	}
	return errors.New("still asking")
}
