package exchange

import (
	"time"

	"drawmesh/canvas"
)

// What is drawn comes, and goes on.
var takingScripts = map[string]func(*script){
	"live": func(s *script) {
		s.v.Why = "what a neighbour draws comes as entries and the head that covers them, and is taken; to say that we hold it waits until its signature has been looked at, and up to 750 ms. What it says twice is nothing new"
		s.open("ana", "bo")
		s.expect(1)
		s.wait(800)
		s.says("ana", "%s", s.draw("ana", 1))
		first := s.draw("ana", 2, 3)
		s.says("ana", "%s", first)
		s.expect(50)
		s.says("ana", "%s", first)
		s.expect(1000)
	},
	"lines": func(s *script) {
		s.v.Why = "entries that no head reaches, and all of a run of which a line is broken, are as if they had not come; what is unknown is ignored. They are asked for: at once where the neighbour says more of its own, which leaves a gap"
		s.open("ana")
		s.wait(1000)
		s.says("ana", "%s\n{\"event\":\"dance\"}", s.draw("ana", 1))
		s.expect(900)
		s.says("ana", "%s", `{"event":"undo","n":2,"t":28800000016001,"k":1}`)
		s.says("ana", "{\n%s", s.draw("ana", 2))
		s.expect(900)
		s.says("ana", "%s", s.draw("ana", 3))
		s.expect(300)
		s.frame("ana", s.runs(s.author("ana"), 2))
		s.holds("ana")
		s.expect(900)
	},
	"gap": func(s *script) {
		s.v.Why = "a run behind a gap is not kept: what is missing is asked for at once of who sent it, and what others have, and may be on its way, after 400 ms"
		s.open("ana", "bo")
		s.holds("ana")
		s.holds("bo")
		s.expect(900)
		s.wait(100)
		s.says("ana", "%s", s.draw("ana", 1))
		s.wait(10)
		s.draw("ana", 2) // is lost
		s.says("ana", "%s", s.draw("ana", 3))
		s.expect(240)
		s.frame("ana", s.runs(s.author("ana"), 2))
		s.holds("ana")
		s.expect(700)
		s.draw("cy", 7)
		s.has("bo", "ana", "cy")
		s.holds("bo")
		s.expect(200)
		s.expect(250)
		s.frame("ana") // which has nothing of it
		s.says("bo", "%s", s.forwarded("cy"))
		s.expect(1500)
	},
	"forward": func(s *script) {
		s.v.Why = "who forwards says whose it is, and the key with the first entry; without the key nothing can be made of a site that is new. What we take we do not forward: it is pulled from us"
		s.open("bo", "zoe")
		s.wait(1000)
		s.draw("ana", 1, 2)
		s.says("bo", "%s", s.forwarded("ana"))
		s.draw("ana", 3)
		s.says("bo", "%s", s.newest("ana"))
		s.expect(50)
		s.draw("cy", 4)
		s.draw("cy", 5)
		s.says("bo", "%s", s.newest("cy"))
		s.expect(300)
		s.frame("bo", s.author("cy").frames()...)
		s.has("bo", "ana", "cy")
		s.holds("bo")
		s.expect(1000)
	},
	"clear": func(s *script) {
		s.v.Why = "a clear that counts is passed on at once to all others, the first time; an older one does nothing. What was drawn before it is gone also where it comes later, and what is drawn after it stays"
		s.open("ana", "bo", "zoe")
		s.wait(1000)
		s.ours(line(5))
		s.says("ana", "%s", s.draw("ana", 1))
		late := s.draw("bo", 2)
		s.expect(100)
		older := s.clears("zoe")
		s.wait(10)
		clear := s.clears("ana")
		s.says("ana", "%s", clear)
		s.says("bo", "%s", clear)
		s.says("zoe", "%s", older)
		s.says("bo", "%s", late)
		s.expect(100)
		s.wait(10)
		s.says("ana", "%s", s.draw("ana", 3))
		s.ours(line(6))
		s.expect(1500)
		s.ours(`{"event":"clear"}`)
		s.expect(1000)
	},
	"early": func(s *script) {
		s.v.Why = "what is more than ten minutes ahead is as if it had not come: it is asked for, and asked for again at longer and longer intervals, and so is a clear; who sends it is harmed in no way. It is taken once it is not early any more"
		s.open("ana")
		s.wait(1000)
		ahead := s.now().Add(10*time.Minute + 5*time.Second)
		s.says("ana", "%s", s.author("ana").draws(ahead, 1))
		s.expect(3500)
		s.frame("ana", s.author("ana").frames()...)
		s.expect(1000)
		s.wait(2500)
		s.frame("ana", s.author("ana").frames()...)
		s.holds("ana")
		s.expect(1000)
		c, _, err := s.author("ana").log.ClearAt(canvas.Ticks(s.now().Add(11 * time.Minute)))
		if err != nil {
			s.t.Fatal(err)
		}
		s.says("ana", "%s", AppendMessage(nil, c))
		s.expect(5000)
	},
	"other": func(s *script) {
		s.v.Why = "an entry of a kind that we do not know is kept, told and sent on; nothing is painted of it, and plain peers hear nothing. It is undone and cleared as all are"
		s.open("ana", "bo")
		s.openPlain("plain")
		s.wait(1000)
		ana := s.author("ana")
		for _, payload := range []string{`{"text":"hi"}`, `{"b":[1,2],"text":"ho"}`} {
			if _, err := ana.log.Write(canvas.Other{Name: "write", Payload: payload}, 0, canvas.Ticks(s.now())); err != nil {
				s.t.Fatal(err)
			}
		}
		s.says("ana", "%s", ana.news(false))
		s.expect(1000)
		s.says("bo", "%s", AppendMessage(nil, Want{Have: canvas.Vector{}}))
		s.expect(100)
		if _, _, err := ana.log.Undo(1, canvas.Ticks(s.now())); err != nil {
			s.t.Fatal(err)
		}
		s.says("ana", "%s", ana.news(false))
		s.expect(1500)
		s.wait(10)
		s.says("ana", "%s", s.clears("ana"))
		s.expect(1500)
	},
	"over": func(s *script) {
		s.v.Why = "a site whose entries are all dead is over: it is in nothing that is told, and yet what its author draws next fits on. Who knows nothing of it is told from the witness on, which shows that all before is dead"
		s.open("ana", "bo")
		s.wait(1000)
		s.says("ana", "%s", s.draw("ana", 1, 2))
		s.expect(1000)
		s.wait(10)
		s.says("ana", "%s", s.clears("ana"))
		s.expect(1000)
		s.says("ana", "%s", s.draw("ana", 3))
		s.expect(1000)
		s.says("bo", "%s", AppendMessage(nil, Want{Have: canvas.Vector{}}))
		s.expect(100)
		s.draw("cy", 4, 5)
		s.wait(10)
		s.says("bo", "%s", s.clears("bo"))
		cy := s.author("cy")
		cy.log.TakeClear(s.author("bo").log.LastClear(), canvas.Ticks(s.now()))
		s.draw("cy", 6)
		s.frame("bo", cy.log.NextFrame(canvas.Vector{}))
		s.expect(1000)
	},
}
