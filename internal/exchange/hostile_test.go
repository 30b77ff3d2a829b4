package exchange

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"drawmesh/canvas"
)

// A hostile is a member that knows the protocol, hears all that it is sent, has any
// number of keys of its own, and says whatever it likes to whomever.
type hostile struct {
	in      *room
	stories []*story
	heard   []said
	minted  int
}

// A story is what a site of the hostile one has written, and can write again from
// any point on.
type story struct {
	signer *canvas.Signer
	log    *canvas.Log
	wrote  []stroke
}

type stroke struct {
	x float64
	t uint64
}

func newHostile(r *room) *hostile {
	h := &hostile{in: r}
	h.mint()
	return h
}

func (h *hostile) mint() *story {
	s := &story{signer: h.in.signer(fmt.Sprint("eve", h.minted))}
	h.minted++
	s.log = canvas.NewLog(s.signer)
	h.stories = append(h.stories, s)
	return s
}

// says is its capability.
func (h *hostile) says() []byte {
	return fmt.Appendf(nil, `{"v":2,"key":"%s"}`, h.stories[0].signer.Key())
}

// claims is what somebody says beside a description. The hostile one may say to be
// somebody else.
func (h *hostile) claims(m *member) []byte {
	if m.id == "eve" && h.in.rnd.IntN(6) == 0 {
		return h.in.peers[h.in.rnd.IntN(2)].says
	}
	return m.says
}

func (h *hostile) hears(s said) {
	if h.heard = append(h.heard, s); len(h.heard) > 200 {
		h.heard = h.heard[100:]
	}
}

// when is a time: now, ahead, far ahead, or long ago.
func (h *hostile) when() uint64 {
	now := canvas.Ticks(h.in.now)
	switch h.in.rnd.IntN(6) {
	case 0:
		return now + canvas.Tolerance - canvas.Tolerance/15
	case 1:
		return now + 5*canvas.Tolerance
	case 2:
		return 1 + h.in.rnd.Uint64N(now)
	}
	return now + uint64(h.in.rnd.IntN(9))
}

// goOn writes something more, and is what is new of it as text.
func (s *story) goOn(h *hostile, n int, t uint64) string {
	from := len(s.wrote)
	for range n {
		s.put(stroke{float64(h.in.rnd.IntN(9)), t})
	}
	s.log.Sign()
	var text []byte
	for _, r := range s.log.Runs(s.log.Site(), uint32(from+1)) {
		text = append(r.Live(text, s != h.stories[0] || h.in.rnd.IntN(2) == 0), '\n')
	}
	return strings.TrimSuffix(string(text), "\n")
}

func (s *story) put(k stroke) {
	if _, err := s.log.Draw(segment(k.x), 0, k.t); err != nil {
		panic(err)
	}
	s.wrote = append(s.wrote, k)
}

// branch is the same story up to some entry, and open after it.
func (s *story) branch(n int) *story {
	b := &story{signer: s.signer, log: canvas.NewLog(s.signer)}
	for _, k := range s.wrote[:n] {
		b.put(k)
	}
	return b
}

