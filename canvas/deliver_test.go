package canvas

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

func (net *network) send(from, to int, p packet) {
	link := [2]int{from, to}
	if from == to || net.cut[link] || net.rnd.IntN(20) == 0 {
		return
	}
	net.links[link] = append(net.links[link], p)
	if net.rnd.IntN(15) == 0 {
		net.links[link] = append(net.links[link], p)
	}
}

func (net *network) toAll(from int, p packet) {
	for i, n := range net.nodes {
		if n.alive {
			net.send(from, i, p)
		}
	}
}

func (net *network) keys() [][2]int {
	return slices.SortedFunc(maps.Keys(net.links), func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
}

// deliver delivers a packet of a link, not always the first.
func (net *network) deliver(link [2]int) error {
	queue := net.links[link]
	if len(queue) == 0 {
		delete(net.links, link)
		return nil
	}
	i := 0
	if net.rnd.IntN(4) == 0 {
		i = net.rnd.IntN(len(queue))
	}
	p := queue[i]
	net.links[link] = slices.Concat(queue[:i], queue[i+1:])
	if to := net.nodes[link[1]]; to.alive {
		return net.hear(link, to, p)
	}
	return nil
}

func (net *network) hear(link [2]int, n *node, p packet) error {
	if len(p.entries) > 0 {
		own := p.head.Site == net.nodes[link[0]].log.own
		v, c, proof := n.log.TakeLive(p.entries, p.head, net.clockOf(n), own && net.rnd.IntN(3) > 0)
		if v == Bad {
			return fmt.Errorf("a live message of %v's is bad", p.head.Site)
		}
		if err := net.took(n, v, c, proof); err != nil {
			return err
		}
	}
	for _, proof := range p.proofs {
		if err := net.prove(n, proof); err != nil {
			return err
		}
	}
	if p.clear != (Clear{}) {
		if err := net.takeClear(n, p.clear); err != nil {
			return err
		}
	}
	for _, f := range p.frames {
		if err := net.merge(n, f); err != nil {
			return err
		}
	}
	if p.have != nil {
		return net.answer(link, n, *p.have)
	}
	return nil
}

// answer sends who told h what it lacks.
func (net *network) answer(link [2]int, n *node, h Have) error {
	if err := net.verify(n); err != nil {
		return err
	}
	if h.Clear != (Clear{}) {
		if err := net.takeClear(n, h.Clear); err != nil {
			return err
		}
	}
	var p packet
	p.clear, p.proofs = n.log.Lacking(h)
	p.frames = net.frames(n.log, h.Sites)
	mine := n.log.Have()
	if len(p.frames) == 0 && mine.Digest != h.Digest && maps.Equal(mine.Sites, h.Sites) {
		p.frames = [][]byte{net.frameOf(n.log.newestHeads()...)}
	}
	net.send(link[1], link[0], p)
	return nil
}

// took does what follows from a verdict.
func (net *network) took(n *node, v Verdict, c Change, proof *Proof) error {
	if err := n.follow(c); err != nil {
		return err
	}
	if v == Forked {
		return net.prove(n, proof)
	}
	return nil
}

func (net *network) merge(n *node, frame []byte) error {
	before := n.log.Len()
	m, err := net.unpack(n, frame)
	if err != nil && (m.Change.Kind != Nothing || n.log.Len() != before) {
		return fmt.Errorf("a damaged frame did something: %w", err)
	}
	if err := n.follow(m.Change); err != nil {
		return err
	}
	for _, span := range m.Taken {
		for i := span.First; i <= span.Last; i++ {
			if _, ok := n.log.Entry(span.Site, i); !ok {
				return fmt.Errorf("entry %d of %v was taken, and is not there", i, span.Site)
			}
		}
	}
	for _, proof := range m.Proofs {
		if err := net.prove(n, proof); err != nil {
			return err
		}
	}
	return nil
}

func (net *network) takeClear(n *node, c Clear) error {
	if !n.alive {
		return nil
	}
	v, change := n.log.TakeClear(c, net.clockOf(n))
	if v == Taken {
		net.toAll(slices.Index(net.nodes, n), packet{clear: c})
	}
	return n.follow(change)
}

// prove takes a proof, as it comes by the wire, and passes it on.
func (net *network) prove(n *node, p *Proof) error {
	if !n.alive {
		return nil
	}
	parsed, err := net.wire(p)
	if err != nil {
		if p.Holds() {
			return fmt.Errorf("a proof cannot be sent: %w", err)
		}
		return nil
	}
	_, honest := net.wrote[p.Site()]
	if net.whole && parsed.Holds() != p.Holds() {
		return fmt.Errorf("a proof against %v holds only as it was, or as it came", p.Site())
	}
	v, change := n.log.TakeProof(parsed)
	if v == Taken && honest {
		return fmt.Errorf("%v is honest, and void", p.Site())
	}
	if v == Taken {
		net.toAll(slices.Index(net.nodes, n), packet{proofs: []*Proof{parsed}})
	}
	return n.follow(change)
}

// Most schedules leave out the deflating, which takes longer than all else.

// frames are what somebody lacks who holds have.
func (net *network) frames(l *Log, have Vector) (frames [][]byte) {
	if net.whole {
		return slices.Collect(l.Frames(have))
	}
	have = have.Clone()
	for runs := l.collect(have, 50, 10); len(runs) > 0; runs = l.collect(have, 50, 10) {
		frames = append(frames, slices.Concat(l.payload(runs, false)...))
		for _, r := range runs {
			have[r.Site] = r.Last()
		}
	}
	return frames
}

func (net *network) unpack(n *node, frame []byte) (Merged, error) {
	if net.whole {
		return n.log.Merge(frame, net.clockOf(n))
	}
	return n.log.mergePayload(frame, net.clockOf(n), nil)
}

// frameOf is one frame of runs.
func (net *network) frameOf(runs ...Run) []byte {
	if net.whole {
		return frameOf(runs...)
	}
	var l Log
	return slices.Concat(l.payload(runs, false)...)
}

// wire is a proof as it arrives.
func (net *network) wire(p *Proof) (*Proof, error) {
	if net.whole {
		return ParseProof(AppendProof(nil, p))
	}
	var l Log
	return parseProof(slices.Concat(l.payload([]Run{p.First, p.Second}, true)...))
}
