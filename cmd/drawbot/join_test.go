package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// An answer is a line of join's output.
type answer struct {
	Type    string
	Line    int
	Stroke  string
	Old     bool
	Name    string
	Cause   string
	Members []memberRecord
}

// answers are the whole lines of join's output so far, of some types.
func answers(t *testing.T, r *running, types ...string) (list []answer) {
	t.Helper()
	for line := range strings.Lines(r.out.String()) {
		var rec answer
		if !strings.HasSuffix(line, "\n") {
			continue
		}
		if err := json.Unmarshal([]byte(line), &rec); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if slices.Contains(types, rec.Type) {
			list = append(list, rec)
		}
	}
	return list
}

// TestJoinAnswersEachLine asks for all there is, and for what there is not.
func TestJoinAnswersEachLine(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	draw(t, ana, redSegment)
	hers := ana.Undoable()
	in, orders := pipe(t)
	bot := start(t, in, "join", room)
	bot.out.await(t, `"agree":true,"everybody":true,"entries":1}`)

	const further = `{"event":"draw","lastPoint":{"x":3,"y":4},"x":9,"y":9,"force":1,"color":"#ff0000"}`
	io.WriteString(orders, strings.Join([]string{
		`{"ask":"members"}`,
		`{"ask":"weather"}`, // 2
		wireSegment,
		further, // 4: of the same stroke
		wireSegment,
		`{"event":"drawRect","origin":{"x":0,"y":0},"width":9,"height":9,"color":"lime"}`,
		"",
		`{"type":"sync","sum":"0"}`,
		`{"event":"undo"}`, // 9: of line 5
		fmt.Sprintf(`{"event":"undo","stroke":%q}`, hers), // 10
		`{"event":"undo","stroke":"mine"}`,
		`nonsense`,
		`{"event":"redo"}`, // 13
		`{"type":"op","stroke":"aaaaaaaaaaa-7","op":` + wireSegment + `}`, // 14: a new one
		`{"type":"op","stroke":"aaaaaaaaaaa-7","op":` + wireSegment + `}`,
		`{"event":"undo","stroke":"aaaaaaaaaaa-7"}`, // 16
		`{"ask":7}`,
		wireClear, // 18
		`{"event":"redo","stroke":"aaaaaaaaaaa-7"}`,
	}, "\n")+"\n")
	bot.out.await(t, `"line":19,`)
	got := answers(t, bot, "ack", "error", "members")
	const nobody, none = "no such stroke of our own", "no stroke's id"
	want := []struct {
		line   int
		kind   string
		stroke int // the same number, the same stroke; 0: none
		cause  string
	}{
		{1, "members", 0, ""}, {2, "error", 0, `ask for "weather"`}, {3, "ack", 1, ""}, {4, "ack", 1, ""}, {5, "ack", 2, ""}, {6, "ack", 0, ""},
		{9, "ack", 2, ""}, {10, "error", 0, nobody}, {11, "error", 0, none}, {12, "error", 0, "no JSON object"}, {13, "ack", 2, ""},
		{14, "ack", 3, ""}, {15, "ack", 3, ""}, {16, "ack", 3, ""}, {17, "error", 0, "ask for 7"}, {18, "ack", 0, ""}, {19, "error", 0, nobody},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d answers, want %d: %+v", len(got), len(want), got)
	}
	names := make(map[int]string)
	for i, want := range want {
		got := got[i]
		name := names[want.stroke]
		if name == "" && want.stroke > 0 && !slices.Contains(slices.Collect(maps.Values(names)), got.Stroke) {
			name = got.Stroke
			names[want.stroke] = name
		}
		if got.Line != want.line || got.Type != want.kind || got.Stroke != name || (got.Cause == "") != (want.cause == "") || !strings.Contains(got.Cause, want.cause) {
			t.Errorf("got %+v, want %+v with stroke %q", got, want, name)
		}
	}
	if m := got[0].Members; len(m) != 1 || m[0] != (memberRecord{ana.ID(), "Ana", peer.Open}) {
		t.Errorf("got the members %+v, want Ana, linked", m)
	}
}

