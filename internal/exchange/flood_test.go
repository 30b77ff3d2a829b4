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

// manySites is an object that gives so many new sites the same value.
func manySites(n int, value string) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, `,"%s":%s`, canvas.NewSite(), value)
	}
	return "{" + b.String()[1:] + "}"
}

// namesFrame is a frame of strokes by people of whom nobody has heard.
func namesFrame(t *testing.T, site canvas.Site, salt int) []byte {
	log := canvas.NewLog(site)
	for i := range 1000 {
		if _, err := log.Adopt(fmt.Sprintf("%064d", salt*1000+i), segment(float64(i))); err != nil {
			t.Fatal(err)
		}
	}
	return log.NextFrame(canvas.Vector{}, canvas.Vector{})
}

type message struct {
	data []byte
	text bool
}

// A neighbour that does not stop is kept of within bounds, whatever it says, and
// others are heard all the same.
func TestFloodsOfANeighbour(t *testing.T) {
	const most = 6 << 20 // bytes
	cut, site := manySites(canvas.MaxCut, "1"), canvas.NewSite()
	const early = `{"event":"draw","lastPoint":{"x":1,"y":1},"x":2,"y":2,"force":1,"color":"#000000","n":%d,"t":9,"k":1%s}`
	text := func(format string, args ...any) message {
		return message{fmt.Appendf(nil, format, args...), true}
	}
	tests := []struct {
		name string
		n    int
		say  func(i int) message
	}{
		{"clears of many sites that come too early", 600, func(i int) message {
			return text(`{"event":"clear","n":%d,"t":1,"cut":%s}`, 1_000_000+i, cut)
		}},
		{"clears of many sites in their order", 600, func(i int) message {
			return text(`{"event":"clear","n":%d,"t":1,"cut":%s}`, 1+i, cut)
		}},
		{"strokes that come too early", 40_000, func(i int) message { return text(early, 1_000_000+i, "") }},
		{"strokes of ever other sites that come too early", 40_000, func(i int) message {
			return text(early, 2, `,"o":"`+canvas.NewSite().String()+`"`)
		}},
		{"more and more that it holds", 200, func(int) message {
			return text(`{"event":"have","v":1,"have":%s,"dead":%s,"sum":"0000000000000000","more":true}`, manySites(canvas.MaxCut, "1"), manySites(canvas.MaxCut, "1"))
		}},
		{"more and more that it wants", 200, func(int) message {
			return text(`{"event":"want","have":%s,"dead":%s,"more":true}`, manySites(canvas.MaxCut, "1"), manySites(canvas.MaxCut, "1"))
		}},
		{"more and more sums", 200, func(int) message {
			return text(`{"event":"sums","sums":%s,"more":true}`, manySites(canvas.MaxCut, `"0123456789abcdef"`))
		}},
		{"frames of what was had, in ever new names", 150, func(i int) message {
			return message{namesFrame(t, site, i), false}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Now()
			w := make(fakeWire)
			r := New(Options{Wire: w})
			r.Opened("eve", []byte(`{"v":1,"site":"AAAAAAAAAAA"}`), nil, now)
			r.Opened("bo", []byte(`{"v":1,"site":"BBBBBBBBBBB"}`), nil, now)
			before := inUse()
			for i := range tt.n {
				now = now.Add(2 * time.Millisecond)
				m := tt.say(i)
				r.Heard("eve", m.data, m.text, now)
				clear(w)
				r.Events()
			}
			grown := inUse() - before
			t.Logf("memory has grown by %d KiB", grown>>10)
			if grown > most {
				t.Errorf("memory has grown by %d KiB, want %d at most", grown>>10, most>>10)
			}
			site := canvas.NewSite().String() // in the order 2, 1
			r.Heard("bo", text(early, 2, `,"o":"`+site+`"`).data, true, now)
			r.Heard("bo", text(early, 1, `,"o":"`+site+`"`).data, true, now)
			if got := r.log.Have()[canvas.Site([]byte(site))]; got != 2 {
				t.Errorf("%d of an honest neighbour's 2 strokes were taken", got)
			}
			runtime.KeepAlive(r)
		})
	}
}

// Neighbours that come, flood and go are kept of within bounds too, and those who
// stay have their room.
func TestFloodsOfManyWhoLeave(t *testing.T) {
	now := time.Now()
	w := make(fakeWire)
	r := New(Options{Wire: w})
	for i := range 20 {
		id := signaling.ID(fmt.Sprint("eve", i))
		r.Opened(id, fmt.Appendf(nil, `{"v":1,"site":"%s"}`, canvas.NewSite()), nil, now)
		for n := range 4000 {
			r.Heard(id, fmt.Appendf(nil, `{"event":"undo","n":%d,"t":1,"k":1}`, 3+n), true, now)
		}
		r.Closed(id)
		if r.take.pending.all > maxPendingAll {
			t.Fatalf("%d bytes of %d neighbours are held, want %d at most", r.take.pending.all, i+1, maxPendingAll)
		}
	}
	sum := 0
	for _, n := range r.take.pending.bytes {
		sum += n
	}
	if sum != r.take.pending.all {
		t.Errorf("%d bytes are held of all, and %d of each", r.take.pending.all, sum)
	}
	r.Opened("bo", []byte(`{"v":1,"site":"BBBBBBBBBBB"}`), nil, now)
	for n := 1000; n > 0; n-- {
		r.Heard("bo", fmt.Appendf(nil, `{"event":"draw","lastPoint":{"x":1,"y":1},"x":2,"y":2,"color":"red","n":%d,"t":1,"k":1}`, n), true, now)
	}
	if got := r.log.Len(); got != 1000 {
		t.Errorf("%d of 1000 strokes that came backwards were taken", got)
	}
	if got := r.take.pending.bytes["bo"]; got != 0 {
		t.Errorf("%d bytes are still held of what was taken", got)
	}
}

// A slowWire has as much to send as may wait.
type slowWire struct{ fakeWire }

func (slowWire) Queued(signaling.ID) int { return replayBytes }

// Plain peers that ask for a large drawing are sent it from the log: a copy for
// each would take more than the log does.
func TestShowingManyPlainPeers(t *testing.T) {
	const ops, people = 50_000, 30
	now := time.Now()
	r := New(Options{Wire: slowWire{make(fakeWire)}})
	for i := range ops {
		if _, err := r.log.Draw(segment(float64(i)), 0); err != nil {
			t.Fatal(err)
		}
	}
	before := inUse()
	for i := range people {
		id := signaling.ID(fmt.Sprint(i))
		r.Opened(id, nil, nil, now)
		r.Tick(now)
		if r.near.plain[id].replay == nil {
			t.Fatal("it is shown nothing")
		}
	}
	if grown := inUse() - before; grown > 4<<20 {
		t.Errorf("memory has grown by %d KiB, want 4096 at most", grown>>10)
	}
	runtime.KeepAlive(r)
}

// inUse is the heap in use, in bytes.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
