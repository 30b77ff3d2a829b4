package canvas

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

const ana, bo, cy = "Ana00000000", "Bo000000000", "Cy000000000"

// A script is a vector being written.
type script struct{ v vector }

func (s *script) say(from, message, want string) {
	s.v.Deliver = append(s.v.Deliver, delivery{From: from, Message: message, Result: want})
}

func (s *script) frame(frame []byte, want string) {
	s.v.Deliver = append(s.v.Deliver, delivery{Frame: hex.EncodeToString(frame), Result: want})
}

// draw is a short segment to the right of x.
func draw(x int, stamp string) string {
	return fmt.Sprintf(`{"event":"draw","lastPoint":{"x":%d,"y":20},"x":%d,"y":24,"force":1,"color":"#ff0000",%s}`, x, x+5, stamp)
}

func stamp(n, t, k int) string { return fmt.Sprintf(`"n":%d,"t":%d,"k":%d`, n, t, k) }

// makeVectors makes all, without what they must give.
func makeVectors(t *testing.T) map[string]*vector {
	all := map[string]*vector{}
	for name, make := range map[string]func(*script){
		"receive": receiveVector, "ties": tieVector, "clear": clearVector, "undo": undoVector,
		"adopt": adoptVector, "numbers": numberVector, "colors": colorVector, "refuse": refuseVector,
		"time": timeVector, "frames": func(s *script) { frameVector(t, s) }, "many": manyVector, "plain": plainMessageVector, "curve": curveVector,
	} {
		var s script
		make(&s)
		all[name] = &s.v
	}
	return all
}

func receiveVector(s *script) {
	s.v.Why = "Entries come out of order, twice, forwarded, and with a gap."
	s.say(ana, draw(10, stamp(1, 1, 1)), "taken")
	s.say(ana, draw(15, stamp(2, 2, 1)), "taken")
	s.say(ana, draw(15, stamp(2, 2, 1)), "duplicate")
	s.say(bo, draw(99, stamp(2, 5, 1)), "gap")
	s.say(bo, draw(90, stamp(1, 4, 1)), "taken")
	s.say(ana, draw(20, stamp(3, 6, 1)), "taken")
	s.say(ana, draw(99, stamp(2, 5, 1)+`,"o":"`+bo+`"`), "taken")
	s.say(bo, draw(15, stamp(2, 9, 1)+`,"o":"`+ana+`"`), "duplicate")
	s.say(ana, `{"event":"drawRect","commit":true,"origin":{"x":5,"y":5},"color":"#0000ff","width":-30,"height":40,"lineWidth":3,"n":4,"t":7,"k":4}`, "taken")
}

func tieVector(s *script) {
	s.v.Why = "Equal times are painted by site, then by n; a late entry lands in the past."
	s.say(cy, draw(30, stamp(1, 5, 1)), "taken")
	s.say(ana, draw(10, stamp(1, 5, 1)), "taken")
	s.say(bo, draw(20, stamp(1, 5, 1)), "taken")
	s.say(bo, draw(25, stamp(2, 5, 1)), "taken")
	s.say(cy, draw(35, stamp(2, 9, 2)), "taken")
	s.say(ana, draw(15, stamp(2, 6, 2)), "taken")
}

func clearVector(s *script) {
	s.v.Why = "A clear wipes what its author had, before or after that comes, and nothing else; what it counts need never come."
	s.say(ana, draw(10, stamp(1, 1, 1)), "taken")
	s.say(bo, draw(20, stamp(1, 1, 1)), "taken")
	s.say(bo, draw(25, stamp(2, 2, 1)), "taken")
	s.say(ana, draw(15, stamp(2, 3, 1)), "taken")
	s.say(ana, `{"event":"clear","n":3,"t":4,"cut":{"`+ana+`":2,"`+bo+`":1,"`+cy+`":2}}`, "taken")
	s.say(cy, draw(30, stamp(1, 1, 1)), "duplicate")
	s.say(cy, draw(35, stamp(3, 3, 3)), "taken")
	s.say(bo, draw(28, stamp(3, 5, 1)), "taken")
	s.say(bo, `{"event":"clear","n":4,"t":6,"cut":{"`+bo+`":0,"`+bo+`":3}}`, "taken")
	s.say(bo, draw(29, stamp(5, 7, 1)), "taken")
}

