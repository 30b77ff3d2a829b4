package canvas

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A script is a vector being written. Its authors are those of newAuthor.
type script struct {
	v            vector
	ana, bo, cy  *author
	now          uint64
	nextIsLazily bool
}

// say delivers text from a neighbour.
func (s *script) say(from *author, text, want string) {
	s.v.Deliver = append(s.v.Deliver, delivery{Now: s.now, From: from.Key().String(), Lazily: s.nextIsLazily, Text: text, Result: want})
}

func (s *script) frame(frame []byte, want string) {
	s.v.Deliver = append(s.v.Deliver, delivery{Now: s.now, Frame: hex.EncodeToString(frame), Result: want})
}

// live is what of writes a has made since first, as its own text message.
func live(a *author, first uint32) string {
	var lines []string
	for _, r := range a.runs(first) {
		lines = append(lines, string(r.Live(nil, false)))
	}
	return strings.Join(lines, "\n")
}

func forwarded(a *author, first uint32) string {
	var lines []string
	for _, r := range a.runs(first) {
		lines = append(lines, string(r.Live(nil, true)))
	}
	return strings.Join(lines, "\n")
}

func (s *script) clear(from *author, c Clear, want string) {
	s.say(from, string(AppendMessage(nil, c)), want)
}

// at is a segment at x.
func at(x float64) Segment {
	return Segment{Point{x, 20}, Point{x + 5, 24}, 1, Color{255, 0, 0, 255}}
}

// t0 is a time a little before vectorNow.
const t0 = vectorNow - 1000

// makeVectors makes all, without what they must give.
func makeVectors(t *testing.T) map[string]*vector {
	all := map[string]*vector{}
	for name, write := range map[string]func(*script){
		"receive": receiveVector, "ties": tieVector, "clear": clearVector, "witness": witnessVector, "undo": undoVector,
		"adopt": adoptVector, "numbers": numberVector, "colors": colorVector, "refuse": refuseVector, "plain": plainVector,
		"time": timeVector, "other": otherVector, "milestones": milestoneVector, "lazily": lazyVector,
		"forks": forkVector, "backwards": backwardsVector, "heads": headVector,
		"frames": func(s *script) { frameVector(t, s) }, "many": manyVector, "curve": curveVector,
	} {
		s := script{ana: newAuthor("ana"), bo: newAuthor("bo"), cy: newAuthor("cy")}
		write(&s)
		all[name] = &s.v
	}
	return all
}

func receiveVector(s *script) {
	s.v.Why = "Runs come out of order, twice, forwarded, and with a gap; several in one message."
	s.ana.write(at(10), t0, 1).write(at(15), t0+1, 1)
	s.bo.write(at(90), t0+4, 1)
	s.say(s.ana, live(s.ana, 1), "taken")
	s.say(s.ana, live(s.ana, 1), "known")
	s.say(s.ana, live(s.ana, 2), "known")
	s.bo.write(at(99), t0+5, 1)
	s.say(s.bo, live(s.bo, 2), "gap")
	s.say(s.bo, live(s.bo.upTo(1), 1), "taken")
	s.ana.write(at(20), t0+6, 1).write(Rect{Point{5, 5}, -30, 40, 3, Color{0, 0, 255, 255}}, t0+7, 0)
	s.say(s.ana, live(s.ana.upTo(3), 3)+"\n"+live(s.ana, 4)+"\n"+forwarded(s.bo, 2), "taken taken taken")
	s.say(s.bo, forwarded(s.ana, 1), "known")
	s.cy.write(at(7), t0+9, 1).write(at(8), t0+10, 1)
	s.say(s.bo, forwarded(s.cy, 2), "gap")
	s.say(s.bo, strings.Replace(forwarded(s.cy, 1), `"key":"`+s.cy.Key().String()+`",`, "", 1), "gap")
	s.say(s.bo, strings.Replace(forwarded(s.cy, 1), s.cy.Key().String(), s.bo.Key().String(), 1), "bad")
	s.say(s.bo, forwarded(s.cy, 1), "taken")
	s.say(s.cy, live(s.cy, 1), "known")
	s.ana.write(at(30), t0+20, 1)
	s.say(s.bo, strings.Replace(forwarded(s.ana, 5), `"x":35`, `"x":36`, 1), "gap") // not what was signed
}

func tieVector(s *script) {
	s.v.Why = "Equal times are painted by site; a late entry lands in the past."
	s.cy.write(at(30), t0+5, 1)
	s.ana.write(at(10), t0+5, 1)
	s.bo.write(at(20), t0+5, 1)
	for _, a := range []*author{s.cy, s.ana, s.bo} {
		s.say(a, live(a, 1), "taken")
	}
	s.cy.write(at(35), t0+9, 2)
	s.say(s.cy, live(s.cy, 2), "taken")
	s.ana.write(at(15), t0+6, 2)
	s.say(s.ana, live(s.ana, 2), "taken")
}

