package canvas

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A hostile is a member with any number of keys of its own, who says whatever it
// likes to whomever, and hears everything.
type hostile struct {
	net     *network
	rnd     *rand.Rand
	authors []*author
	lawful  *author
	heard   []Run
	minted  int
}

// mint makes a site.
func (h *hostile) mint() *author {
	h.minted++
	return newAuthor(fmt.Sprintf("hostile %d %d", h.net.seed, h.minted))
}

// op is any op that can be about an entry n.
func (h *hostile) op(n uint32) (op LogOp, k uint32) {
	switch h.rnd.IntN(8) {
	case 0, 1:
		if n > 1 {
			return []LogOp{Undo{}, Redo{}}[h.rnd.IntN(2)], 1 + h.rnd.Uint32N(n-1)
		}
	case 2:
		return Other{"later", fmt.Sprintf(`{"v":"%s"}`, strings.Repeat("z", h.rnd.IntN(2)*120+h.rnd.IntN(9)))}, 1 + h.rnd.Uint32N(n)
	}
	return randomShape(h.rnd), 1 + h.rnd.Uint32N(n)
}

// when is a time: now, ahead, far ahead, or long ago.
func (h *hostile) when() uint64 {
	switch h.rnd.IntN(6) {
	case 0:
		return h.net.now + Tolerance - Tolerance/15
	case 1:
		return h.net.now + 5*Tolerance
	case 2:
		return 1 + h.rnd.Uint64N(h.net.now)
	}
	return h.net.now + uint64(h.rnd.IntN(9))
}

// more writes some entries, whose times mostly go on.
func (h *hostile) more(a *author, n int) *author {
	for range n {
		t := h.when()
		if last := len(a.rows) - 1; last >= 0 && h.rnd.IntN(6) > 0 {
			t = max(t, a.rows[last].t+1)
		}
		op, k := h.op(a.have() + 1)
		by := ""
		if _, shape := op.(Shape); shape && h.rnd.IntN(6) == 0 {
			by, k = "plain", a.have()+1
		}
		a.put(Entry{T: t, K: k, Op: op, By: by})
	}
	return a
}

func (h *hostile) attack() error {
	if len(h.authors) == 0 || h.rnd.IntN(6) == 0 {
		h.authors = append(h.authors, h.mint())
	}
	i := h.rnd.IntN(len(h.authors))
	a := h.authors[i]
	switch h.rnd.IntN(16) {
	case 0, 1: // goes on, to everybody or to one
		from := a.have() + 1
		h.more(a, 1+h.rnd.IntN(4))
		runs := a.runs(from)
		if h.rnd.IntN(3) == 0 {
			runs = []Run{a.run(from, a.have())} // whatever milestones there are
		}
		if h.rnd.IntN(2) == 0 {
			return h.toAll(runs...)
		}
		return h.toOne(runs...)
	case 2, 3: // another branch
		if a.have() > 0 {
			at := h.rnd.Uint32N(a.have())
			b := h.more(a.upTo(at), 1+h.rnd.IntN(4))
			if h.rnd.IntN(2) == 0 {
				h.authors[i] = b
			}
			return h.toOne(b.runs(at + 1)...)
		}
	case 4: // from the middle
		if a.have() > 1 {
			return h.toOne(a.runs(2 + h.rnd.Uint32N(a.have()-1))...)
		}
	case 5: // others' runs again, or spoilt
		return h.replay()
	case 6, 7:
		return h.clears(a)
	case 8: // two stories of one length, or not
		twin := h.mint()
		if err := h.toOne(h.more(twin, 1+h.rnd.IntN(3)).runs(1)...); err != nil {
			return err
		}
		return h.toOne(h.more(twin.upTo(0), 1+h.rnd.IntN(3)).runs(1)...)
	case 9: // a long dead story to one, a short live one to another
		return h.longAndShort()
	case 10: // in an honest name
		return h.forge()
	case 11: // a proof of what is none
		return h.proofs()
	case 12, 15: // on the author's own link, lazily
		return h.lazily()
	case 13: // a whole story to one
		if a.have() > 0 {
			return h.toOne(a.runs(1)...)
		}
	case 14: // heads alone
		if a.have() > 0 {
			n := 1 + h.rnd.Uint32N(a.have())
			return h.toOne(a.run(n, n).head(a.chains[n]))
		}
	}
	return nil
}

// toOne puts runs to somebody, as they are or in a frame.
func (h *hostile) toOne(runs ...Run) error { return h.to(h.net.any(), runs) }