func undoVector(s *script) {
	s.v.Why = "The last undo or redo of a stroke decides over what it has so far; nobody undoes for others."
	for i := 1; i <= 3; i++ {
		s.say(ana, draw(10*i, stamp(i, i, 1)), "taken")
	}
	s.say(ana, draw(50, stamp(4, 4, 4)), "taken")
	s.say(ana, `{"event":"undo","n":5,"t":5,"k":1}`, "taken")
	s.say(ana, draw(60, stamp(6, 6, 1)), "taken")
	s.say(ana, `{"event":"undo","n":7,"t":7,"k":4}`, "taken")
	s.say(ana, `{"event":"redo","n":8,"t":8,"k":4}`, "taken")
	s.say(bo, draw(70, stamp(1, 9, 1)), "taken")
	s.say(bo, draw(75, stamp(2, 10, 2)), "taken")
	s.say(bo, `{"event":"undo","n":3,"t":11,"k":1}`, "taken")
	s.say(ana, `{"event":"undo","n":9,"t":12,"k":9}`, "refused")
	s.say(ana, `{"event":"undo","n":9,"t":12,"k":2}`, "taken")
	s.say(ana, `{"event":"redo","n":10,"t":13}`, "refused")
}

func adoptVector(s *script) {
	s.v.Why = "Of equal adoptions the first is painted, whichever comes first; when it is cleared, the next. They are not undone."
	adopted := func(x, n, t, k int, by string) string {
		op := Segment{Point{float64(x), 20}, Point{float64(x) + 5, 24}, 1, Color{255, 0, 0, 255}}
		return string(AppendMessage(nil, Entry{N: uint32(n), T: uint64(t), K: uint32(k), Op: op, By: by}))
	}
	s.say(bo, adopted(10, 1, 5, 1, "plain-peer"), "taken")
	s.say(cy, adopted(10, 1, 3, 1, "plain-peer"), "taken")
	s.say(ana, adopted(10, 1, 4, 1, "plain-peer"), "taken")
	s.say(ana, adopted(10, 2, 5, 2, "another-peer"), "taken")
	s.say(cy, `{"event":"undo","n":2,"t":6,"k":1}`, "taken")
	s.say(ana, adopted(20, 3, 6, 3, "plain-peer"), "taken")
	s.say(cy, adopted(20, 3, 7, 3, "plain-peer"), "taken")
	s.say(bo, `{"event":"clear","n":2,"t":8,"cut":{"`+ana+`":3,"`+bo+`":1}}`, "taken")
	rect := Entry{N: 3, T: 9, K: 3, Op: Rect{Point{1, 2}, 3, 4, 2.5, Color{1, 2, 3, 4}}, By: "7b1c9d8e-0000-4000-8000-000000000000"}
	s.say(bo, string(AppendMessage(nil, rect)), "taken")
	s.say(bo, strings.Replace(adopted(30, 4, 10, 4, "plain-peer"), `"h":"`, `"h":"0`, 1), "refused")
	s.say(bo, strings.Replace(adopted(30, 4, 10, 4, "plain-peer"), `"by":"plain`, `"by":"Plain`, 1), "refused")
	s.say(bo, strings.Replace(adopted(30, 4, 10, 4, "plain-peer"), `"x":35`, `"x":36`, 1), "refused")
	s.say(bo, draw(30, stamp(4, 10, 4)+`,"by":"plain-peer"`), "refused")
	s.say(bo, draw(30, stamp(4, 10, 4)+`,"h":"00000000"`), "refused")
}

