package exchange

import "drawmesh/canvas"

// What plain peers need.
var plainScripts = map[string]func(*script){
	"adopt": func(s *script) {
		s.v.Why = "of the synced peers the one with the smallest site logs what a plain peer draws, at once; a preview is none, and bad JSON harms nobody. Its clear is signed with the time at which it was heard"
		s.openPlain("plain")
		s.open("zoe")
		s.expect(10)
		s.wait(90)
		s.says("plain", "%s", line(7))
		s.expect(100)
		s.says("plain", "%s", rectangle)
		s.says("plain", "%s", preview)
		s.says("plain", "{")
		s.expect(100)
		s.wait(10)
		s.says("plain", `{"event":"clear"}`)
		s.expect(1000)
	},
	"takeover": func(s *script) {
		s.v.Why = "what the sponsor does not log within two seconds, everybody who heard it does; what it has logged, nobody"
		s.openPlain("plain")
		s.open("eve")
		s.holds("eve")
		s.expect(10)
		s.wait(990)
		s.says("plain", "%s", line(7))
		s.says("plain", "%s", line(8))
		s.expect(100)
		adopt(s, "eve", 7)
		s.expect(1700)
		s.expect(500)
		s.do(step{Close: "eve"})
		s.says("plain", "%s", line(9))
		s.expect(100)
	},
	"takeoverclear": func(s *script) {
		s.v.Why = "a plain peer's clear that its sponsor has signed is not signed again, though the sponsor's came first; what the plain peer drew after it is logged, if the sponsor is gone"
		s.openPlain("plain")
		s.open("eve")
		s.holds("eve")
		s.wait(10)
		s.says("eve", "%s", s.draw("eve", 1))
		s.expect(1000)
		s.says("eve", "%s", s.clears("eve"))
		s.wait(10)
		s.says("plain", `{"event":"clear"}`)
		s.wait(490)
		s.says("eve", "%s", s.draw("eve", 3))
		s.expect(2500)
		s.says("plain", `{"event":"clear"}`)
		s.wait(10)
		s.says("plain", "%s", line(9))
		s.wait(40)
		s.do(step{Close: "eve"})
		s.expect(2500)
	},
	"synced": func(s *script) {
		s.v.Why = "where an adopter names somebody who is synced, who signs what he draws, that changes nothing in what is held, and both are painted"
		s.open("ana", "bo")
		s.wait(1000)
		s.says("ana", "%s", s.draw("ana", 7))
		if _, err := s.author("bo").log.Adopt("ana", segment(7), canvas.Ticks(s.now())); err != nil {
			s.t.Fatal(err)
		}
		s.says("bo", "%s", s.author("bo").news(false))
		s.expect(1000)
	},
	"replay": func(s *script) {
		s.v.Why = "a plain peer is shown what was drawn before it came, but for what it drew itself, and after an undo all of it; of a rectangle the four sides"
		s.ours(line(5))
		s.wait(10)
		s.ours(rectangle)
		s.expect(5)
		s.openPlain("plain")
		s.expect(100)
		s.says("plain", "%s", line(9))
		s.says("plain", `{"event":"dance"}`)
		s.expect(700)
		s.do(step{Close: "plain"})
		s.wait(100)
		s.openPlain("plain")
		s.expect(100)
		s.do(step{Undo: true})
		s.expect(1500)
		s.do(step{Redo: true})
		s.expect(1500)
		s.ours(`{"event":"clear"}`)
		s.expect(2000)
	},
	"older": func(s *script) {
		s.v.Why = "the tutorial's own page is sent segments only, and shown nothing twice"
		s.openPlain("older")
		s.wait(10)
		s.says("older", `{"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"#010203"}`)
		s.expect(100)
		s.ours(line(5))
		s.wait(10)
		s.ours(rectangle)
		s.ours(preview)
		s.wait(10)
		s.do(step{Undo: true})
		s.wait(10)
		s.ours(`{"event":"clear"}`)
		s.expect(4000)
	},
	"clearkept": func(s *script) {
		s.v.Why = "after a clear that not everything fell to, plain peers are shown what is left; after one that left nothing, nothing"
		s.openPlain("plain")
		s.open("zoe")
		s.wait(500)
		clear := s.clears("zoe")
		s.says("zoe", "%s", s.draw("zoe", 1))
		s.wait(10)
		s.ours(line(5))
		s.expect(500)
		s.says("zoe", "%s", clear)
		s.expect(1500)
		s.says("zoe", "%s", s.clears("zoe"))
		s.expect(1500)
	},
	"plainlimit": func(s *script) {
		s.v.Why = "of more than 5,000 operations of a plain neighbour the rest is lost, which is told once"
		s.openPlain("plain")
		s.wait(100)
		s.often("plain", 5002, line(4))
		s.expect(200)
	},
}

// adopt has a neighbour log a plain peer's line.
func adopt(s *script, name string, x float64) {
	to := segment(x).(canvas.Segment)
	to.From, to.To = canvas.Point{X: 1, Y: 1}, canvas.Point{X: x, Y: 2}
	if _, err := s.author(name).log.Adopt("plain", to, canvas.Ticks(s.now())); err != nil {
		s.t.Fatal(err)
	}
	s.do(step{Hear: "eve", Text: s.author(name).news(false)})
}