// TestJoinPartsOldFromLive comes late, and hears what somebody drew who has left.
func TestJoinPartsOldFromLive(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	bo, err := peer.Join(t.Context(), room, peer.Options{Name: "Bo", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer bo.Close(context.Background())
	const each = 200
	for x := range each {
		draw(t, ana, stripe(float64(x), red))
		draw(t, bo, stripe(float64(x), green))
	}
	undo(t, ana)
	for _, p := range []*peer.Peer{ana, bo} {
		if err := p.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	bot := start(t, nothing(), "join", room)
	bot.out.await(t, `{"type":"synced"}`)
	draw(t, bo, redSegment)
	bot.out.await(t, wireSegment)
	names := make(map[string]int)
	synced := 0
	for i, r := range answers(t, bot, "op", "synced") {
		switch {
		case r.Type == "synced":
			synced++
			if i != 2*each+1 {
				t.Errorf("synced came after %d operations, want %d", i, 2*each+1)
			}
		case r.Old == (synced == 0):
			names[r.Name]++
		default:
			t.Errorf("operation %d: got %+v, synced %d times before it", i, r, synced)
		}
	}
	if synced != 1 || names["Ana"] != each+1 || names["Bo"] != each+1 {
		t.Errorf("got synced %d times and operations of %v, want once and of Ana and Bo %d each", synced, names, each+1)
	}
}

// mirror joins one room to another, in one direction, as a pipe of two commands.
func mirror(t *testing.T, from, to string) {
	r, w := io.Pipe()
	sink := start(t, r, "join", to, "--name", "sink")
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, env{nothing(), w, newTranscript()}, []string{"join", from, "--name", "source"})
	}()
	t.Cleanup(func() { cancel(); r.Close(); <-ended })
	sink.out.await(t, `{"type":"synced"}`)
}

// TestJoinToJoin has two people whose strokes meet and alternate, and who take
// back and bring back any of them. What shows is the same in the other room.
func TestJoinToJoin(t *testing.T) {
	server := serve(t, signaling.ServerOptions{})
	people := []*peer.Peer{enter(t, server.URL+"/a"), enter(t, server.URL+"/a")}
	watcher := enter(t, server.URL+"/b")
	r := rand.New(rand.NewPCG(7, 8))
	tips := make([]canvas.Point, len(people))
	strokes := make([][]canvas.Stroke, len(people))
	scribble := func(actions int) {
		for range actions {
			who := r.IntN(len(people))
			p := people[who]
			switch what := r.IntN(10); {
			case what == 0 && len(strokes[who]) > 0:
				_ = p.Undo(strokes[who][r.IntN(len(strokes[who]))]) // or it was cleared
			case what == 1 && len(strokes[who]) > 0:
				_ = p.Redo(strokes[who][r.IntN(len(strokes[who]))])
			default:
				if what < 4 {
					tips[who] = tips[1-who] // where the other's ends
				}
				to := canvas.Point{X: float64(r.IntN(300)), Y: float64(r.IntN(200))}
				s, err := p.Draw(canvas.Segment{From: tips[who], To: to, Force: 1, Color: red})
				if err != nil {
					t.Fatal(err)
				}
				tips[who], strokes[who] = to, append(strokes[who], s)
			}
		}
		for _, p := range people {
			if err := p.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	same := func(when string) {
		t.Helper()
		want := shown(people[0])
		for late := time.Now().Add(patience); !slices.Equal(shown(watcher), want); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(late) {
				t.Fatalf("%s: got %q in the other room, want %q", when, shown(watcher), want)
			}
		}
		if len(want) < 10 {
			t.Fatalf("%s: only %d segments show", when, len(want))
		}
	}
	scribble(200)
	mirror(t, server.URL+"/a", server.URL+"/b")
	same("drawn before")
	scribble(200)
	same("drawn since")
	draw(t, people[0], canvas.Clear{})
	scribble(0)
	scribble(200)
	same("cleared")
}

func wire(op canvas.Op) string { return string(canvas.AppendOp(nil, op.(canvas.PlainOp))) }

// shown are the segments that show, in an order that does not tell who drew first.
func shown(k keeper) (list []string) {
	for _, op := range seen(k) {
		list = append(list, wire(op))
	}
	slices.Sort(list)
	return list
}

// TestAnUndoIsOfItsStroke draws what join wrote, and a recording, again: an undo is
// not of whatever was drawn last.
func TestAnUndoIsOfItsStroke(t *testing.T) {
	line := func(x float64) canvas.Shape { return stripe(x, red) }
	var joined strings.Builder
	wrote := func(stroke string, op []byte) {
		fmt.Fprintf(&joined, `{"type":"op","from":%q,"stroke":%q,"op":%s}`+"\n", stroke[:1], stroke, op)
	}
	for i, stroke := range []string{"aaaaaaaaaaa-1", "bbbbbbbbbbb-1", "aaaaaaaaaaa-1", "aaaaaaaaaaa-3"} {
		wrote(stroke, canvas.AppendOp(nil, line(float64(10*i))))
	}
	wrote("aaaaaaaaaaa-1", []byte(`{"event":"undo","stroke":"aaaaaaaaaaa-1"}`))

	var recorded strings.Builder
	w := newTold(&recorded, 300, 200)
	first := w.draw(0, "", penA, line(0))
	w.draw(0, "", penA, line(10))
	w.draw(0, "", penA, line(30))
	undo, _, err := w.pen(penA).Undo(first.K, w.now(0))
	if err != nil {
		t.Fatal(err)
	}
	w.write(0, "", penA, undo)
	w.close(t, 0)
	const unknown = `{"event":"undo","stroke":"ccccccccccc-1"}` + "\n"
	tests := []struct {
		name, text string
		draw       int // its exit status
	}{
		{"joined", joined.String(), exitDone}, {"recorded", recorded.String(), exitDone}, {"unknown", unknown + joined.String(), exitFailed},
	}
	server := serve(t, signaling.ServerOptions{})
	for _, tt := range tests {
		for command, want := range map[string]int{"draw": tt.draw, "replay": exitDone} {
			t.Run(tt.name+"_"+command, func(t *testing.T) {
				room := server.URL + "/" + tt.name + "_" + command
				watcher := enter(t, room)
				file := filepath.Join(t.TempDir(), "file.ndjson")
				if err := os.WriteFile(file, []byte(tt.text), 0o666); err != nil {
					t.Fatal(err)
				}
				args := []string{command, room, file}
				if command == "replay" {
					args = []string{command, file, room, "--speed", "1000"}
				}
				_, said := do(t, want, args...)
				if want == exitFailed && !strings.Contains(said, `line 1: no such stroke of our own: "ccccccccccc-1"`) {
					t.Errorf("got %q, want the stroke that nobody knows", said)
				}
				if got, want := shown(watcher), []string{wire(line(10)), wire(line(30))}; !slices.Equal(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}

// TestStrokesAreForgottenInTheEnd passes on more than can be remembered.
func TestStrokesAreForgottenInTheEnd(t *testing.T) {
	var s strokes
	at := func(k int) canvas.Stroke {
		return canvas.Stroke{Site: siteA, K: uint32(k)}
	}
	for k := 1; k <= 3*maxStrokes; k++ {
		s.remember(at(k), at(k+1))
		if s.own(at(1)) != at(2) {
			t.Fatalf("the one that is asked for all the time is forgotten after %d", k)
		}
	}
	for k := 3 * maxStrokes; k > 2*maxStrokes; k-- {
		if s.own(at(k)) != at(k+1) {
			t.Fatalf("the %dth latest is forgotten", 3*maxStrokes-k+1)
		}
	}
	if n := len(s.recent) + len(s.older); n > 2*maxStrokes || s.own(at(2)) != (canvas.Stroke{}) {
		t.Errorf("%d are remembered, want %d at most", n, 2*maxStrokes)
	}
}