func numberVector(s *script) {
	s.v.Why = "Numbers are rounded to one normal form, half up, however they are written."
	n := 0
	segment := func(x0, y0, x1, y1, force string) {
		n++
		s.say(ana, fmt.Sprintf(`{"event":"draw","lastPoint":{"x":%s,"y":%s},"x":%s,"y":%s,"force":%s,"color":"#ff0000",%s}`,
			x0, y0, x1, y1, force, stamp(n, n, n)), "taken")
	}
	segment("0.005", "-0.005", "0.015", "-0.015", "0.0005")
	segment("-0", "0.004999", "1.005", "-1.005", "1e-9")
	segment("1e6", "-1e6", "999999.996", "-999999.996", "4")
	segment(`"12.5"`, `" -3e1 "`, `"+.75"`, `"1E2"`, `"2.0004"`)
	segment("150.66666666666666", "33.333333333333336", "1e-300", "123456.789", "null")
	segment("0.1", "0.2", "0.30000000000000004", "0.7", "0")
	segment("5", "5", "5", "5", "-1.2345")
	segment("29.995", "1.115", "64.125", "8.575", "1.0005")
	n++
	s.say(ana, `{"event":"drawRect","commit":true,"origin":{"x":0.125,"y":"7"},"color":"#0000ff","width":-0.004,"height":1e6,"lineWidth":0.001,`+stamp(n, n, n)+`}`, "taken")
	n++
	s.say(ana, `{"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"#00f","n":1e1,"t":10.0,"k":100e-1}`, "taken")
}

func colorVector(s *script) {
	s.v.Why = "Every form of a color has one normal form."
	for i, c := range []string{
		"#f0a", "#F0A8", "#12abef", "#12ABEF80", "Red", "rebeccapurple", "transparent", "LightGoldenrodYellow",
		"rgb(12.5,13.5,254.5)", "rgba(10%,20.5%,30%,50%)", "rgb(10 20 30 / .333)", "rgb(none 100 200)", "rgb(10+20-30)", "rgb(1e999,-1e999,0",
		"hsl(200.5, 45.5%, 50%)", "hsla(-1turn 60% 40% / 0.5)", "hsl(3.14rad, 50%, 50%)", "hsl(10 20 30)", "hwb(12.5deg 10% 20% / 0.5)", "hwb(120 60% 60%)",
	} {
		s.say(ana, fmt.Sprintf(`{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":%q,%s}`, c, stamp(i+1, i+1, 1)), "taken")
	}
	for _, c := range []string{"", "none", "currentcolor", "#12", "#12345", "f0a", "rgb(1,2)", "rgb(1,2,3,none)", "rgb(10%,20,30)", "rgb (1,2,3)", "hsl(10,20,30)",
		"hwb(120,10%,20%)", "lab(50% 40 -30)", "rgb(calc(1) 2 3)", "rgb(10.,20,30)", "blac\u212a", "red;", strings.Repeat(" ", 126) + "red"} {
		s.say(ana, fmt.Sprintf(`{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":%q,%s}`, c, stamp(21, 21, 1)), "refused")
	}
}

