package exchange

// Who lacks something asks for it.
var pullScripts = map[string]func(*script){
	"latejoin": func(s *script) {
		s.v.Why = "who comes late pulls the drawing from one neighbour, the first to say that it has it, and asks that one for the rest too"
		s.draw("ana", 1, 2, 3)
		s.draw("bo", 4)
		s.draw("zoe", 5)
		s.has("bo", "ana")
		s.has("zoe", "ana", "bo")
		s.wait(1000)
		s.open("bo", "zoe")
		s.expect(10)
		s.holds("bo")
		s.expect(10)
		s.claims("zoe", "ana", 3)
		s.expect(40)
		s.frame("bo", s.author("ana").frames()...)
		s.expect(10)
		s.frame("bo", s.runs(s.author("bo"), 1))
		s.holds("bo")
		s.expect(10)
		s.holds("zoe")
		s.expect(500)
		s.frame("zoe", s.runs(s.author("zoe"), 1))
		s.holds("zoe")
		s.expect(1000)
	},
	"answer": func(s *script) {
		s.v.Why = "what is asked for comes as frames, and then a have, which ends it; meanwhile no other have is sent there, and not more than 64 KiB wait"
		s.do(step{Draw: line(`"$N"`), First: 1, Last: 20})
		s.wait(100)
		s.open("bo")
		s.expect(50)
		s.wait(50)
		s.wants("bo", 0)
		s.expect(50)
		s.ours(line(30))
		s.expect(1500)
		s.wants("bo", 19)
		s.expect(100)
		s.wants("bo", 99)
		s.expect(100)
		s.do(step{Queue: "bo", Bytes: 65536})
		s.wants("bo", 0)
		s.wait(100)
		s.ours(line(31))
		s.expect(1500)
		s.do(step{Queue: "bo"})
		s.expect(300)
	},
	"fallover": func(s *script) {
		s.v.Why = "who is asked and sends nothing for two seconds, or leaves, is not waited for: another is asked. Who says goodbye is asked for nothing"
		s.open("bo", "zoe", "ana")
		s.expect(5)
		s.claims("bo", "cy", 3)
		s.wait(20)
		s.claims("zoe", "cy", 3)
		s.expect(1900)
		s.expect(400)
		s.do(step{Close: "zoe"})
		s.expect(500)
		s.claims("ana", "cy", 3)
		s.expect(1900)
		s.says("bo", `{"event":"bye"}`)
		s.expect(2500)
	},
	"shelve": func(s *script) {
		s.v.Why = "what a neighbour says to hold and does not send is asked of it again after 2, 4, 8, 16, 32 and 60 s, and nobody waits for it: a claim costs little"
		s.open("bo")
		s.wait(1000)
		s.claims("bo", "cy", 3)
		for range 14 {
			s.expect(5000)
			s.says("bo", anyPing)
		}
		s.expect(5000)
	},
	"limit": func(s *script) {
		s.v.Why = "of one author's entries 5,000 are taken at once, by whomever they come: what exceeds that is dropped unread and pulled. Others who come through the same neighbour are taken all the same"
		s.open("bo", "zoe")
		s.wait(1000)
		first := s.draw("bo", 1)
		s.often("bo", 5000, first)
		s.says("bo", "%s", s.draw("bo", 2))
		s.expect(200)
		s.holds("bo")
		s.expect(1000)
		s.draw("ana", 1)
		s.often("zoe", 5000, s.forwarded("ana"))
		s.draw("ana", 2)
		s.draw("cy", 3)
		s.says("zoe", "%s", s.newest("ana"))
		s.says("zoe", "%s", s.forwarded("cy"))
		s.says("zoe", "%s", s.draw("zoe", 9))
		s.expect(10)
		s.has("zoe", "ana", "cy", "bo")
		s.holds("zoe")
		s.expect(1000)
	},
	"clears": func(s *script) {
		s.v.Why = "of one neighbour 60 clears are taken at once, and one a second then; one too many is asked for. Others' are taken all the same"
		s.open("bo", "zoe")
		s.wait(1000)
		for range 61 {
			s.wait(1)
			s.says("bo", "%s", s.clears("bo"))
		}
		s.expect(10)
		s.wait(1)
		s.says("zoe", "%s", s.clears("zoe"))
		s.expect(800)
	},
	"unexplained": func(s *script) {
		s.v.Why = "who holds another drawing, and shows no heads that tell why, is told of to people once we have asked several times"
		s.ours(line(5))
		s.open("zoe")
		s.wait(100)
		s.claims("zoe", "us", 1)
		for range 4 {
			s.expect(10000)
			s.says("zoe", anyPing)
		}
		s.expect(100)
	},
	"badframe": func(s *script) {
		s.v.Why = "a frame that is damaged does nothing, and makes the link anew; of a later version it is ignored"
		s.open("bo")
		s.expect(100)
		s.frame("bo", []byte{'M', 3, 1, 0, 255}, []byte{'M', 2, 9, 0, 255})
		s.expect(10)
		s.frame("bo", []byte{'M', 2, 1, 0, 255})
		s.expect(900)
	},
}
