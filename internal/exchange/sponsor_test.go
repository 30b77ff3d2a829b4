package exchange

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A full adopter writes nothing while the room is full.
type full struct {
	adopter
	is bool
}

func (f *full) adopt(by signaling.ID, s canvas.Shape, now time.Time) (canvas.Entry, error) {
	if f.is {
		return canvas.Entry{}, canvas.ErrFull
	}
	return f.adopter.adopt(by, s, now)
}

// That what a plain peer draws is not kept is told once of each, and again when it
// has been kept meanwhile.
func TestNotKeptIsToldOnce(t *testing.T) {
	now := time.Now()
	x := New(Options{Wire: make(fakeWire)})
	room := &full{adopter: x.sponsor.pen}
	x.sponsor.pen = room
	for _, id := range []signaling.ID{"pia", "per"} {
		x.Opened(id, nil, nil, now)
	}
	said := 0
	draws := func(id signaling.ID, wantDrawn, wantFaults int) {
		t.Helper()
		for range 10 {
			said++
			x.Heard(id, canvas.AppendOp(nil, segment(float64(said))), true, now)
		}
		drawn, faults := 0, 0
		for _, ev := range x.Events() {
			switch ev := ev.(type) {
			case Drawn:
				drawn++
			case Fault:
				if faults++; ev.Peer != id || !errors.Is(ev.Err, ErrNotKept) || !errors.Is(ev.Err, canvas.ErrFull) || !strings.HasPrefix(ev.Err.Error(), "what it draws is not kept: ") {
					t.Errorf("got %+v, want that what %s draws is not kept, and why", ev, id)
				}
			}
		}
		if drawn != wantDrawn || faults != wantFaults {
			t.Errorf("of ten strokes %d were drawn and %d faults told, want %d and %d", drawn, faults, wantDrawn, wantFaults)
		}
	}
	draws("pia", 10, 0)
	room.is = true
	draws("pia", 0, 1)
	draws("pia", 0, 0)
	draws("per", 0, 1)
	room.is = false
	draws("pia", 10, 0)
	room.is = true
	draws("pia", 0, 1)
	draws("per", 0, 0)
}

// What a plain peer drew, and waits for its sponsor to write it, does not come back
// once we have cleared.
func TestOwnClearWipesWhatWaits(t *testing.T) {
	now := time.Now()
	x := New(Options{Wire: fakeWire{}})
	for i := 0; x.sponsor.sponsors(); i++ {
		sponsor := newAuthor(t, fmt.Sprint("sponsor ", i))
		x.Opened(signaling.ID(fmt.Sprint("sponsor ", i)), sponsor.says(), nil, now)
	}
	x.Opened("plain", nil, nil, now)
	x.Heard("plain", canvas.AppendOp(nil, segment(1)), true, now)
	now = now.Add(time.Second)
	if _, err := x.Draw(canvas.Clear{}, now); err != nil {
		t.Fatal(err)
	}
	x.Heard("plain", canvas.AppendOp(nil, segment(2)), true, now)
	x.Tick(now.Add(adoptTime + time.Second))
	for e := range x.Log().Paint(canvas.Key{}) {
		if e.Op != canvas.Round(segment(2)) {
			t.Errorf("%+v came back", e.Op)
		}
	}
	if x.Log().Len() != 1 {
		t.Errorf("%d entries, want what was drawn after the clear", x.Log().Len())
	}
}