func refuseVector(s *script) {
	s.v.Why = "Everything that is out of bounds is refused, and changes nothing."
	s.say(ana, draw(10, stamp(1, 1, 1)), "taken")
	for _, stamp := range []string{
		`"n":0,"t":2,"k":1`, `"n":-1,"t":2,"k":1`, `"n":1.5,"t":2,"k":1`, `"n":4294967295,"t":2,"k":1`, `"n":"2","t":2,"k":1`, `"n":null,"t":2,"k":1`, `"n":true,"t":2,"k":1`,
		`"n":2,"t":0,"k":1`, `"n":2,"t":9007199254740992,"k":1`, `"n":2,"t":1e300,"k":1`, `"n":2,"t":"2","k":1`, `"n":2,"k":1`,
		`"n":2,"t":2,"k":0`, `"n":2,"t":2,"k":3`, `"n":2,"t":2,"k":0.5`, `"n":2,"t":2`, `"n":2,"t":2,"k":[1]`,
		stamp(2, 2, 1) + `,"o":""`, stamp(2, 2, 1) + `,"o":"Ana0000000"`, stamp(2, 2, 1) + `,"o":"Ana00000000x"`, stamp(2, 2, 1) + `,"o":"Ana-0000000"`, stamp(2, 2, 1) + `,"o":7`,
		stamp(2, 2, 1) + `,"by":"","h":"00000000"`, stamp(2, 2, 1) + `,"by":"a b","h":"00000000"`, stamp(2, 2, 1) + `,"by":7,"h":"00000000"`,
		stamp(2, 2, 1) + `,"by":"` + strings.Repeat("x", 65) + `","h":"00000000"`,
	} {
		s.say(ana, draw(20, stamp), "refused")
	}
	good := draw(20, stamp(2, 2, 1))
	for _, edit := range [][2]string{
		{`"x":25`, `"x":1e308`}, {`"x":25`, `"x":1e999`}, {`"x":25`, `"x":1000000.01`}, {`"x":25`, `"x":null`}, {`"x":25`, `"x":""`}, {`"x":25`, `"x":"0x10"`}, {`"x":25`, `"z":25`},
		{`"x":25`, `"x":"NaN"`}, {`"x":25`, `"x":[25]`}, {`{"x":20,"y":20}`, `null`}, {`{"x":20,"y":20}`, `{"x":20}`}, {`"lastPoint"`, `"last"`},
		{`"force":1`, `"force":1e9`}, {`"force":1`, `"force":4.0001`}, {`"force":1`, `"force":[]`}, {`"force":1`, `"force":""`}, {`"#ff0000"`, `7`}, {`"#ff0000"`, `null`},
	} {
		s.say(ana, strings.Replace(good, edit[0], edit[1], 1), "refused")
	}
	rect := `{"event":"drawRect","commit":true,"origin":{"x":5,"y":5},"color":"#0000ff","width":30,"height":40,"lineWidth":2,"n":2,"t":2,"k":2}`
	for _, edit := range [][2]string{
		{`"lineWidth":2`, `"lineWidth":0`}, {`"lineWidth":2`, `"lineWidth":512.5`}, {`"lineWidth":2`, `"lineWidth":-2`}, {`"width":30`, `"width":1e7`}, {`"height":40,`, ``}, {`"origin"`, `"Origin"`},
	} {
		s.say(ana, strings.Replace(rect, edit[0], edit[1], 1), "refused")
	}
	var sites []string
	for i := range 1025 {
		sites = append(sites, fmt.Sprintf(`"s%010d":1`, i))
	}
	for _, cut := range []string{
		``, `,"cut":null`, `,"cut":[]`, `,"cut":{"` + ana + `":2}`, `,"cut":{"` + bo + `":0}`, `,"cut":{"` + bo + `":-1}`, `,"cut":{"` + bo + `":1.5}`, `,"cut":{"` + bo + `":4294967295}`,
		`,"cut":{"` + bo + `":"1"}`, `,"cut":{"short":1}`, `,"cut":{"Bo00000000\u0000":1}`, `,"cut":{` + strings.Join(sites, ",") + `}`,
	} {
		s.say(ana, `{"event":"clear","n":2,"t":2`+cut+`}`, "refused")
	}
	for _, m := range []string{`{"event":"undo","n":2,"t":2,"k":2}`, `{"event":"undo","n":2,"t":2}`, `{"event":"undo"}`, `{"event":"redo","n":2,"t":2,"k":0}`, `{"event":"undo","n":2,"t":2,"k":1,"by":"x","h":"00000000"}`,
		`{"event":"want","have":{},"dead":{` + strings.Join(sites, ",") + `}}`, `nonsense`, ``, `null`, `[]`, `"draw"`, `{"event":"clear"`, `{"event":"clear"}x`, `{"event":"ping","sum":"12"}`, `{"event":"ping","sum":"000000000000000G"}`, `{"event":"ping","sum":"00000000ABCDEF00"}`, `{"event":"ping"}`,
		`{"event":"have","v":1,"have":{},"sum":"0000000000000000"}`, `{"event":"have","v":1,"have":{"x":1},"dead":{},"sum":"0000000000000000"}`, `{"event":"want","have":[],"dead":{}}`,
		`{"event":"draw","a":"` + strings.Repeat("x", 65536) + `"}`,
	} {
		s.say(ana, m, "refused")
	}
	for _, m := range []string{`{"event":"dance"}`, `{}`, `{"n":1}`, `{"event":7}`, `{"event":null,"lastPoint":{}}`, `{"event":"have","v":2}`} {
		s.say(ana, m, "unknown")
	}
	s.say(ana, good, "taken")
}

