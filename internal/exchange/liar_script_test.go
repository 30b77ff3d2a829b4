package exchange

import (
	"strings"

	"drawmesh/canvas"
)

// Somebody lies.
var liarScripts = map[string]func(*script){
	"forged": func(s *script) {
		s.v.Why = "what a neighbour sends as its own is taken before its signature is looked at: what nobody signed is taken back before long, and the link is made anew. What it sends as somebody else's is looked at before, and is a gap; in a frame it makes the link anew"
		s.open("ana", "bo")
		s.wait(1000)
		s.says("ana", "%s", s.draw("ana", 1))
		s.expect(10)
		s.says("ana", "%s", unsigned(s.draw("ana", 2)))
		s.expect(10)
		s.expect(1200)
		s.draw("cy", 1)
		s.says("bo", "%s", unsigned(s.forwarded("cy")))
		s.expect(700)
		frame := s.runs(s.twinOf("cy", 3), 1)
		s.frame("bo", spoilt(s, frame))
		s.expect(100)
	},
	"fork": func(s *script) {
		s.v.Why = "two stories of one site are a proof, whoever told them: it goes to everybody at once, what the site drew is gone, and people hear who it was. Nothing more is taken of it, and it is told as void"
		s.open("ana", "bo", "zoe")
		s.wait(1000)
		s.says("ana", "%s", s.draw("ana", 1, 2))
		s.says("bo", "%s", s.draw("bo", 9))
		s.expect(1000)
		twin := s.twin("ana")
		twin.draws(s.now(), 7, 8, 9)
		s.frame("zoe", twin.frames()...)
		s.expect(50)
		s.says("ana", "%s", s.draw("ana", 3))
		s.frame("zoe", twin.frames()...)
		s.expect(1500)
	},
	"heads": func(s *script) {
		s.v.Why = "who holds as much, by number, and says another sum is sent our newest heads, and again after 2 s and 4 s; by theirs we see who told two stories. That is proved, and passed on"
		s.open("zoe", "eve")
		s.wait(1000)
		twin := s.twin("eve")
		twin.draws(s.now(), 7, 8)
		s.says("eve", "%s", s.draw("eve", 1, 2))
		s.expect(1000)
		zoe := s.author("zoe").log
		for _, f := range twin.frames() {
			if _, err := zoe.Merge(f, canvas.Ticks(s.now())); err != nil {
				s.t.Fatal(err)
			}
		}
		s.holds("zoe")
		s.expect(3000)
		for f := range zoe.HeadFrames() {
			s.frame("zoe", f)
		}
		s.expect(1500)
	},
	"overfork": func(s *script) {
		s.v.Why = "a site that is over for us, and of which something lives for a neighbour who knows the same clear, has told two stories: the neighbour's is asked for, and is the proof"
		s.open("zoe", "eve")
		s.wait(1000)
		twin := s.twin("eve")
		s.says("eve", "%s", s.draw("eve", 1, 2))
		s.wait(10)
		clear := s.clears("zoe")
		s.says("zoe", "%s", clear)
		s.expect(1000)
		twin.draws(s.now(), 7, 8)
		zoe := s.author("zoe").log
		for _, f := range twin.frames() {
			if _, err := zoe.Merge(f, canvas.Ticks(s.now())); err != nil {
				s.t.Fatal(err)
			}
		}
		s.holds("zoe")
		s.expect(700)
		s.frame("zoe", twin.frames()...)
		s.expect(1000)
	},
	"proof": func(s *script) {
		s.v.Why = "a proof is passed on to all but who sent it, the first time, also where nothing of the site is held; what is none does nothing. Who asks is told those that it does not know"
		s.open("ana", "bo")
		s.wait(1000)
		one, two := s.author("eve"), s.twin("eve")
		one.draws(s.now(), 1, 2)
		two.draws(s.now(), 3, 4, 5)
		p := s.quarrel(one, two)
		honest := s.author("bo")
		honest.draws(s.now(), 1)
		first := honest.log.Runs(honest.log.Site(), 1)[0]
		honest.draws(s.now(), 2)
		s.frame("ana", canvas.AppendProof(nil, &canvas.Proof{First: first, Second: honest.log.Runs(honest.log.Site(), 2)[0]}))
		s.frame("ana", canvas.AppendProof(nil, p), canvas.AppendProof(nil, p))
		s.expect(50)
		s.frame("bo", canvas.AppendProof(nil, p))
		s.frame("bo", one.frames()...)
		s.expect(1000)
		s.says("bo", "%s", AppendMessage(nil, Want{Have: canvas.Vector{}, Void: []canvas.Site{one.log.Site()}}))
		s.says("ana", "%s", AppendMessage(nil, Want{Have: canvas.Vector{}}))
		s.expect(300)
	},
	"byname": func(s *script) {
		s.v.Why = "a neighbour cannot write as us, nor does anybody else's word change what we have written"
		s.open("ana")
		s.wait(1000)
		s.ours(line(5))
		twin := s.twin("us")
		twin.draws(s.now(), 7, 8)
		s.frame("ana", twin.frames()...)
		s.says("ana", "%s", twin.again(true))
		s.expect(1000)
	},
}

// twinOf is a twin who has drawn so many segments.
func (s *script) twinOf(name string, segments int) *author {
	a := s.twin(name)
	for x := range segments {
		a.draws(s.now(), float64(x))
	}
	return a
}

// again is all that the author has written.
func (a *author) again(forwarded bool) string {
	a.told = 0
	return a.news(forwarded)
}

// quarrel is the proof that two authors of one name tell two stories.
func (s *script) quarrel(one, two *author) *canvas.Proof {
	l := canvas.NewLog(canvas.NewSigner())
	now := canvas.Ticks(s.now())
	for _, r := range one.log.Runs(one.log.Site(), 1) {
		l.Take(r, now)
	}
	for _, r := range two.log.Runs(two.log.Site(), 1) {
		if _, _, p := l.Take(r, now); p != nil {
			return p
		}
	}
	s.t.Fatal("the two tell one story")
	return nil
}

// spoilt is a frame of one run whose signature is another.
func spoilt(s *script, frame []byte) []byte {
	payload := inflated(s.t, frame)
	at := strings.Index(payload, "\x01\x00\x01") // a run of the first site, from its first entry on
	if at < 0 {
		s.t.Fatal("there is no run")
	}
	b := []byte(payload)
	b[at+8]++ // behind rows and shape
	return deflated(s.t, frame[:4], b)
}