// attack says something to one, or to all.
func (h *hostile) attack() {
	rnd := h.in.rnd
	if rnd.IntN(8) == 0 {
		h.mint()
	}
	i := rnd.IntN(len(h.stories))
	s := h.stories[i]
	switch rnd.IntN(16) {
	case 0, 1:
		h.say(says("%s", s.goOn(h, 1+rnd.IntN(3), h.when())))
	case 2, 3: // another branch
		b := s.branch(rnd.IntN(len(s.wrote) + 1))
		text := b.goOn(h, 1+rnd.IntN(3), h.when())
		if rnd.IntN(2) == 0 {
			h.say(says("%s", text))
		} else {
			h.say(frameOf(b.log, rnd.IntN(len(b.wrote))))
		}
		if rnd.IntN(2) == 0 {
			h.stories[i] = b
		}
	case 4:
		if len(s.wrote) > 0 {
			h.say(frameOf(s.log, rnd.IntN(len(s.wrote))))
		}
	case 5, 6:
		h.replay()
	case 7:
		if rnd.IntN(3) == 0 {
			h.clears()
		}
	case 8:
		h.boasts()
	case 9:
		h.say(says(`{"event":"want","have":{},"clear":0}`))
	case 10: // in an honest name, on a link where it may have said to be that one
		site := h.in.peers[rnd.IntN(2)].x.log.Site()
		n := len(h.in.wrote[site]) + 1
		o := []string{"", fmt.Sprintf(`,"o":"%s"`, site)}[rnd.IntN(2)]
		h.say(says(`{"event":"undo","n":%d,"t":%d,"k":1%s}`+"\n"+`{"event":"head","n":%[1]d,"sig":"%[4]s"%[3]s}`, n, h.when(), o, canvas.Signature{1}))
	case 14: // a proof of what is none
		log := h.in.peers[rnd.IntN(2)].x.log
		if runs := log.Runs(log.Site(), 1); len(runs) > 0 {
			p := &canvas.Proof{First: runs[0], Second: runs[rnd.IntN(len(runs))]}
			h.say(said{canvas.AppendProof(nil, p), false})
		}
	case 11, 15: // two stories of which each goes to one
		twin := h.mint()
		other := twin.branch(0)
		h.say(says("%s", twin.goOn(h, 2, h.when())))
		h.say(says("%s", other.goOn(h, 2, h.when())))
	case 12:
		h.say(says(`{"event":"ping","sum":"%s"}`, canvas.Digest{byte(rnd.IntN(9))}))
	case 13:
		h.say(says("%s", []string{"{", `{"event":"bye"}`, `{"event":"dance"}`, "M\x02\x01\x00\xff"}[rnd.IntN(4)]))
	}
}

// frameOf is a frame of what somebody lacks who has so much of a story.
func frameOf(l *canvas.Log, have int) said {
	return said{l.NextFrame(canvas.Vector{l.Site(): uint32(have)}), false}
}

// say says something to one, or to all.
func (h *hostile) say(s said) {
	eve, all := h.in.member("eve"), h.in.rnd.IntN(3) == 0
	one := h.in.rnd.IntN(len(h.in.peers))
	for i, m := range h.in.peers {
		if l := h.in.link(eve, m); l != nil && (all || i == one) && len(s.data) > 0 {
			l.queue = append(l.queue, s)
		}
	}
}

// replay says what was heard, as it was or spoilt, in its author's name or its own.
func (h *hostile) replay() {
	if len(h.heard) == 0 {
		return
	}
	s := h.heard[h.in.rnd.IntN(len(h.heard))]
	s.data = bytes.Clone(s.data)
	switch h.in.rnd.IntN(3) {
	case 0:
		s.data[h.in.rnd.IntN(len(s.data))]++
	case 1:
		s.data = bytes.Replace(s.data, []byte(`"k":`), fmt.Appendf(nil, `"o":"%s","k":`, h.in.peers[0].x.log.Site()), -1)
	}
	h.say(s)
}

func (h *hostile) clears() {
	c, _, err := canvas.NewLog(h.stories[h.in.rnd.IntN(len(h.stories))].signer).ClearAt(h.when())
	if err != nil {
		panic(err)
	}
	if h.in.rnd.IntN(3) == 0 {
		c.T += 7 // which nobody signed
	}
	h.say(said{AppendMessage(nil, c), true})
}

// boasts says to hold what nobody has, or what others do and another sum.
func (h *hostile) boasts() {
	m := Have{All: h.in.rnd.IntN(2) == 0, Have: canvas.Vector{}, Sum: canvas.Digest{byte(h.in.rnd.IntN(9))}}
	for _, p := range h.in.peers {
		if p.x == nil {
			continue
		}
		site := p.x.log.Site()
		switch have, _ := p.x.log.Holds(site); h.in.rnd.IntN(3) {
		case 0:
			m.Have[site] = have
		case 1:
			m.Have[site] = have + 1 + h.in.rnd.Uint32N(9)
		}
		if h.in.rnd.IntN(6) == 0 {
			m.Void = append(m.Void, site)
		}
	}
	m.Have[anySiteOf(h.in)] = 3
	if h.in.rnd.IntN(4) == 0 {
		m.Clear = canvas.Clear{T: canvas.Ticks(h.in.now.Add(time.Hour)), Key: h.stories[0].signer.Key()}
	}
	h.say(said{AppendMessage(nil, m), true})
}

// anySiteOf is one of which nobody has heard, the same for the same seed.
func anySiteOf(r *room) (s canvas.Site) {
	for i := range s {
		s[i] = byte(r.rnd.Uint32())
	}
	return s
}