func timeVector(s *script) {
	s.v.Why = "A site's time neither goes back nor leaps; where its last entry is dead nobody can tell."
	s.say(ana, draw(10, stamp(1, 4294967297, 1)), "refused")
	s.say(ana, draw(10, stamp(1, 4294967296, 1)), "taken")
	s.say(ana, draw(15, stamp(2, 4294967295, 1)), "refused")
	s.say(ana, draw(15, stamp(2, 8589934593, 1)), "refused")
	s.say(ana, draw(15, stamp(2, 4294967296, 1)), "taken")
	s.say(ana, draw(20, stamp(3, 8589934592, 1)), "taken")
	s.say(bo, `{"event":"clear","n":1,"t":9,"cut":{"`+ana+`":3,"`+cy+`":1}}`, "taken")
	s.say(ana, draw(25, stamp(4, 9007199254740991, 1)), "taken")
	s.say(ana, draw(30, stamp(5, 9007199254740991, 1)), "taken")
	s.say(cy, draw(40, stamp(2, 1, 1)), "taken")
	s.say(cy, draw(45, stamp(3, 4294967298, 1)), "refused")
}

// plainMessageVector has what is no entry.
func plainMessageVector(s *script) {
	s.v.Why = "Messages of plain peers and of the exchange leave the log alone."
	for _, m := range []string{
		`{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"red"}`, `{"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"red"}`, `{"event":"clear"}`,
		`{"event":"drawRect","origin":{"x":1,"y":2},"width":3,"height":4,"color":"red","n":1,"t":1,"k":1}`, `{"event":"drawRect","commit":true,"origin":{"x":1,"y":2},"width":3,"height":4,"color":"red"}`,
	} {
		s.say(ana, m, "plain")
	}
	for _, m := range []string{
		`{"event":"bye"}`, `{"event":"ping","sum":"00000000abcdef00"}`, `{"event":"have","v":1,"have":{"` + ana + `":1},"dead":{},"sum":"0000000000000000"}`,
		`{"event":"have","v":1.0,"have":{},"dead":{},"sum":"ffffffffffffffff","more":true}`, `{"event":"want","have":{"` + ana + `":4294967294},"dead":{"` + bo + `":1}}`,
	} {
		s.say(ana, m, "control")
	}
}

