package exchange

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A neighbour that does not stop is kept of within bounds, whatever it says. Meanwhile
// others are heard.
func TestFloodsOfANeighbour(t *testing.T) {
	for _, tt := range floods {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Now()
			w := make(fakeWire)
			x := New(Options{Wire: w})
			f := &flood{t: t, eve: newAuthor(t, "eve"), now: now}
			bo, cy := newAuthor(t, "bo"), newAuthor(t, "cy")
			x.Opened("eve", f.eve.says(), nil, now)
			x.Opened("bo", bo.says(), nil, now)
			before := inUse()
			strokes, clears := 0, 0
			for f.i = range tt.times {
				m := tt.say(f)
				x.Heard("eve", m.data, m.text, f.now)
				if f.i%100 == 0 {
					f.now = f.now.Add(tickTime)
					x.Tick(f.now)
					strokes++
					hears(x, "bo", bo.draws(f.now.Add(time.Second), float64(strokes)), f.now)
					cy.draws(f.now.Add(time.Second), float64(strokes))
					cy.told = uint32(strokes - 1)
					hears(x, "bo", cy.news(true), f.now)
					if a, _ := x.log.Holds(bo.log.Site()); a != uint32(strokes) {
						t.Fatalf("%d of an honest neighbour's %d strokes are there", a, strokes)
					}
					if a, _ := x.log.Holds(cy.log.Site()); a != uint32(strokes) {
						t.Fatalf("%d of %d strokes are there that it forwarded", a, strokes)
					}
				}
				for _, text := range w["bo"] {
					clears += strings.Count(text, `"event":"clear"`)
				}
				clear(w)
				x.Events()
			}
			most := int64(16 << 20)
			if tt.name == "long proofs" { // of which 1,024 are kept, of 256 entries
				most = 32 << 20
			}
			grown := inUse() - before
			t.Logf("memory has grown by %d KiB", grown>>10)
			if grown > most {
				t.Errorf("memory has grown by %d KiB, want %d at most", grown>>10, most>>10)
			}
			seconds := int(f.now.Sub(now) / time.Second)
			if clears > clearBurst+2*seconds {
				t.Errorf("%d clears were passed on in %d s", clears, seconds)
			}
			if sites := x.log.Sites(); sites > newSites+seconds+3 {
				t.Errorf("%d sites are there after %d s", sites, seconds)
			}
			runtime.KeepAlive(x)
		})
	}
}

// hears has an exchange hear a text.
func hears(x *Exchange, from signaling.ID, text string, now time.Time) {
	x.Heard(from, []byte(text), true, now)
}

// Neighbours that come, flood and go are kept of within bounds too, and those who
// stay are heard.
func TestFloodsOfManyWhoLeave(t *testing.T) {
	const most = 16 << 20 // bytes
	now := time.Now()
	w := make(fakeWire)
	x := New(Options{Wire: w})
	bo := newAuthor(t, "bo")
	x.Opened("bo", bo.says(), nil, now)
	before := inUse()
	for i := range 100 {
		id := signaling.ID(fmt.Sprint("eve", i))
		f := &flood{t: t, eve: newAuthor(t, string(id)), now: now}
		x.Opened(id, f.eve.says(), nil, now)
		for f.i = range 3 {
			for _, fl := range floods {
				m := fl.say(f)
				x.Heard(id, m.data, m.text, now)
			}
		}
		x.Closed(id)
		clear(w)
		x.Events()
	}
	if grown := inUse() - before; grown > most {
		t.Errorf("memory has grown by %d KiB, want %d at most", grown>>10, most>>10)
	}
	hears(x, "bo", bo.draws(now.Add(time.Minute), 1), now)
	if have, _ := x.log.Holds(bo.log.Site()); have != 1 {
		t.Error("an honest neighbour's stroke is not there")
	}
	runtime.KeepAlive(x)
}

// A slowWire has as much to send as may wait.
type slowWire struct{ fakeWire }

func (slowWire) Queued(signaling.ID) int { return replayBytes }

// Plain peers that ask for a large drawing are sent it from the log: a copy for
// each would take more than the log does.
func TestFloodsOfPlainPeersWhoLook(t *testing.T) {
	const ops, people = 50_000, 30
	now := time.Now()
	x := New(Options{Wire: slowWire{make(fakeWire)}})
	for i := range ops {
		if _, err := x.log.Draw(segment(float64(i)), 0, canvas.Ticks(now)); err != nil {
			t.Fatal(err)
		}
	}
	before := inUse()
	for i := range people {
		id := signaling.ID(fmt.Sprint(i))
		x.Opened(id, nil, nil, now)
		x.Tick(now)
		if x.near.plain[id].replay == nil {
			t.Fatal("it is shown nothing")
		}
	}
	if grown := inUse() - before; grown > 4<<20 {
		t.Errorf("memory has grown by %d KiB, want 4096 at most", grown>>10)
	}
	runtime.KeepAlive(x)
}

// inUse is the heap in use, in bytes.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
