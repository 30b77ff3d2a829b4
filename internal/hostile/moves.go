package hostile

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"drawmesh/canvas"
)

const (
	second = 1000 * canvas.TicksPerMilli
	most   = canvas.Tolerance - 5*second // ahead that others take, about
)

// Clears are clears: later and later, of the future, of nobody, in others' names.
func Clears() []Move {
	said := func(a *attack, by *author, t uint64) {
		a.say(fmt.Appendf(nil, `{"event":"clear",%s}`, by.clear(t)))
	}
	return []Move{
		{"clear", func(a *attack) { said(a, a.self, now()) }},
		{"clear again and again", func(a *attack) {
			for i := range uint64(50) {
				said(a, a.self, now()+i)
			}
		}},
		{"clear what is to come", func(a *attack) { said(a, a.self, now()+most) }},
		{"clear all that ever comes", func(a *attack) {
			for _, t := range []uint64{now() + 2*canvas.Tolerance, 1 << 50, canvas.MaxTime, canvas.MaxTime + 1, 1 << 63} {
				said(a, a.self, t)
			}
		}},
		{"clear as many", func(a *attack) {
			for range 10 {
				said(a, newAuthor(a.random.Uint64), now()+a.random.Uint64N(second))
			}
		}},
		{"clear as somebody else", func(a *attack) {
			key, _ := a.victim()
			said(a, a.self.inNameOf(key, 0), now())
			a.say(fmt.Appendf(nil, `{"event":"clear","t":%d,"key":"%s","sig":"%s"}`, now(), key, canvas.Signature{}))
		}},
		{"clear as anybody", func(a *attack) { // a key of order 4 signs every fourth text
			var key canvas.PublicKey
			for t := now(); ; t++ {
				if c := (canvas.Clear{T: t, Key: key}); ed25519.Verify(key[:], clearText(t), c.Sig[:]) {
					a.say(fmt.Appendf(nil, `{"event":"clear","t":%d,"key":"%s","sig":"%s"}`, t, c.Key, c.Sig))
					return
				}
			}
		}},
		{"claim a clear", func(a *attack) {
			for _, t := range []uint64{now(), now() + most, canvas.MaxTime} {
				a.say(fmt.Appendf(nil, `{"event":"have","have":{},"clear":{%s},"sum":"%v"}`, a.self.clear(t), canvas.Digest{}))
			}
		}},
	}
}

// Sites are sites that nobody has heard of, as many as a frame holds, and more than
// a neighbour takes.
func Sites() []Move {
	invent := func(a *attack) (runs []run) {
		for range 256 {
			runs = append(runs, a.scribble(newAuthor(a.random.Uint64), 1, now()).runs()...)
		}
		return runs
	}
	return []Move{
		{"new sites", func(a *attack) { a.all(frame(invent(a)...), false) }},
		{"new sites as text", func(a *attack) {
			for _, r := range invent(a)[:100] {
				a.say(r.of.text(1, 1, true))
			}
		}},
		{"load after load", func(a *attack) {
			a.relink(a.self.key)
			for range 4 {
				a.all(frame(invent(a)...), false)
			}
		}},
		{"claim new sites", func(a *attack) { a.say(a.claim(1024)) }},
	}
}

// claim says to hold what nobody has.
func (a *attack) claim(sites int) []byte {
	b := []byte(`{"event":"have","have":{`)
	for i := range sites {
		var s canvas.Site
		for j := range s {
			s[j] = byte(a.random.Uint32())
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `"%s":%d`, s, 1+a.random.Uint32N(canvas.MaxN))
	}
	return fmt.Appendf(b, `},"sum":"%v"}`, canvas.Digest{})
}

// Clocks are times: of tomorrow, of the end of time, of long ago, and such as go
// back.
func Clocks() []Move {
	at := func(name string, times ...func() uint64) Move {
		return Move{name, func(a *attack) {
			by := a.invent()
			for _, t := range times {
				by.add(entry{kind: draw, t: t()})
			}
			a.send(by.runs()...)
		}}
	}
	in := func(ticks uint64) func() uint64 { return func() uint64 { return now() + ticks } }
	return []Move{
		at("as late as it may be", in(most)),
		at("tomorrow", in(24*3600*second)),
		at("the end of time", func() uint64 { return canvas.MaxTime }),
		at("beyond it", func() uint64 { return 1 << 63 }),
		at("long ago", func() uint64 { return 1 }, func() uint64 { return 2 }),
		at("to the end of time", in(0), func() uint64 { return canvas.MaxTime }),
		at("back", in(0), func() uint64 { return 1 }),
		at("at no time", func() uint64 { return 0 }),
	}
}

// Forks are two stories under one key, told to different peers.
func Forks() []Move {
	return []Move{
		{"two beginnings", func(a *attack) { a.fork(a.invent()) }},
		{"two ends", func(a *attack) {
			by := a.scribble(a.invent(), 3, now())
			a.send(by.runs()...)
			a.fork(by)
		}},
		{"another time", func(a *attack) {
			late := a.scribble(a.invent(), 3, now())
			early := a.scribble(late.branch(0), 5, now()-second)
			a.toEach(late, early)
		}},
		{"a story of one's own", func(a *attack) {
			a.fork(a.self)
			pause(a.ctx, 2*time.Second)
			a.self = a.invent()
			a.relink(a.self.key)
		}},
	}
}

// fork goes on in two ways.
func (a *attack) fork(by *author) {
	a.toEach(a.scribble(by.branch(by.n()), 2, now()), a.scribble(by.branch(by.n()), 3, now()))
}

// toEach tells every second neighbour one story, and the others another.
func (a *attack) toEach(stories ...*author) {
	for i, id := range a.neighbours() {
		story := stories[i%2]
		if a.random.IntN(2) == 0 {
			a.to(id, frame(story.runs()...), false)
			continue
		}
		for _, r := range story.runs() {
			a.to(id, story.text(r.first, r.last, story.key != a.self.key), true)
		}
	}
}

// Rewrites are what others wrote, spoilt, in another order, or cut off.
func Rewrites() []Move {
	return []Move{
		{"heard again", func(a *attack) {
			for _, msg := range a.latest() {
				a.all(msg.Data, msg.Text)
			}
		}},
		{"heard backwards, spoilt", func(a *attack) {
			heard := a.latest()
			slices.Reverse(heard)
			for _, msg := range heard {
				a.all(a.spoil(msg.Data, msg.Text), msg.Text)
			}
		}},
		{"another story of theirs", func(a *attack) {
			key, n := a.victim()
			if n > 0 {
				a.send(a.scribble(a.self.inNameOf(key, 0), int(min(n, 300)), now()).runs()...)
			}
		}},
		{"their drawing, spoilt", func(a *attack) {
			for _, f := range a.frames() {
				a.all(a.spoil(f, false), false)
			}
		}},
		{"their drawing, cut off", func(a *attack) {
			for _, f := range a.frames() {
				p := inflate(f)
				a.all(deflate(1, p[:a.random.IntN(len(p))]), false)
				a.all(f[:a.random.IntN(len(f))], false)
			}
		}},
		{"their drawing as proof", func(a *attack) {
			for _, f := range a.frames() {
				a.all(deflate(2, inflate(f)), false)
			}
		}},
		{"more of theirs than there is", func(a *attack) {
			key, n := a.victim()
			a.say(fmt.Appendf(nil, `{"event":"have","have":{"%s":%d},"sum":"%v"}`, key.Site(), n+1000, canvas.Digest{}))
		}},
	}
}
