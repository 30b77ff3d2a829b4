package record

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/signaling"
)

// A rehearsal is people who draw, clear and lie at random, and a recorder that hears
// of some of it.
type rehearsal struct {
	t *testing.T
	r *rand.Rand

	seldom int // of twenty, so many are missed
	heard  *canvas.Log
	pens   []*canvas.Log
	file   bytes.Buffer
	log    *logWriter
}

// note tells the recorder of something, or misses it, or tells before of something
// else that was taken back since.
func (h *rehearsal) note(e canvas.Entry, c canvas.Clear) {
	switch n := h.r.IntN(20); {
	case n == 0 && e.N > 0:
		other := e
		other.Op = box
		h.log.hear("id", other, c)
		h.log.hear("id", e, c)
	case n > h.seldom:
		h.log.hear("id", e, c)
	}
}

// deliver lets the recorder's log have what is new of a pen.
func (h *rehearsal) deliver(pen *canvas.Log) {
	pen.Sign()
	have, _ := h.heard.Holds(pen.Site())
	for _, run := range pen.Runs(pen.Site(), have+1) {
		verdict, _, proof := h.heard.Take(run, now())
		if verdict == canvas.Forked {
			h.heard.TakeProof(proof)
			return
		}
		for e := range run.Entries() {
			h.note(e, canvas.Clear{})
		}
	}
}

func (h *rehearsal) step() {
	time.Sleep(time.Duration(h.r.IntN(300)) * time.Millisecond)
	i := h.r.IntN(len(h.pens))
	pen := h.pens[i]
	switch n := h.r.IntN(40); {
	case n == 0: // somebody else comes in the place of one who leaves
		h.pens[i] = canvas.NewLog(canvas.NewSigner())
	case n == 1 || n == 2:
		c, _, err := pen.Clear(now())
		if err != nil {
			h.t.Fatal(err)
		}
		if verdict, _ := h.heard.TakeClear(c, now()); verdict == canvas.Taken {
			h.note(canvas.Entry{}, c)
		}
		for _, p := range h.pens {
			p.TakeClear(c, now())
		}
	case n == 3: // two stories
		signer := canvas.NewSigner()
		for range 2 {
			liar := canvas.NewLog(signer)
			for range 1 + h.r.IntN(3) {
				h.draw(liar)
			}
			h.deliver(liar)
		}
	case n == 4 && pen.Undoable() > 0:
		pen.Undo(pen.Undoable(), now())
	case n == 5:
		for range 260 {
			h.draw(pen)
		}
	case n < 15:
		if err := h.log.follow(h.heard, func(canvas.Entry) signaling.ID { return "" }); err != nil {
			h.t.Fatal(err)
		}
		h.check()
	default:
		h.draw(pen)
	}
	if h.r.IntN(2) == 0 {
		h.deliver(pen)
	}
}

func (h *rehearsal) draw(pen *canvas.Log) {
	shape := box
	shape.Origin.X = float64(h.r.IntN(1000))
	if _, err := pen.Draw(shape, 0, now()); err != nil {
		h.t.Fatal(err)
	}
}

// check reads what there is of the recording: it is whole, comes to what the recorder
// has, and all that lives of it is signed.
func (h *rehearsal) check() {
	h.t.Helper()
	proof, err := recording.Prove(h.t.Context(), bytes.NewReader(h.file.Bytes()), recording.ProveOptions{Open: true})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, a := range proof.Authors {
		if _, dead := h.heard.Holds(a.Site); a.Void != (h.heard.Void(a.Site) != nil) || !a.Void && a.Uncovered > 0 && dead < a.Last {
			h.t.Fatalf("of %+v, %d entries are dead", a, dead)
		}
	}
	r, d := recording.NewReader(bytes.NewReader(h.file.Bytes())), recording.NewDrawing()
	for rec, err := r.Next(); err == nil; rec, err = r.Next() {
		d.Add(rec)
	}
	if got, want := d.Sum(), h.heard.Digest().String(); got != want {
		h.t.Fatalf("the recording comes to %s, want %s", got, want)
	}
	got, want := slices.Collect(d.Log().Paint(canvas.Key{})), slices.Collect(h.heard.Paint(canvas.Key{}))
	if fmt.Sprint(got) != fmt.Sprint(want) {
		h.t.Fatalf("the recording has %d operations, and not the recorder's %d", len(got), len(want))
	}
}

// TestWhatIsRecordedIsWhatWasThere at each moment at which it is vouched for,
// whatever the recorder has heard of, and before what.
func TestWhatIsRecordedIsWhatWasThere(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &rehearsal{t: t, r: rand.New(rand.NewPCG(seed, 7)), seldom: []int{1, 7}[seed%2], heard: canvas.NewLog(canvas.NewSigner())}
				for range 3 {
					h.pens = append(h.pens, canvas.NewLog(canvas.NewSigner()))
				}
				w := recording.NewWriter(&h.file, recording.Header{Started: time.Now()})
				h.log = newLogWriter(w, time.Now(), map[signaling.ID]string{"id": "Ana"}, nil)
				for range 100 {
					h.step()
				}
			})
		})
	}
}