func clearVector(s *script) {
	s.v.Why = "A clear wipes what was drawn up to its time, before or after that comes; the greatest counts, of equal ones the greater site's."
	s.ana.write(at(10), t0+1, 1).write(at(15), t0+3, 1)
	s.bo.write(at(20), t0+2, 1).write(at(25), t0+6, 2)
	s.say(s.ana, live(s.ana, 1), "taken")
	s.say(s.bo, live(s.bo, 1), "taken")
	s.clear(s.cy, s.cy.clear(t0+5), "taken")
	s.clear(s.cy, s.cy.clear(t0+5), "known")
	s.clear(s.cy, s.cy.clear(t0+4), "known")
	a, b := s.ana, s.bo
	if a.clear(t0 + 5).Less(b.clear(t0 + 5)) {
		a, b = b, a
	}
	for _, c := range []Clear{b.clear(t0 + 5), s.cy.clear(t0 + 5), a.clear(t0 + 5)} {
		want := "known"
		last := s.cy.clear(t0 + 5)
		if s.v.Clear != "" {
			last = mustClear(s.v.Clear)
		}
		if last.Less(c) {
			want, s.v.Clear = "taken", string(AppendMessage(nil, c))
		}
		s.clear(s.cy, c, want)
	}
	old := newAuthor("old").write(at(40), t0+5, 1)
	s.say(old, live(old, 1), "known") // it is dead
	old.write(at(45), t0+7, 1)
	s.say(old, live(old, 2), "taken") // and fits on
	s.ana.write(at(50), t0+8, 1)
	s.say(s.ana, live(s.ana, 3), "taken")
	late := s.cy.clear(vectorNow + Tolerance + 1)
	s.clear(s.cy, late, "early")
	forged := s.cy.clear(t0 + 9)
	forged.T++
	s.clear(s.cy, forged, "bad")
	other := s.cy.clear(t0 + 9)
	other.Key = s.ana.Key()
	s.clear(s.cy, other, "bad")
}

func mustClear(text string) Clear {
	m, err := ParseMessage([]byte(text))
	if err != nil {
		panic(err)
	}
	return m.(Clear)
}

func witnessVector(s *script) {
	s.v.Why = "After a clear an answer begins with the last dead entry: so nobody can skip what lives."
	for i := range 5 {
		s.ana.write(at(float64(10*i)), t0+uint64(10*i), 1)
	}
	s.frame(frameOf(s.ana.runs(3)...), "gap 1")
	s.clear(s.bo, s.bo.clear(t0+25), "taken")
	s.frame(frameOf(s.ana.runs(4)...), "gap 1") // entry 4 lives: it says nothing of 3
	s.frame(frameOf(s.ana.runs(3)...), "taken 1")
	s.frame(frameOf(s.ana.runs(1)...), "known")
	s.frame(frameOf(s.ana.upTo(2).runs(1)...), "known")
	s.bo.write(at(90), t0+1, 1).write(at(95), t0+2, 1).write(at(99), t0+30, 1)
	s.frame(frameOf(s.bo.upTo(2).runs(2)...), "known") // of it nothing lives
	s.frame(frameOf(s.bo.runs(3)...), "taken 1")       // and this follows
}

func undoVector(s *script) {
	s.v.Why = "The last undo or redo of a stroke decides over what it has so far; nobody undoes for others."
	for i := range 3 {
		s.ana.write(at(float64(10*i)), t0+uint64(i), 1)
	}
	s.ana.write(at(50), t0+4, 4).write(Undo{}, t0+5, 1).write(at(60), t0+6, 1).write(Undo{}, t0+7, 4).write(Redo{}, t0+8, 4)
	s.say(s.ana, live(s.ana, 1), "taken")
	s.bo.write(at(70), t0+9, 1).write(at(75), t0+10, 2).write(Undo{}, t0+11, 1)
	s.say(s.bo, live(s.bo, 1), "taken")
	s.say(s.ana, live(s.ana.upTo(8).write(Undo{}, t0+12, 9), 9), "refused")
	s.ana.write(Undo{}, t0+12, 2)
	s.say(s.ana, live(s.ana, 9), "taken")
	s.say(s.ana, strings.Replace(live(s.ana.upTo(9).write(Redo{}, t0+13, 1), 10), `,"k":1`, "", 1), "refused")
}

