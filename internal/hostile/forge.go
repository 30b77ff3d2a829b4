package hostile

import (
	"bytes"
	"fmt"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
)

// Forgeries are strokes, undos and heads in others' names.
func Forgeries() []Move {
	return []Move{
		{"a stroke in another's name", func(a *attack) {
			key, n := a.victim()
			a.forge(a.scribble(a.self.inNameOf(key, n), 3, now()))
		}},
		{"an undo in another's name", func(a *attack) { a.toggle(undo) }},
		{"a redo in another's name", func(a *attack) { a.toggle(redo) }},
		{"heads in another's name", func(a *attack) {
			key, n := a.victim()
			for _, at := range []uint32{1, n, n + 1} {
				a.say(fmt.Appendf(nil, `{"event":"head","n":%d,"o":"%s","key":"%s","sig":"%s"}`, at, key.Site(), key, text64(a.self.head(a.self.n()))))
			}
		}},
		{"adopted from who signs", func(a *attack) {
			id := a.one()
			by := a.invent().add(entry{kind: draw, t: now(), by: string(id), xy: [4]int32{1, 2, 3, 4}})
			a.send(by.runs()...)
		}},
		{"as the peer of another", func(a *attack) {
			key, n := a.victim()
			a.relink(key)
			story := a.scribble(a.self.inNameOf(key, n), 2, now())
			if n > 0 {
				story.add(entry{kind: undo, t: story.lastT() + 1, k: n})
			}
			a.say(story.text(n+1, story.n(), false))
			pause(a.ctx, 50*time.Millisecond)
			a.relink(a.self.key)
		}},
		{"another's numbers under one's own key", func(a *attack) {
			_, n := a.victim()
			a.self = a.scribble(a.self, 1, now())
			a.say(a.self.text(a.self.n(), a.self.n(), false))
			a.say(bytes.ReplaceAll(a.self.text(a.self.n(), a.self.n(), false), fmt.Appendf(nil, `"n":%d`, a.self.n()), fmt.Appendf(nil, `"n":%d`, n+1)))
		}},
	}
}

// toggle hides or shows what somebody drew, in his name, as if he had gone on.
func (a *attack) toggle(kind uint32) {
	key, n := a.victim()
	story := a.self.inNameOf(key, n)
	for k := uint32(1); k <= min(n, 5); k++ {
		story.add(entry{kind: kind, t: now() + uint64(k), k: k})
	}
	if n > 0 {
		a.forge(story)
	}
}

// forge says what somebody else is to have written: as texts, which need not tell what
// they follow, then as a frame.
func (a *attack) forge(story *author) {
	for _, r := range story.runs() {
		a.say(story.text(r.first, r.last, true))
	}
	a.all(frame(story.runs()...), false)
}

// latest is what it heard last.
func (a *attack) latest() []mesh.Message {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]mesh.Message(nil), a.heard[max(0, len(a.heard)-8):]...)
}

// frames are some of the drawing.
func (a *attack) frames() (list [][]byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	have := canvas.Vector{}
	for range 3 {
		if f := a.log.NextFrame(have); f != nil {
			list = append(list, f)
		}
	}
	return list
}

// spoil changes something of a message: of a frame within, so that it can be read.
func (a *attack) spoil(data []byte, text bool) []byte {
	if text {
		data = bytes.Clone(data)
		for range 1 + a.random.IntN(3) {
			at := a.random.IntN(len(data) + 1)
			if i := bytes.IndexAny(data[at:], "0123456789"); i >= 0 {
				data[at+i] = '0' + byte(a.random.IntN(10))
			}
		}
		return data
	}
	if len(data) < 8 {
		return data
	}
	payload := inflate(data)
	if len(payload) > 0 {
		payload[a.random.IntN(len(payload))] ^= 1 << a.random.IntN(8)
	}
	return deflate(data[2], payload)
}
