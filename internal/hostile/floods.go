package hostile

import (
	"bytes"
	"fmt"
	"strings"

	"drawmesh/canvas"
)

// Floods are much of anything, to fill somebody's memory or time. One move takes a
// tenth of a second of a link, about.
func Floods() []Move {
	many := func(name string, n int, text func(a *attack, i int) []byte) Move {
		return Move{name, func(a *attack) {
			for i := range n {
				a.say(text(a, i))
			}
		}}
	}
	return []Move{
		many("huge texts", 4, func(a *attack, i int) []byte {
			return []byte(`{"event":"huge","v":"` + strings.Repeat(fmt.Sprint(i), 60<<10) + `"}`)
		}),
		many("huge texts that are no JSON", 4, func(*attack, int) []byte { return bytes.Repeat([]byte(`[{"a":`), 10<<10) }),
		{"frames that inflate", func(a *attack) {
			zeros := deflate(1, make([]byte, 14<<20))
			for range 4 {
				a.all(zeros, false)
			}
		}},
		many("wants", 200, func(*attack, int) []byte { return []byte(`{"event":"want","have":{},"clear":0}`) }),
		many("wants without end", 20, func(a *attack, _ int) []byte {
			claim := bytes.Replace(a.claim(500), []byte(`"have","have"`), []byte(`"want","have"`), 1)
			return append(claim[:bytes.LastIndexByte(claim, '}')], `,"clear":0,"more":true}`...)
		}),
		many("claims", 20, func(a *attack, _ int) []byte { return a.claim(1024) }),
		many("previews", 500, func(a *attack, i int) []byte {
			return fmt.Appendf(nil, `{"event":"drawRect","commit":false,"origin":{"x":%d,"y":1},"width":9,"height":9,"lineWidth":1,"color":"red"}`, i%600)
		}),
		{"other kinds", func(a *attack) {
			by := a.invent()
			for i := range 64 {
				by.add(entry{kind: other, t: now() + uint64(i), name: fmt.Sprint("kind", a.random.Uint32()), payload: `{"v":"` + strings.Repeat("z", 4000) + `"}`})
			}
			for _, r := range by.runs() {
				a.send(r)
			}
			a.all(frame(by.runs()...), false)
		}},
		{"names", func(a *attack) {
			by := a.invent()
			for i := range 2048 {
				by.add(entry{kind: draw, t: now() + uint64(i), by: fmt.Sprintf("%064d", a.random.Uint64())})
			}
			a.all(frame(by.runs()...), false)
		}},
		{"a drawing of much", func(a *attack) {
			a.self = a.scribble(a.self, 16_000, now()-second)
			runs := a.self.runs()
			a.all(frame(runs[max(0, len(runs)-60):]...), false)
		}},
		{"gaps", func(a *attack) {
			by := a.scribble(a.invent(), 300, now())
			for n := uint32(2); n <= 256; n += 2 {
				a.say(by.text(n, n, true))
			}
			a.all(frame(run{by, 257, 300}), false)
		}},
		{"proofs", func(a *attack) {
			for range 20 {
				a.all(lie(a.scribble(a.invent(), 3, now())), false)
			}
		}},
		{"proofs of what is none", func(a *attack) {
			by := a.scribble(a.invent(), 3, now())
			a.all(proof(run{by, 1, 1}, run{by, 2, 3}), false)
		}},
		{"messages that are too long", func(a *attack) { a.all(make([]byte, 63<<10), false) }},
		many("texts of many lines", 4, func(*attack, int) []byte {
			return bytes.Repeat([]byte(`{"event":"ping","sum":"00000000000000000000000000000000"}`+"\n"), 1000)
		}),
		many("numbers beyond numbers", 20, func(a *attack, i int) []byte {
			return fmt.Appendf(nil, `{"event":"draw","lastPoint":{"x":1e308,"y":-1e308},"x":1e309,"y":1,"force":1e9,"color":"red","n":%d,"t":%d,"k":1}`, i, uint64(canvas.MaxTime))
		}),
	}
}

// lie is the proof that an author has told two stories.
func lie(by *author) []byte {
	end := by.branch(by.n() - 1)
	end.add(entry{kind: draw, t: by.lastT() + 1}).add(entry{kind: draw, t: by.lastT() + 2})
	return proof(run{by, by.n(), by.n()}, run{end, end.n(), end.n()})
}