func adoptVector(s *script) {
	s.v.Why = "Of equal adoptions the first is painted, whichever comes first; when it is cleared, the next. They are not undone."
	adopt := func(a *author, op Shape, t uint64, by string) {
		a.put(Entry{T: t, K: a.have() + 1, Op: op, By: by})
		s.say(a, live(a, a.have()), "taken")
	}
	adopt(s.bo, at(10), t0+5, "plain-peer")
	adopt(s.cy, at(10), t0+3, "plain-peer")
	adopt(s.ana, at(10), t0+4, "plain-peer")
	adopt(s.ana, at(10), t0+5, "another-peer")
	s.cy.write(Undo{}, t0+6, 1)
	s.say(s.cy, live(s.cy, 2), "taken")
	adopt(s.ana, at(20), t0+7, "plain-peer")
	adopt(s.cy, at(20), t0+8, "plain-peer")
	s.clear(s.bo, s.bo.clear(t0+4), "taken")
	adopt(s.bo, Rect{Point{1, 2}, 3, 4, 2.5, Color{1, 2, 3, 4}}, t0+9, "7b1c9d8e-0000-4000-8000-000000000000")
	adopt(s.ana, at(40), t0+11, "plain-peer")
	s.ana.write(Undo{}, t0+12, s.ana.have())
	s.say(s.ana, live(s.ana, s.ana.have()), "taken")
	next := live(s.bo.upTo(2).put(Entry{T: t0 + 10, K: 3, Op: at(30), By: "plain-peer"}), 3)
	for _, by := range []string{`""`, `"a b"`, `7`, `"` + strings.Repeat("x", 65) + `"`, `"ä"`} {
		s.say(s.bo, strings.Replace(next, `"plain-peer"`, by, 1), "refused")
	}
}

func numberVector(s *script) {
	s.v.Why = "Numbers are rounded to one normal form, half up, however they are written: what is signed is the form."
	say := func(text string) {
		m, err := ParseMessage([]byte(text))
		if err != nil {
			panic(err)
		}
		s.ana.put(m.(Entry))
		lines := strings.Split(live(s.ana, s.ana.have()), "\n")
		s.say(s.ana, text+"\n"+lines[1], "taken")
	}
	segment := func(x0, y0, x1, y1, force string) {
		n := s.ana.have() + 1
		say(fmt.Sprintf(`{"event":"draw","lastPoint":{"x":%s,"y":%s},"x":%s,"y":%s,"force":%s,"color":"#ff0000","n":%d,"t":%d,"k":%d}`, x0, y0, x1, y1, force, n, t0+uint64(n), n))
	}
	segment("0.005", "-0.005", "0.015", "-0.015", "0.0005")
	segment("-0", "0.004999", "1.005", "-1.005", "1e-9")
	segment("1e6", "-1e6", "999999.996", "-999999.996", "4")
	segment(`"12.5"`, `" -3e1 "`, `"+.75"`, `"1E2"`, `"2.0004"`)
	segment("150.66666666666666", "33.333333333333336", "1e-300", "123456.789", "null")
	segment("0.1", "0.2", "0.30000000000000004", "0.7", "0")
	segment("5", "5", "5", "5", "-1.2345")
	segment("29.995", "1.115", "64.125", "8.575", "1.0005")
	say(`{"event":"drawRect","commit":true,"origin":{"x":0.125,"y":"7"},"color":"#0000ff","width":-0.004,"height":1e6,"lineWidth":0.001,"n":9,"t":28599999999100,"k":9}`)
	say(`{"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"#00f","n":1e1,"t":285999999992e2,"k":100e-1}`)
}

func colorVector(s *script) {
	s.v.Why = "Every form of a color has one normal form."
	say := func(color, want string) {
		n := s.ana.have() + 1
		text := fmt.Sprintf(`{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":%q,"n":%d,"t":%d,"k":1}`, color, n, t0+uint64(n))
		head := `{"event":"head","n":21,"sig":"` + Signature{}.String() + `"}`
		if m, err := ParseMessage([]byte(text)); err == nil {
			s.ana.put(m.(Entry))
			head = strings.Split(live(s.ana, n), "\n")[1]
		}
		s.say(s.ana, text+"\n"+head, want)
	}
	for _, c := range []string{
		"#f0a", "#F0A8", "#12abef", "#12ABEF80", "Red", "rebeccapurple", "transparent", "LightGoldenrodYellow",
		"rgb(12.5,13.5,254.5)", "rgba(10%,20.5%,30%,50%)", "rgb(10 20 30 / .333)", "rgb(none 100 200)", "rgb(10+20-30)", "rgb(1e999,-1e999,0",
		"hsl(200.5, 45.5%, 50%)", "hsla(-1turn 60% 40% / 0.5)", "hsl(3.14rad, 50%, 50%)", "hsl(10 20 30)", "hwb(12.5deg 10% 20% / 0.5)", "hwb(120 60% 60%)",
	} {
		say(c, "taken")
	}
	for _, c := range []string{"", "none", "currentcolor", "#12", "#12345", "f0a", "rgb(1,2)", "rgb(1,2,3,none)", "rgb(10%,20,30)", "rgb (1,2,3)", "hsl(10,20,30)",
		"hwb(120,10%,20%)", "lab(50% 40 -30)", "rgb(calc(1) 2 3)", "rgb(10.,20,30)", "blac\u212a", "red;", strings.Repeat(" ", 126) + "red"} {
		say(c, "refused")
	}
}

