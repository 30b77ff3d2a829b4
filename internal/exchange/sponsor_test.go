package exchange

import (
	"errors"
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
