package canvas

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var soak = flag.Bool("soak", false, "run ten times as many schedules")

// TestSchedules lets peers draw, clear, undo and adopt over a network that
// loses, repeats and reorders messages, is cut one way, whose peers crash, come
// late and are restored under another name, whose clocks differ, and in which one
// member says whatever it likes. Then it heals, and what they hold must be what
// oracles say that know only what was written.
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

const second = 1000 * TicksPerMilli

// A network is a room in which everything goes wrong that can.
type network struct {
	seed  uint64
	rnd   *rand.Rand
	now   uint64
	nodes []*node
	links map[[2]int][]packet
	cut   map[[2]int]bool // from, to
	wrote map[Site][]Entry
	liar  *hostile
	sites int
	whole bool // frames are deflated, as they travel
	long  bool // some draw much at once
}

// A packet is on its way.
type packet struct {
	entries []Entry // and the head, as one run of a text message
	head    Head
	clear   Clear
	have    *Have
	frames  [][]byte
	proofs  []*Proof
}

func runSchedule(seed uint64) error {
	net := &network{
		seed: seed, rnd: rand.New(rand.NewPCG(seed, 1)), now: vectorNow,
		links: map[[2]int][]packet{}, cut: map[[2]int]bool{}, wrote: map[Site][]Entry{}, whole: seed%16 == 0, long: seed%16 == 1,
	}
	net.liar = &hostile{net: net, rnd: net.rnd}
	for range 2 + net.rnd.IntN(3) {
		net.join()
	}
	for range 100 {
		if err := net.step(); err != nil {
			return err
		}
		for _, n := range net.nodes {
			if n.log.clock > net.now+Tolerance+100*second {
				return fmt.Errorf("time has run away by %d s", (n.log.clock-net.now)/second)
			}
		}
	}
	return net.settle()
}

func (net *network) join() {
	n := &node{alive: true, skew: int64(net.rnd.IntN(60*second)) - 30*second}
	n.log = NewLog(net.signer())
	net.nodes = append(net.nodes, n)
}

func (net *network) signer() *Signer {
	net.sites++
	s := newAuthor(fmt.Sprintf("honest %d %d", net.seed, net.sites)).Signer
	net.wrote[s.Site()] = nil
	return s
}

func (net *network) any() *node { return net.nodes[net.rnd.IntN(len(net.nodes))] }

func (net *network) clockOf(n *node) uint64 { return uint64(int64(net.now) + n.skew) }

func (net *network) step() error {
	net.now += net.rnd.Uint64N(second / 4)
	if net.rnd.IntN(60) == 0 {
		net.now += 2000 * second
	}
	i := net.rnd.IntN(len(net.nodes))
	n := net.nodes[i]
	switch x := net.rnd.IntN(100); {
	case x < 25 && n.alive:
		return net.draw(i)
	case x < 28 && n.alive:
		return net.wipe(i)
	case x < 40 && n.alive:
		return net.tell(i)
	case x < 42:
		a, b := net.rnd.IntN(len(net.nodes)), net.rnd.IntN(len(net.nodes))
		net.cut[[2]int{a, b}] = !net.cut[[2]int{a, b}]
	case x < 43 && len(net.nodes) < 6:
		net.join()
	case x < 44 && len(net.nodes) > 3:
		n.alive = false
	case x < 56:
		return net.liar.attack()
	case x < 57 && n.alive:
		return net.restore(n)
	case x < 62 && n.alive:
		return net.verify(n)
	default:
		for range 4 {
			if keys := net.keys(); len(keys) > 0 {
				if err := net.deliver(keys[net.rnd.IntN(len(keys))]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// draw writes a message of a few entries, and sends it to everybody.
func (net *network) draw(i int) error {
	n := net.nodes[i]
	l := n.log
	from, _ := l.Holds(l.own)
	much := 4
	if net.long && net.rnd.IntN(6) == 0 {
		much = 200
	}
	for range 1 + net.rnd.IntN(much) {
		var e Entry
		var c Change
		var err error
		now := net.clockOf(n)
		switch x := net.rnd.IntN(12); {
		case x == 0 && l.Undoable() > 0:
			e, c, err = l.Undo(l.Undoable(), now)
		case x == 1 && l.Redoable() > 0:
			e, c, err = l.Redo(l.Redoable(), now)
		case x == 2:
			e, err = l.Adopt("plain", Segment{To: Point{X: float64(net.rnd.IntN(4))}, Force: 1}, now)
		case x == 3:
			e, err = l.Write(Other{"later", fmt.Sprintf(`{"v":"%s"}`, strings.Repeat("x", net.rnd.IntN(3)*60))}, n.k, now)
		default:
			if net.rnd.IntN(3) == 0 {
				n.k = 0
			}
			e, err = l.Draw(randomShape(net.rnd), n.k, now)
			n.k = e.K
		}
		if err != nil {
			return fmt.Errorf("a pen has stopped: %w", err)
		}
		net.wrote[l.own] = append(net.wrote[l.own], e)
		if _, shape := e.Op.(Shape); shape {
			c = Change{Kind: Appended, From: e.Key(), Box: Bounds(e.Op)}
		}
		if err := n.follow(c); err != nil {
			return err
		}
	}
	l.Sign()
	for _, r := range l.Runs(l.own, from+1) {
		if r.First <= from {
			return errors.New("what is sent begins before what was written")
		}
		net.liar.heard = append(net.liar.heard, r)
		net.toAll(i, packet{entries: slices.Collect(r.Entries()), head: Head{Site: r.Site, Key: r.Key, N: r.Last(), Sig: r.Sig}})
	}
	return nil
}

func (net *network) wipe(i int) error {
	n := net.nodes[i]
	t := n.log.Next(net.clockOf(n))
	if net.rnd.IntN(4) == 0 {
		t -= min(uint64(net.rnd.IntN(2*second)), t-1) // as heard a while ago
	}
	c, change, err := n.log.ClearAt(t)
	if err != nil {
		return err
	}
	if t == n.log.Next(0)-1 && len(slices.Collect(n.log.Paint(Key{}))) > 0 {
		return errors.New("something shows where all was cleared")
	}
	net.toAll(i, packet{clear: c})
	return n.follow(change)
}

// tell says what somebody holds to everybody.
func (net *network) tell(i int) error {
	h := net.nodes[i].log.Have()
	net.toAll(i, packet{have: &h})
	return nil
}

func (net *network) verify(n *node) error {
	_, change := n.log.Verify()
	return n.follow(change)
}

// restore makes somebody anew of what it stored, under another name.
func (net *network) restore(n *node) error {
	old := n.log
	n.log, n.picture, n.k = NewLog(net.signer()), nil, 0
	_, c := n.log.TakeClear(old.LastClear(), MaxTime)
	if err := n.follow(c); err != nil {
		return err
	}
	for _, site := range old.voidSites() {
		if err := net.prove(n, old.Void(site)); err != nil {
			return err
		}
	}
	for f := range old.Frames(nil) {
		m, err := n.log.Merge(f, MaxTime-Tolerance)
		if err != nil || m.Bad+m.Gaps+m.Early > 0 {
			return fmt.Errorf("what was stored does not fit: %+v, %v", m, err)
		}
		if err := n.follow(m.Change); err != nil {
			return err
		}
	}
	if n.log.Digest() != old.Digest() {
		return errors.New("what was restored has another digest")
	}
	return nil
}