func refuseVector(s *script) {
	s.v.Why = "Everything that is out of bounds is refused with the message that has it, and changes nothing."
	s.ana.write(at(10), t0+1, 1)
	s.say(s.ana, live(s.ana, 1), "taken")
	s.ana.write(at(20), t0+2, 1)
	good := live(s.ana, 2)
	refuse := func(old, new string) {
		if !strings.Contains(good, old) {
			panic(old)
		}
		s.say(s.ana, strings.Replace(good, old, new, 1), "refused")
	}
	stamp := fmt.Sprintf(`"n":2,"t":%d,"k":1`, t0+2)
	for _, bad := range []string{
		`"n":0,"t":2,"k":1`, `"n":-1,"t":2,"k":1`, `"n":1.5,"t":2,"k":1`, `"n":4294967295,"t":2,"k":1`, `"n":"2","t":2,"k":1`, `"n":null,"t":2,"k":1`, `"n":true,"t":2,"k":1`,
		`"n":2,"t":0,"k":1`, `"n":2,"t":9007199254740992,"k":1`, `"n":2,"t":1e300,"k":1`, `"n":2,"t":"2","k":1`, `"n":2,"k":1`,
		`"n":2,"t":2,"k":0`, `"n":2,"t":2,"k":3`, `"n":2,"t":2,"k":0.5`, `"n":2,"t":2`, `"n":2,"t":2,"k":[1]`,
		stamp + `,"o":""`, stamp + `,"o":"AAAAAAAAAAAAAAAAAAAAA"`, stamp + `,"o":"AAAAAAAAAAAAAAAAAAAAAAA"`, stamp + `,"o":"AAAAAAAAAAAAAAAAAAAAAB"`, stamp + `,"o":"AAAAAAAAAAAAAAAAAAAA+A"`, stamp + `,"o":7`,
		stamp + `,"o":"AAAAAAAAAAAAAAAAAAAAAA"`, // another's than the head's
	} {
		refuse(stamp, bad)
	}
	for _, edit := range [][2]string{
		{`"x":25`, `"x":1e308`}, {`"x":25`, `"x":1e999`}, {`"x":25`, `"x":1000000.01`}, {`"x":25`, `"x":null`}, {`"x":25`, `"x":""`}, {`"x":25`, `"x":"0x10"`}, {`"x":25`, `"z":25`},
		{`"x":25`, `"x":"NaN"`}, {`"x":25`, `"x":[25]`}, {`{"x":20,"y":20}`, `null`}, {`{"x":20,"y":20}`, `{"x":20}`}, {`"lastPoint"`, `"last"`},
		{`"force":1`, `"force":1e9`}, {`"force":1`, `"force":4.0001`}, {`"force":1`, `"force":[]`}, {`"force":1`, `"force":""`}, {`"#ff0000"`, `7`}, {`"#ff0000"`, `null`},
		{`"head","n":2`, `"head","n":3`}, {`"head","n":2`, `"head","n":1`}, {`"head","n":2`, `"head"`}, {`"sig":"`, `"sig":"A`}, {`"sig":"`, `"key":"AAAA","sig":"`}, {`"sig":`, `"sign":`},
		{"\n", "\n\n"}, {"\n", `x`},
	} {
		refuse(edit[0], edit[1])
	}
	lines := strings.Split(good, "\n")
	s.say(s.ana, lines[0], "refused")
	s.say(s.ana, lines[1], "refused")
	s.say(s.ana, lines[1]+"\n"+lines[0], "refused")
	s.say(s.ana, lines[0]+"\n"+lines[0]+"\n"+lines[1], "bad")
	rect := fmt.Sprintf(`{"event":"drawRect","commit":true,"origin":{"x":5,"y":5},"color":"#0000ff","width":30,"height":40,"lineWidth":2,"n":2,"t":%d,"k":2}`, t0+2)
	for _, edit := range [][2]string{
		{`"lineWidth":2`, `"lineWidth":0`}, {`"lineWidth":2`, `"lineWidth":512.5`}, {`"lineWidth":2`, `"lineWidth":-2`}, {`"width":30`, `"width":1e7`}, {`"height":40,`, ``}, {`"origin"`, `"Origin"`},
	} {
		s.say(s.ana, strings.Replace(rect, edit[0], edit[1], 1)+"\n"+lines[1], "refused")
	}
	sig := Signature{}.String()
	key := PublicKey{}.String()
	for _, m := range []string{
		`{"event":"undo","n":2,"t":2,"k":2}`, `{"event":"undo","n":2,"t":2}`, `{"event":"undo"}`, `{"event":"redo","n":2,"t":2,"k":0}`,
		`nonsense`, ``, `null`, `[]`, `"draw"`, `{"event":"clear"`, `{"event":"clear"}x`,
		`{"event":"clear","sig":"` + sig + `"}`, `{"event":"clear","t":0,"key":"` + key + `","sig":"` + sig + `"}`, `{"event":"clear","t":1,"sig":"` + sig + `"}`, `{"event":"clear","t":1,"key":"` + key + `","sig":"AA"}`,
		`{"event":"draw","a":"` + strings.Repeat("x", 65536) + `"}`,
	} {
		s.say(s.ana, m, "refused")
	}
	s.say(s.ana, good, "taken")
}