func manyVector(s *script) {
	s.v.Why = "Three sites write a few hundred entries of all kinds, delivered in random order but for each site's own."
	rnd := rand.New(rand.NewPCG(7, 7))
	logs := []*Log{NewLog(Site([]byte(ana))), NewLog(Site([]byte(bo))), NewLog(Site([]byte(cy)))}
	queues := make([][]string, len(logs))
	net := &network{rnd: rnd}
	for i := range 400 {
		w := rnd.IntN(len(logs))
		l, own := logs[w], uint32(0)
		if own = l.Have()[l.own]; own > 0 && rnd.IntN(10) == 0 {
			own = 0
		}
		e := Entry{Op: net.op(), K: max(own, 1) - min(max(own, 1)-1, uint32(rnd.IntN(3)))}
		switch {
		case i == 100 || i == 250:
			e = Entry{Op: Clear{}, Cut: l.Have()}
		case rnd.IntN(12) == 0 && own > 1:
			e = Entry{Op: []LogOp{Undo{}, Redo{}}[rnd.IntN(2)], K: own}
		case rnd.IntN(12) == 0:
			e = Entry{Op: Segment{To: Point{X: float64(rnd.IntN(4))}, Force: 1}, By: "plain"}
		}
		e, _, err := l.writeChange(e)
		if err != nil {
			panic(err)
		}
		for j := range queues {
			if j != w && rnd.IntN(3) > 0 { // not all are heard by all at once
				for other := range l.Lacking(logs[j].Have()) {
					logs[j].Add(other)
				}
			}
		}
		queues[w] = append(queues[w], string(AppendMessage(nil, Entry{N: e.N, T: e.T, K: e.K, Op: e.Op, By: e.By, Cut: e.Cut})))
	}
	seen := NewLog(Site{})
	for len(queues) > 0 {
		w := rnd.IntN(len(queues))
		if len(queues[w]) == 0 {
			queues = slices.Delete(queues, w, w+1)
			logs = slices.Delete(logs, w, w+1)
			continue
		}
		d := delivery{From: logs[w].own.String(), Message: queues[w][0]}
		queues[w] = queues[w][1:]
		m, _ := ParseMessage([]byte(d.Message))
		e := m.(Entry)
		e.Site = logs[w].own
		_, err := seen.Add(e)
		d.Result = "taken"
		if dead := seen.Dead()[e.Site]; err != nil && e.N <= dead {
			d.Result = "duplicate" // a clear came before what it wiped
		}
		s.v.Deliver = append(s.v.Deliver, d)
	}
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
		e := Entry{N: uint32(i + 1), T: uint64(i + 1), K: 1, Op: Round(Segment{Point{x, y}, to, 1 + float64(i%5)/8, Color{uint8(i / 30), 0, 255, 255}})}
		if i == 20 {
			e.Op = Rect{Point{x, y}, 12.5, -8, 3, Color{9, 9, 9, 9}}
		}
		s.say(ana, string(AppendMessage(nil, e)), "taken")
		x, y = math.Round(to.X*100)/100, math.Round(to.Y*100)/100
	}
	for i := range 30 {
		e := Entry{N: uint32(i + 1), T: uint64(2*i + 1), K: 1, Op: Segment{Point{float64(3 * i), float64(-i * i)}, Point{float64(3*i + 3), float64(-(i + 1) * (i + 1))}, 1, Color{0, 0, 0, 255}}}
		s.say(bo, string(AppendMessage(nil, e)), "taken")
	}
}

