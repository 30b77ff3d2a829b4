package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/peer/record"
)

// TestReplayOfLateRecordings records a drawing of two pens from every moment
// on: first what there is, and then what comes.
func TestReplayOfLateRecordings(t *testing.T) {
	for seed := range uint64(20) {
		history, want := improvise(t, seed)
		for from := range len(history) + 1 {
			room := canvas.NewLog(nil)
			for _, n := range history[:from] {
				n.told(t, room)
			}
			var text strings.Builder
			r := record.New(&model{diary: diary{log: room}}, record.Options{})
			err := r.Begin(recording.NewWriter(&text, recording.Header{Started: time.Now()}), time.Now())
			for _, n := range history[from:] {
				n.told(t, room)
				err = cmp.Or(err, r.Follow())
			}
			if _, ended := r.End(); cmp.Or(err, ended) != nil {
				t.Fatal(err, ended)
			}
			if got := readAll(t, text.String()); !slices.Equal(got, want) {
				t.Fatalf("seed %d, from %d of %d: got %v, want %v", seed, from, len(history), got, want)
			}
		}
	}
}

// News are what a pen has done: runs, or a clear if there are none.
type news struct {
	runs  []canvas.Run
	clear canvas.Clear
}

// now is late enough for all that the pens do.
var now = canvas.Ticks(time.Unix(1_800_000_000, 0))

// told takes them in.
func (n news) told(t *testing.T, log *canvas.Log) {
	t.Helper()
	for _, run := range n.runs {
		if verdict, _, _ := log.Take(run, now); verdict > canvas.Known {
			t.Fatalf("got a run that is %v", verdict)
		}
	}
	if n.runs == nil {
		log.TakeClear(n.clear, now)
	}
}

// improvise lets two pens draw, undo and clear, each seeing the other's only
// now and then. It returns all they did, in an order that a third could have
// received it in, and what is to be seen in the end.
func improvise(t *testing.T, seed uint64) (history []news, seen []canvas.Op) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	logs := []*canvas.Log{canvas.NewLog(canvas.NewSigner()), canvas.NewLog(canvas.NewSigner())}
	unseen := make([][]news, 2) // by each of them
	for i := range 40 {
		at := r.IntN(2)
		if r.IntN(3) == 0 {
			for _, n := range unseen[at] {
				n.told(t, logs[at])
			}
			unseen[at] = nil
		}
		n := scribble(t, r, logs[at], i)
		history = append(history, n)
		unseen[1-at] = append(unseen[1-at], n)
	}
	for _, n := range unseen[0] {
		n.told(t, logs[0])
	}
	for e := range logs[0].Paint(canvas.Key{}) {
		seen = append(seen, e.Op)
	}
	return history, seen
}

// scribble does something with a pen, at a moment of its own.
func scribble(t *testing.T, r *rand.Rand, log *canvas.Log, moment int) (n news) {
	t.Helper()
	var e canvas.Entry
	var err error
	at := now + uint64(moment)
	switch what := r.IntN(10); {
	case what == 0:
		n.clear, _, err = log.Clear(at)
	case what == 1 && log.Undoable() > 0:
		e, _, err = log.Undo(log.Undoable(), at)
	default:
		e, err = log.Draw(canvas.Segment{To: canvas.Point{X: float64(moment)}, Force: 1, Color: red}, 0, at)
	}
	if err != nil {
		t.Fatal(err)
	}
	if log.Sign(); e.N > 0 {
		n.runs = log.Runs(log.Site(), e.N)
	}
	return n
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
		"line 5: entry 2 of site aaaaaaaaaaa has not come by then; entries after it, left out: 1", wireSegment}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