func plainVector(s *script) {
	s.v.Why = "What plain peers say, previews, and what is of no kind that is known leave the log alone."
	for _, m := range []string{
		`{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"red"}`, `{"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"red"}`, `{"event":"clear"}`, `{"event":"clear","t":5}`,
		`{"event":"drawRect","origin":{"x":1,"y":2},"width":3,"height":4,"color":"red","n":1,"t":1,"k":1}`, `{"event":"drawRect","commit":true,"origin":{"x":1,"y":2},"width":3,"height":4,"color":"red"}`,
		`{"event":"drawRect","live":true,"origin":{"x":1,"y":2},"width":3,"height":4,"color":"red"}`,
	} {
		s.say(s.ana, m, "plain")
	}
	for _, m := range []string{
		`{"event":"dance"}`, `{}`, `{"n":1}`, `{"event":7}`, `{"event":null,"lastPoint":{}}`, `{"event":"cursor","live":true,"x":1,"n":1,"t":1,"k":1}`, `{"event":"undo","live":true,"n":2,"t":2,"k":1}`,
		`{"event":"dance","n":1,"t":1}`,
	} {
		s.say(s.ana, m, "unknown")
	}
}

func timeVector(s *script) {
	s.v.Why = "What is more than ten minutes ahead of one's clock is early, and comes again."
	s.ana.write(at(10), vectorNow+Tolerance, 1)
	s.say(s.ana, live(s.ana, 1), "taken")
	s.ana.write(at(20), vectorNow+Tolerance+1, 1)
	s.say(s.ana, live(s.ana, 2), "early")
	s.frame(frameOf(s.ana.runs(2)...), "early 1")
	s.now = vectorNow + 1
	s.say(s.ana, live(s.ana, 2), "taken")
	s.bo.write(at(5), 1, 1).write(at(6), MaxTime, 1)
	s.say(s.bo, live(s.bo.upTo(1), 1), "taken")
	s.say(s.bo, live(s.bo, 2), "early")
	s.clear(s.bo, s.bo.clear(MaxTime), "early")
}

func otherVector(s *script) {
	s.v.Why = "Entries of other kinds are kept, hashed in their canonical form (RFC 8785), forwarded, cleared, and not painted."
	n := 0
	say := func(members, want string) {
		n = int(s.ana.have()) + 1
		text := fmt.Sprintf(`{"event":"sticker",%s"n":%d,"t":%d,"k":%d}`, members, n, t0+n, n)
		head := `{"event":"head","n":1,"sig":"` + Signature{}.String() + `"}`
		if m, err := ParseMessage([]byte(text)); err == nil {
			s.ana.put(m.(Entry))
			head = strings.Split(live(s.ana, uint32(n)), "\n")[1]
		}
		s.say(s.ana, text+"\n"+head, want)
	}
	for _, members := range []string{
		``, `"text":"hi",`, `"z":1,"a":[1e21,1E-7,-0,0.1e1,333333333.33333329],"m":{"b":null,"a":true},`, `"é":"\u00e9","\ud83d\ude00":"😀","\uffee":1,"\u0001":"\u000b\n\"\\\/",`,
		`"by":"anybody","h":7,"live":false,`, `"a":1,"a":2,`, ` "x" : [ ] , "y" : { } ,`, `"text":"` + strings.Repeat("x", 4085) + `",`, `"d":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `,`,
	} {
		say(members, "taken")
	}
	for _, members := range []string{
		`"text":"` + strings.Repeat("x", 4086) + `",`, `"a":"\ud800",`, `"\udc00":1,`, `"a":"\udc00\ud800",`, `"a":1e400,`, `"d":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `,`,
	} {
		say(members, "refused")
	}
	for _, name := range []string{"a b", `a\"b`, strings.Repeat("x", 65), "ä", ""} {
		s.say(s.ana, fmt.Sprintf(`{"event":"%s","n":10,"t":%d,"k":1}`, name, t0+99), "refused")
	}
	s.bo.write(at(10), t0+1, 1).write(Other{"glow", `{"of":1}`}, t0+2, 1).write(Undo{}, t0+3, 1)
	s.say(s.bo, live(s.bo, 1), "taken")
	s.cy.write(Other{strings.Repeat("n", 64), `{}`}, t0+20, 0)
	s.frame(frameOf(s.cy.runs(1)...), "taken 1")
	for _, o := range []Other{{"draw", `{}`}, {"clear", `{}`}, {"", `{}`}, {"x", ``}, {"x", `[]`}, {"x", `{"n":1}`}, {"x", `{"live":true}`}, {"x", `{"b":1,"a":1}`}, {"x", `{ }`}, {"x", `{"a":1.0}`}} {
		s.frame(frameOf(s.cy.upTo(1).write(o, t0+21, 0).run(2, 2)), "damaged")
	}
}

