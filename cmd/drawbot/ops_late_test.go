package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
)

// TestReplayOfLateRecordings records a drawing of two pens from every moment
// on: first what there is, and then what comes.
func TestReplayOfLateRecordings(t *testing.T) {
	for seed := range uint64(20) {
		history, want := improvise(t, seed)
		for from := range len(history) + 1 {
			room := canvas.NewLog(canvas.Site{})
			for _, e := range history[:from] {
				mustAdd(t, room, e)
			}
			var text strings.Builder
			text.WriteString(`{"type":"recording","version":1}` + "\n")
			for e := range room.Lacking(nil) {
				text.Write(stamped(e))
			}
			for _, e := range history[from:] {
				text.Write(stamped(e))
			}
			if got := readAll(t, text.String()); !slices.Equal(got, want) {
				t.Fatalf("seed %d, from %d of %d: got %v, want %v", seed, from, len(history), got, want)
			}
		}
	}
}

// stamped is a line of a log.
func stamped(e canvas.Entry) []byte {
	return append(append([]byte(`{"type":"op","op":`), canvas.AppendMessage(nil, e)...), "}\n"...)
}

// improvise lets two pens draw, undo and clear, each seeing the other's only
// now and then. It returns all they did, in an order that a third could have
// received it in, and what is to be seen in the end.
func improvise(t *testing.T, seed uint64) (history []canvas.Entry, seen []canvas.Op) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	logs := []*canvas.Log{canvas.NewLog(canvas.NewSite()), canvas.NewLog(canvas.NewSite())}
	unseen := make([][]canvas.Entry, 2) // by each of them
	for i := range 40 {
		at := r.IntN(2)
		if r.IntN(3) == 0 {
			for _, e := range unseen[at] {
				mustAdd(t, logs[at], e)
			}
			unseen[at] = nil
		}
		entries := scribble(t, r, logs[at], float64(i))
		history = append(history, entries...)
		unseen[1-at] = append(unseen[1-at], entries...)
	}
	for _, e := range unseen[0] {
		mustAdd(t, logs[0], e)
	}
	for e := range logs[0].Paint(canvas.Key{}) {
		seen = append(seen, e.Op)
	}
	return history, seen
}

// scribble does something with a pen.
func scribble(t *testing.T, r *rand.Rand, log *canvas.Log, x float64) (entries []canvas.Entry) {
	t.Helper()
	var e canvas.Entry
	var err error
	switch what := r.IntN(10); {
	case what == 0:
		entries, _, err = log.Clear()
	case what == 1 && log.Undoable() > 0:
		e, _, err = log.Undo(log.Undoable())
	default:
		e, err = log.Draw(canvas.Segment{To: canvas.Point{X: x}, Force: 1, Color: red}, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	if e.N > 0 {
		entries = append(entries, e)
	}
	return entries
}

func mustAdd(t *testing.T, log *canvas.Log, e canvas.Entry) {
	t.Helper()
	if _, err := log.Add(e); err != nil {
		t.Fatal(err)
	}
}

func TestReplayTellsOfWhatIsMissing(t *testing.T) {
	const site = `"o":"aaaaaaaaaaa"}`
	stamp := func(n string) string {
		return strings.TrimSuffix(wireSegment, "}") + `,"n":` + n + `,"t":` + n + `,"k":` + n + `,` + site + "\n"
	}
	var got []string
	in := stamp("1") + stamp("1") + wireClear + "\n" + stamp("3") + `{"event":"undo","n":9,"t":9,"k":9,` + site
	for i, err := range readOps(strings.NewReader(in)) {
		if err != nil {
			got = append(got, err.Error())
		} else {
			got = append(got, string(canvas.AppendOp(nil, i.op.(canvas.PlainOp))))
		}
	}
	want := []string{wireClear, "line 5: undo: k 9 is not within 1 and below n 9",
		"line 5: entry 2 of site aaaaaaaaaaa has not come by then, and others follow it", wireSegment}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