func frameVector(t *testing.T, s *script) {
	s.v.Why = "Frames are merged like their entries one by one; a damaged one does nothing at all."
	raw := func(payload string) []byte { return rawFrame(t, payload) }
	// One segment of Ana's, by hand: from 1,2 to 3,4 with force 1.
	one := "\x00\x01" + ana + "\x01\x01\xc8\x01" + // 0 dead; 1 run: first 1, 1 row, scale 100 straight
		"\x02\x01\x01" + "\x01\x01" + "\x02\x01\x01" + // kind 1; t 1; k = n
		"\x02\x02\x04" + "\x02\x00\x00" + "\x02\x04\x04" + "\x02\x00\x00" + // x 1 then +2, y 2 then +2
		"\x02\xd0\x0f" + "\x05\x01\x02\x03\xff\x01" + "\x02\x00\x01" + "\x00" // force 1000, color, nobody's, no cut
	s.frame(raw(one), "taken")
	s.frame(raw(one), "taken")
	next := strings.Replace(one, ana+"\x01", ana+"\x03", 1)
	s.frame(raw(next), "gap")
	s.frame(raw("\x01"+bo+"\x05\x00"+strings.Repeat("\x00", 11)), "taken")
	s.frame(raw("\x00\x00"+strings.Repeat("\x00", 11)), "taken")
	// Ana's redo and undo of her stroke, and a clear of Cy's that kills neither.
	mixed := func(strokes string) string {
		return "\x01" + cy + "\x01\x02" + ana + "\x02\x02\x02" + cy + "\x02\x01\x02" +
			"\x06\x05\x01\x04\x01\x03\x01" + "\x03\x02\x01\x07" + strokes +
			"\x00\x00\x00\x00\x00\x00\x00" + "\x0d\x01" + ana + "\x01"
	}
	s.frame(raw(mixed("\x02\x03\x02")), "refused")         // k would be 0
	s.frame(raw(mixed("\x02\x02\x01")), "refused")         // a k is missing
	s.frame(raw(mixed("\x04\x02\x01\x00\x02")), "refused") // one is too many
	s.frame(raw(mixed("\x04\x02\x01\x00\x01")), "taken")
	for i := range len(one) {
		s.frame(raw(one[:i]), "refused")
	}
	s.frame(raw(one+"\x00"), "refused")
	s.frame(raw("\x00\x00\x05"), "refused")
	s.frame(raw("\x00\x00"+strings.Repeat("\x00", 10)), "refused")
	s.frame(raw("\x00\x00"+strings.Repeat("\x00", 12)), "refused")
	s.frame(raw("\x00\x00\x01\x00"+strings.Repeat("\x00", 10)), "refused")
	for _, edit := range [][2]string{
		{"\x00\x01" + ana, "\x00\x01Ana-0000000"}, {ana + "\x01", ana + "\x00"}, {ana + "\x01\x01", ana + "\x01\x00"}, {ana + "\x01\x01", ana + "\x01\x02"},
		{"\x01\x01\xc8\x01", "\x01\x01\x00"}, {"\x01\x01\xc8\x01", "\x01\x01\x80\x80\x80\x80\x10"}, {"\x02\x01\x01\x01\x01", "\x02\x06\x01\x01\x01"}, {"\x02\x01\x01\x01\x01", "\x02\x01\x02\x01\x01"},
		{"\x02\xd0\x0f", "\x01\x00"}, {"\x02\xd0\x0f", "\x02\xc2\x3e"}, {"\x05\x01\x02\x03\xff\x01", "\x05\x01\x02\x03\xff\x00"}, {"\x02\x00\x01\x00", "\x03\x01 \x01\x00"},
		{"\x02\x00\x01\x00", "\x02\x00\x01\x01\x00"},
	} {
		if !strings.Contains(one, edit[0]) {
			t.Fatalf("%q is not there", edit[0])
		}
		s.frame(raw(strings.Replace(one, edit[0], edit[1], 1)), "refused")
	}
	frame := raw(one)
	s.frame(append(slices.Clone(frame), 0), "refused")
	s.frame(frame[:len(frame)-1], "refused")
	s.frame(frame[:3], "refused")
	s.frame(append([]byte("N"), frame[1:]...), "refused")
	for i := 1; i < 4; i++ {
		other := slices.Clone(frame)
		other[i] = 9
		s.frame(other, "unknown")
	}
	s.frame(raw(one+strings.Repeat("\x00", 1<<20)), "refused")
	var cut strings.Builder
	for i := range 1025 {
		fmt.Fprintf(&cut, "x%010d\x01", i)
	}
	clear := func(sites int) string { // at most 1024
		list := string(binary.AppendUvarint(nil, uint64(sites))) + cut.String()[:12*sites]
		return "\x00\x01" + bo + "\x06\x01\x02" + "\x02\x03\x01" + "\x01\x05" + strings.Repeat("\x00", 8) +
			string(binary.AppendUvarint(nil, uint64(len(list)))) + list
	}
	s.frame(raw(clear(1025)), "refused")
	s.frame(raw(clear(20)), "taken")
}

// rawFrame deflates a payload, well-made or not.
func rawFrame(t testing.TB, payload string) []byte {
	var b bytes.Buffer
	b.WriteString("M\x01\x01\x00")
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(payload)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