func milestoneVector(s *script) {
	s.v.Why = "No run goes past a milestone: an entry of a number divisible by 256, or of more than 128 canonical bytes."
	for i := range 600 {
		s.ana.write(at(float64(i)), t0+uint64(i), 1)
	}
	s.frame(frameOf(s.ana.run(1, 255)), "taken 1")
	s.frame(frameOf(s.ana.run(256, 257)), "bad 1")
	s.frame(frameOf(s.ana.run(250, 257)), "bad 1")
	s.frame(frameOf(s.ana.run(1, 256)), "taken 1")
	s.frame(frameOf(s.ana.run(257, 512), s.ana.run(513, 600)), "taken 2")
	large := Other{"note", `{"text":"` + strings.Repeat("x", 98) + `"}`} // 17 + 4 + 11 + 98 = 130 bytes
	small := Other{"note", `{"text":"` + strings.Repeat("x", 96) + `"}`} // 128 bytes
	s.bo.write(small, t0+1, 0).write(at(1), t0+2, 0).write(large, t0+3, 0).write(at(2), t0+4, 0)
	s.frame(frameOf(s.bo.run(1, 4)), "bad 1")
	s.say(s.bo, strings.Join(append(lines(live(s.bo, 1))[:3], string(s.bo.run(1, 4).Live(nil, false))), "\n"), "bad")
	s.say(s.bo, live(s.bo, 1), "taken taken")
}

// lines are the lines of a text.
func lines(text string) []string { return strings.Split(text, "\n") }

func lazyVector(s *script) {
	s.v.Why = "What the author's own peer says may be verified later; what does not hold is taken back to the last good head."
	s.ana.write(at(10), t0+1, 1)
	s.say(s.ana, live(s.ana, 1), "taken")
	s.nextIsLazily = true
	s.ana.write(at(20), t0+2, 1)
	s.say(s.ana, live(s.ana, 2), "taken")
	s.v.Deliver = append(s.v.Deliver, delivery{Verify: true, Result: "verified"})
	liar := s.ana.upTo(2).write(at(30), t0+3, 1)
	forged := lines(live(liar, 3))
	forged[1] = lines(live(liar.upTo(2).write(at(31), t0+3, 1), 3))[1]
	s.say(s.ana, strings.Join(forged, "\n"), "taken")
	s.say(s.ana, live(s.ana.upTo(2).write(at(30), t0+3, 1).write(Undo{}, t0+4, 1), 4), "taken")
	s.bo.write(at(90), t0+5, 1)
	s.say(s.bo, live(s.bo, 1), "taken")
	s.v.Deliver = append(s.v.Deliver, delivery{Verify: true, Result: "verified"}) // the later head covers it all
	last := lines(live(s.ana.upTo(2).write(at(30), t0+3, 1).write(Undo{}, t0+4, 1).write(at(50), t0+6, 5), 5))
	last[1] = forged[1][:20] + `5` + forged[1][21:]
	s.say(s.ana, strings.Join(last, "\n"), "taken")
	s.v.Deliver = append(s.v.Deliver, delivery{Verify: true, Result: "verified " + s.ana.Site().String()})
}