func (h *hostile) toAll(runs ...Run) error {
	for _, n := range h.net.nodes {
		if err := h.to(n, runs); err != nil {
			return err
		}
	}
	return nil
}

func (h *hostile) to(n *node, runs []Run) error {
	if !n.alive {
		return nil
	}
	if h.rnd.IntN(2) == 0 {
		return h.net.merge(n, h.net.frameOf(runs...))
	}
	for _, r := range runs {
		v, c, proof := n.log.Take(r, h.net.clockOf(n))
		if err := h.net.took(n, v, c, proof); err != nil {
			return err
		}
	}
	return nil
}

func (h *hostile) replay() error {
	if len(h.heard) == 0 {
		return nil
	}
	r := h.heard[h.rnd.IntN(len(h.heard))]
	r.rows = slices.Clone(r.rows)
	switch h.rnd.IntN(7) {
	case 0:
		r.rows[0].pen++
	case 1:
		r.rows = r.rows[:len(r.rows)-1]
	case 2:
		r.Before[3]++
	case 3:
		r.First++
	case 4:
		r.Sig[h.rnd.IntN(64)]++
	case 5:
		r.Key = PublicKey{}
	}
	return h.toOne(r)
}

func (h *hostile) clears(a *author) error {
	c := a.clear(h.when())
	if h.rnd.IntN(3) == 0 {
		c.T += 7
	}
	n := h.net.any()
	return h.net.takeClear(n, c)
}

func (h *hostile) longAndShort() error {
	twin, c := h.mint(), h.net.any().log.LastClear().T
	if c < 20 {
		return nil
	}
	for i := range uint64(3 + h.rnd.IntN(9)) {
		twin.write(randomShape(h.rnd), c-15+i, 1)
	}
	short := h.more(twin.upTo(0), 1+h.rnd.IntN(2))
	from := uint32(1)
	if h.rnd.IntN(2) == 0 {
		from = twin.have()
	}
	if err := h.toOne(twin.runs(from)...); err != nil {
		return err
	}
	return h.toOne(short.runs(1)...)
}

// forge says something new in an honest name, as whose own link it comes or not.
func (h *hostile) forge() error {
	n := h.net.any()
	site := h.net.any().log.Site()
	key, known := n.log.Key(site)
	have, _ := n.log.Holds(site)
	if !known || !n.alive || site == n.log.Site() {
		return nil
	}
	e := Entry{Site: site, N: have + 1, T: h.net.now + 1, K: 1, Op: randomShape(h.rnd)}
	v, c, proof := n.log.TakeLive([]Entry{e}, Head{Site: site, Key: key, N: e.N, Sig: h.authors[0].sign(nil)}, h.net.clockOf(n), false)
	if v == Taken {
		return fmt.Errorf("what nobody signed was taken")
	}
	return h.net.took(n, v, c, proof)
}

func (h *hostile) proofs() error {
	if len(h.heard) < 2 {
		return nil
	}
	a, b := h.heard[h.rnd.IntN(len(h.heard))], h.heard[h.rnd.IntN(len(h.heard))]
	for _, p := range []*Proof{{a, b}, {a.head(a.chains()[len(a.rows)]), b}} {
		n := h.net.any()
		if err := h.net.prove(n, p); err != nil {
			return err
		}
	}
	return nil
}

// lazily says something as the peer of a site whose times go on, with a signature
// that holds or not.
func (h *hostile) lazily() error {
	n := h.net.any()
	if !n.alive {
		return nil
	}
	if h.lawful == nil || h.rnd.IntN(8) == 0 {
		h.lawful = h.mint().write(randomShape(h.rnd), h.net.now, 0)
	}
	a := h.lawful
	if err := h.to(n, a.runs(1)); err != nil {
		return err
	}
	b := a.upTo(a.have())
	for range 1 + h.rnd.IntN(3) {
		op, k := h.op(b.have() + 1)
		b.write(op, max(h.net.now, b.rows[b.have()-1].t+1), k)
	}
	spoilt := h.rnd.IntN(2) == 0
	for _, r := range b.runs(a.have() + 1) {
		entries, head := liveOf(r)
		if spoilt {
			head.Sig[9]++
		}
		v, c, proof := n.log.TakeLive(entries, head, h.net.clockOf(n), true)
		if err := h.net.took(n, v, c, proof); err != nil {
			return err
		}
	}
	if !spoilt {
		h.lawful = b
	}
	return nil
}
