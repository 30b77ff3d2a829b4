package exchange

// Signs of life, and what one's own pen sends.
var lifeScripts = map[string]func(*script){
	"ping": func(s *script) {
		s.v.Why = "who needs pings gets one after five seconds, or in answer to one if the last was some time ago; who takes acknowledgments for a sign of life, and says something now and then, gets none"
		s.open("bo")
		s.openAcks("ana")
		s.expect(1)
		s.wait(100)
		s.says("bo", anyPing)
		s.expect(100)
		s.wait(2800)
		s.says("bo", anyPing)
		s.says("ana", anyPing)
		s.expect(100)
		s.expect(4800)
		s.expect(400)
		for range 3 {
			s.says("ana", anyPing)
			s.says("bo", anyPing)
			s.wait(5000)
		}
		s.expect(100)
	},
	"silence": func(s *script) {
		s.v.Why = "a link that is silent for 15 s, with something on its way to it, is made anew; not so while its path is being mended, nor after a goodbye. (A page is not told of acknowledgments: for it, every silence is one)"
		s.do(step{Queue: "bo", Bytes: 30})
		s.do(step{Queue: "ana", Bytes: 30})
		s.do(step{Queue: "zoe", Bytes: 30})
		s.open("bo")
		s.openAcks("ana")
		s.openAcks("zoe")
		s.wait(10)
		s.holds("bo")
		s.holds("ana")
		s.holds("zoe")
		s.expect(1)
		s.wait(990)
		s.do(step{Wavers: "ana"})
		s.wait(1000)
		s.says("zoe", `{"event":"bye"}`)
		s.expect(12900)
		s.expect(400)
		s.wait(4700)
		s.do(step{Steady: "ana"})
		s.expect(14900)
		s.expect(400)
	},
	"outbox": func(s *script) {
		s.v.Why = "what is drawn within a moment travels together, under one head, and before what is said to be held; undo goes to synced peers only"
		s.open("bo", "ana")
		s.openPlain("plain")
		s.expect(0)
		s.wait(1000)
		s.do(step{Draw: line(5), Stroke: 1})
		s.expect(0)
		s.wait(5)
		s.do(step{Draw: `{"event":"draw","lastPoint":{"x":5,"y":2},"x":6,"y":2,"force":1,"color":"#ff0000"}`, Stroke: 1})
		s.do(step{Draw: `{"event":"draw","lastPoint":{"x":6,"y":2},"x":7,"y":2,"force":1,"color":"#ff0000"}`, Stroke: 1})
		s.expect(2)
		s.expect(90)
		s.wait(100)
		s.do(step{Undo: true})
		s.do(step{Redo: true})
		s.expect(150)
		s.ours(rectangle)
		s.ours(preview)
		s.expect(100)
		s.ours(line(9))
		s.ours(`{"event":"clear"}`)
		s.ours(line(10))
		s.expect(1500)
	},
	"outboxlimit": func(s *script) {
		s.v.Why = "of more than 4,000 entries at once, synced neighbours are sent nothing more until they have pulled them, which they are told of; a plain one is sent all. No run goes past a milestone"
		s.open("bo")
		s.openPlain("plain")
		s.do(step{Draw: line(`"$N"`), First: 1, Last: 4002})
		s.expect(100)
		s.expect(200)
		s.wait(100)
		s.ours(line(5))
		s.expect(300)
		s.wants("bo", 4000)
		s.expect(100)
		s.claims("bo", "us", 4003)
		s.expect(10)
		s.ours(line(6))
		s.expect(800)
	},
	"outboxslow": func(s *script) {
		s.v.Why = "who does not read is sent nothing more of what is drawn, and pulls it once it reads; a plain one is shown it all again then"
		s.open("bo")
		s.openPlain("plain")
		s.expect(100)
		s.do(step{Queue: "bo", Bytes: 524288})
		s.do(step{Queue: "plain", Bytes: 524288})
		s.ours(line(5))
		s.wait(50)
		s.ours(line(6))
		s.expect(800)
		s.do(step{Queue: "bo"})
		s.do(step{Queue: "plain"})
		s.expect(250)
		s.wants("bo", 0)
		s.expect(100)
		s.claims("bo", "us", 2)
		s.ours(line(7))
		s.expect(1500)
	},
}

const anyPing = `{"event":"ping","sum":"000000000000000000000000000000ff"}`