func forkVector(s *script) {
	s.v.Why = "Two chains of one site are a proof, however they come; the site is void then."
	story := func(name string) (one, other *author) {
		one = newAuthor(name)
		for i := range 4 {
			one.write(at(float64(i)), t0+uint64(i), 1)
		}
		other = one.upTo(2).write(at(50), t0+2, 1).write(at(51), t0+3, 1).write(at(52), t0+4, 1)
		return one, other
	}
	proved := func(p *Proof) {
		s.frame(AppendProof(nil, p), "known")
	}
	a, b := story("shorter")
	s.frame(frameOf(a.runs(1)...), "taken 1")
	s.frame(frameOf(b.upTo(4).runs(1)...), "forked 1") // of one length: two heads
	s.frame(frameOf(a.runs(1)...), "known")
	s.say(a, live(a.write(at(9), t0+9, 1), 5), "known")
	a, b = story("longer")
	s.frame(frameOf(a.runs(1)...), "taken 1")
	s.frame(frameOf(b.runs(1)...), "forked 1") // ours ends within theirs
	a, b = story("within")
	s.frame(frameOf(b.runs(1)...), "taken 1")
	s.frame(frameOf(a.upTo(3).runs(1)...), "forked 1") // theirs ends within ours
	a, b = story("after")
	s.frame(frameOf(a.runs(1)...), "taken 1")
	s.frame(frameOf(b.runs(5)...), "forked 1") // theirs begins after our end
	a, b = story("proof")
	s.frame(AppendProof(nil, &Proof{a.run(3, 4).tail(5, a.chains[4]), b.run(5, 5)}), "taken")
	proved(&Proof{a.run(3, 4).tail(5, a.chains[4]), b.run(4, 4).tail(5, b.chains[4])})
	s.frame(frameOf(a.runs(1)...), "known")
	a, b = story("honest")
	s.frame(frameOf(a.runs(1)...), "taken 1")
	half := a.run(3, 4)
	wrong := half
	wrong.Sig[5] ^= 1
	for _, p := range []Proof{
		{a.run(1, 2), a.run(3, 4)},                              // one after the other
		{a.run(1, 2), a.run(4, 4)},                              // later, and later in time
		{a.run(3, 4), a.run(1, 2)},                              // the wrong way round
		{half.tail(5, a.chains[4]), wrong.tail(5, b.chains[4])}, // not signed
		{wrong.tail(5, b.chains[4]), half.tail(5, a.chains[4])}, // likewise
		{half.tail(5, a.chains[4]), half.tail(5, a.chains[4])},  // the same twice
	} {
		s.frame(AppendProof(nil, &p), "bad")
	}
	p := AppendProof(nil, &Proof{half.tail(5, a.chains[4]), b.run(5, 5)})
	s.frame(p[:len(p)-1], "damaged")
	s.frame(frameOf(), "known")
}

func backwardsVector(s *script) {
	s.v.Why = "A site whose time goes back from one run to a later one is void, in whichever order they come."
	for i, first := range []bool{true, false} {
		a := newAuthor(fmt.Sprintf("backwards %d", i)).write(at(1), t0+50, 1).write(at(2), t0+40, 1)
		b := newAuthor(fmt.Sprintf("equal %d", i)).write(at(1), t0+50, 1).write(at(2), t0+50, 1)
		for _, a := range []*author{a, b} {
			s.frame(frameOf(a.upTo(1).runs(1)...), "taken 1")
			if first {
				s.frame(frameOf(a.run(2, 2)), "forked 1")
			} else {
				s.say(a, live(a, 2), "forked")
			}
		}
	}
	late := newAuthor("late witness").write(at(1), t0+100, 1).write(at(2), t0+101, 1).write(at(3), t0+10, 1).write(at(4), t0+200, 1)
	s.clear(s.bo, s.bo.clear(t0+50), "taken")
	s.frame(frameOf(late.run(3, 4)), "taken 1")           // 3 is dead, a witness
	s.frame(frameOf(late.upTo(2).runs(1)...), "forked 1") // which lies
	s.frame(frameOf(newAuthor("inside").write(at(1), t0+60, 1).write(at(2), t0+60, 1).run(1, 2)), "damaged")
	late = newAuthor("late beginning").write(at(1), t0+100, 1).write(at(2), t0+101, 1).write(at(3), t0+10, 1).write(at(4), t0+200, 1)
	s.frame(frameOf(late.upTo(2).runs(1)...), "taken 1")
	s.frame(frameOf(late.run(3, 4)), "forked 1")
	late = newAuthor("after a gap").write(at(1), t0+100, 1).write(at(2), t0+101, 1).write(at(3), t0+10, 1).write(at(4), t0+200, 1)
	s.frame(frameOf(late.upTo(1).runs(1)...), "taken 1")
	s.frame(frameOf(late.run(3, 4)), "forked 1") // 3 is dead, and would be a witness if 1 were not later
}

func headVector(s *script) {
	s.v.Why = "Where two hold the same but for the digest, the heads alone show the fork."
	a := newAuthor("heads").write(at(1), t0+1, 1).write(at(2), t0+2, 1)
	b := a.upTo(1).write(at(3), t0+2, 1)
	s.frame(frameOf(a.runs(1)...), "taken 1")
	alone := func(a *author) Run { r := a.run(1, a.have()); return r.head(a.chains[a.have()]) }
	s.frame(frameOf(alone(a)), "known")
	s.frame(frameOf(alone(a.upTo(1))), "known")
	s.frame(frameOf(alone(a.upTo(2).write(at(9), t0+9, 1))), "gap 1")
	s.frame(frameOf(alone(newAuthor("nobody").write(at(9), t0+9, 1))), "gap 1")
	forged := alone(b)
	forged.Sig[0] ^= 1
	s.frame(frameOf(forged), "bad 1")
	s.frame(frameOf(alone(b)), "forked 1")
	s.ana.write(at(30), t0+30, 1)
	s.frame(frameOf(s.ana.runs(1)...), "taken 1")
}

func manyVector(s *script) {
	s.v.Why = "Three sites write a few hundred entries of all kinds, delivered in random order but for each site's own."
	rnd := rand.New(rand.NewPCG(7, 7))
	authors := []*author{s.ana, s.bo, s.cy}
	sent := []uint32{0, 0, 0}
	pick := func(i int) {
		if a := authors[i]; sent[i] < a.have() {
			s.say(a, live(a, sent[i]+1), strings.Join(slices.Repeat([]string{"taken"}, len(a.runs(sent[i]+1))), " "))
			sent[i] = a.have()
		}
	}
	for i := range 400 {
		a := authors[rnd.IntN(3)]
		var op LogOp = randomShape(rnd)
		k := uint32(0)
		if a.have() > 0 {
			k = a.have() - uint32(rnd.IntN(int(min(3, a.have()))))
			switch rnd.IntN(15) {
			case 0:
				op = Undo{}
			case 1:
				op = Redo{}
			case 2:
				op, k = Other{"mark", fmt.Sprintf(`{"i":%d}`, i)}, 0
			}
		}
		e := Entry{T: t0 + uint64(i), K: k, Op: op}
		if e.K == 0 {
			e.K = a.have() + 1
		}
		if _, shape := op.(Shape); shape && rnd.IntN(12) == 0 {
			e = Entry{T: e.T, K: a.have() + 1, Op: Segment{To: Point{X: float64(rnd.IntN(4))}, Force: 1}, By: "plain"}
		}
		a.put(e)
		if rnd.IntN(6) == 0 {
			pick(rnd.IntN(3))
		}
	}
	for i := range authors {
		pick(i)
	}
	s.clear(s.bo, s.bo.clear(t0+150), "taken")
}

// randomShape is a shape that is rounded.
func randomShape(rnd *rand.Rand) Shape {
	point := func() Point { return Point{float64(rnd.IntN(8000)) / 10, float64(rnd.IntN(60000)) / 100} }
	color := Color{uint8(rnd.IntN(2) * 255), 0, uint8(rnd.IntN(3)), 255}
	if rnd.IntN(5) == 0 {
		return Rect{point(), float64(rnd.IntN(200) - 100), float64(rnd.IntN(100)), 2, color}
	}
	return Segment{point(), point(), float64(1+rnd.IntN(1500)) / 1000, color}
}

func curveVector(s *script) {
	s.v.Why = "Steps of a smooth curve are written as how they differ from the last step; whole pixels as such."
	x, y := 100.0, 100.0
	for i := range 70 {
		angle := float64(i) / 9
		to := Point{x + 9*math.Cos(angle), y + 9*math.Sin(angle)}
		if i == 40 {
			x, y, to = 300, 300, Point{310, 305}
		}
		var op LogOp = Round(Segment{Point{x, y}, to, 1 + float64(i%5)/8, Color{uint8(i / 30), 0, 255, 255}})
		if i == 20 {
			op = Rect{Point{x, y}, 12.5, -8, 3, Color{9, 9, 9, 9}}
		}
		s.ana.write(op, t0+uint64(7*i), 1)
		x, y = math.Round(to.X*100)/100, math.Round(to.Y*100)/100
	}
	s.say(s.ana, live(s.ana, 1), "taken")
	for i := range 30 {
		s.bo.write(Segment{Point{float64(3 * i), float64(-i * i)}, Point{float64(3*i + 3), float64(-(i + 1) * (i + 1))}, 1, Color{0, 0, 0, 255}}, t0+uint64(2*i+1), 1)
	}
	s.say(s.bo, live(s.bo, 1), "taken")
}
