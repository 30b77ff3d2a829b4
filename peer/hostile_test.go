package peer

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// An intruder has everybody's links and says what it likes.
type intruder struct {
	*plainPeer
	t      *testing.T
	signer *canvas.Signer
	room   *testRoom
}

// text says something to everybody.
func (h *intruder) text(format string, args ...any) {
	h.mesh.Broadcast(mesh.Message{Data: fmt.Appendf(nil, format, args...), Text: true})
}

// tiny is many smallest operations, as lines of long messages, as fast as the
// links carry them.
func (h *intruder) tiny(first, n int) {
	const lines = 400
	for ; n > 0; n -= lines {
		for _, p := range h.room.peers {
			for h.mesh.Queued(p.ID()) > 256<<10 {
				time.Sleep(time.Millisecond)
			}
		}
		var b bytes.Buffer
		for range lines {
			fmt.Fprintf(&b, "{\"event\":\"draw\",\"lastPoint\":{\"x\":1,\"y\":1},\"x\":2,\"y\":2,\"color\":\"red\",\"n\":%d,\"t\":%d,\"k\":%d}\n", first, first, first)
			first++
		}
		h.mesh.Broadcast(mesh.Message{Data: bytes.TrimSpace(b.Bytes()), Text: true})
	}
}

// signal describes h to everybody of the room, again and again.
func (h *intruder) signal(n int, sdp string) {
	for range n {
		for _, p := range h.room.peers {
			h.server.Describe(h.t.Context(), p.ID(), signaling.SessionDescription{Type: "offer", SDP: sdp})
		}
	}
}

// zeros is a frame that inflates to so many bytes of nothing.
func zeros(n int) []byte {
	b := bytes.NewBuffer([]byte{'M', 2, 1, 0})
	w, _ := flate.NewWriter(b, flate.BestCompression)
	w.Write(make([]byte, n))
	w.Close()
	return b.Bytes()
}

// attacks are what it does.
var attacks = []struct {
	name string
	do   func(h *intruder)
}{
	{"messages of 2 MiB", func(h *intruder) { h.mesh.Broadcast(mesh.Message{Data: make([]byte, 2<<20)}) }},
	{"numbers beyond numbers", func(h *intruder) {
		for n := range 500 {
			h.text(`{"event":"draw","lastPoint":{"x":1e308,"y":-1e308},"x":1e309,"y":1,"force":1e9,"color":"red","n":%d,"t":1e308,"k":1}`, n)
			h.text(`{"event":"drawRect","commit":true,"origin":{"x":1,"y":1},"width":1e7,"height":1,"lineWidth":1e9,"color":"red"}`)
		}
	}},
	{"a million tiny operations", func(h *intruder) {
		start := time.Now()
		h.tiny(1, 1_000_000)
		h.t.Logf("in %v", time.Since(start))
	}},
	{"frames that inflate 1000:1", func(h *intruder) {
		frame := zeros(14 << 20)
		for range 200 {
			h.mesh.Broadcast(mesh.Message{Data: frame})
			time.Sleep(5 * time.Millisecond)
		}
	}},
	{"the same frame over and over", func(h *intruder) {
		log := canvas.NewLog(h.signer)
		for x := range 1000 {
			log.Draw(segment(float64(x)), 0, canvas.Ticks(time.Now()))
		}
		log.Sign()
		frame := log.NextFrame(canvas.Vector{})
		for range 500 {
			h.mesh.Broadcast(mesh.Message{Data: frame})
			time.Sleep(2 * time.Millisecond)
		}
	}},
	{"a flood of wants", func(h *intruder) {
		for range 5000 {
			h.text(`{"event":"want","have":{},"clear":0}`)
		}
	}},
	{"wrong numbers", func(h *intruder) {
		for i := range 1000 {
			h.text(`{"event":"draw","lastPoint":{"x":1,"y":1},"x":2,"y":2,"color":"red","n":%d,"t":%d,"k":1}`, 4_000_000_000+i, 1<<50)
		}
		h.text(`{"event":"clear","t":9007199254740991,"key":"%s","sig":"%s"}`, h.signer.Key(), canvas.Signature{})
		h.text(`{"event":"have","have":{"%s":4294967294},"sum":"%s"}`, h.signer.Site(), canvas.Digest{})
	}},
	{"in others' names", func(h *intruder) {
		for i := range 500 {
			h.text(`{"event":"draw","lastPoint":{"x":1,"y":1},"x":2,"y":2,"color":"red","n":%d,"t":%d,"k":1,"by":"%s"}`, 1+i, 1+i, h.room.peers[0].ID())
			h.text(`{"event":"draw","lastPoint":{"x":1,"y":1},"x":2,"y":2,"color":"red","n":%d,"t":9,"k":1,"o":"%s"}`, 100_000+i, h.room.peers[0].site())
		}
	}},
	{"SDP bombs", func(h *intruder) {
		h.signal(20, "v=0\r\n"+strings.Repeat("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n", 1000))
		h.signal(20, strings.Repeat("a", 60<<10))
	}},
	{"candidates elsewhere", func(h *intruder) {
		for i := range 200 {
			for _, p := range h.room.peers {
				h.server.Trickle(h.t.Context(), p.ID(), signaling.ICECandidate{Candidate: fmt.Sprintf("candidate:1 1 udp 1 169.254.169.254 %d typ host", 1+i)})
			}
		}
	}},
	{"floods of renegotiation", func(h *intruder) {
		for _, p := range h.room.peers {
			h.mesh.Remove(p.ID())
		}
		h.signal(100, "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n")
	}},
}

// A peer with everybody's links does its worst. Meanwhile honest peers see each
// other's strokes as soon as ever, agree, and keep their links and their memory.
func TestHostilePeer(t *testing.T) {
	for _, attack := range attacks {
		t.Run(attack.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(t)
				p := r.join(2)
				signer := canvas.NewSigner()
				said, err := json.Marshal(map[string]any{"v": 2, "key": signer.Key()})
				if err != nil {
					t.Fatal(err)
				}
				inside, err := enterPlain(r.http.Client, r.wan.Host(), said)
				if err != nil {
					t.Fatal(err)
				}
				defer inside.close()
				h := &intruder{plainPeer: inside, t: t, signer: signer, room: r}
				time.Sleep(3 * time.Second)
				before := inUse()
				over := make(chan struct{})
				go func() {
					defer close(over)
					attack.do(h)
				}()
				start := time.Now()
				var drawn []float64
				for range 150 { // 3 s
					x := float64(time.Since(start).Milliseconds())
					drawn = append(drawn, x)
					p[0].Draw(segment(x))
					time.Sleep(20 * time.Millisecond)
				}
				<-over
				time.Sleep(time.Second)
				p99 := p[1].strokes(p[0].ID(), start, drawn)
				t.Logf("p99 %v, memory grown by %d KiB; it lost its link %d times", p99, (inUse()-before)>>10, p[1].lostTo(inside.server.Self().ID))
				if p99 >= 50*time.Millisecond {
					t.Errorf("honest strokes took %v, by the p99, want less than 50ms", p99)
				}
				if grown := inUse() - before; grown > 64<<20 {
					t.Errorf("memory has grown by %d MiB, want 64 at most", grown>>20)
				}
				time.Sleep(5 * time.Second)
				r.lies = true
				r.wantAgreement(-1)
				for i, q := range p {
					for _, m := range q.Members() {
						if m.ID == p[1-i].ID() && m.Link != Open || q.lostTo(p[1-i].ID()) > 0 {
							t.Errorf("the honest link is %s, and was lost %d times", m.Link, q.lostTo(m.ID))
						}
					}
				}
			})
		})
	}
}

// strokes is the p99 of how long it took until strokes came from a peer, each of
// which begins at the time when it was drawn.
func (p *testPeer) strokes(from signaling.ID, start time.Time, drawn []float64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	var took []time.Duration
	for i, ev := range p.events {
		if d, ok := ev.(Drawn); ok && d.From == from {
			s := d.Op.(canvas.Segment)
			took = append(took, p.at[i].Sub(start)-time.Duration(s.From.X)*time.Millisecond)
		}
	}
	if len(took) < len(drawn) {
		return time.Hour
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}

func (p *testPeer) lostTo(id signaling.ID) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ev := range p.events {
		if l, ok := ev.(Link); ok && l.State == Lost && l.Peer == id {
			n++
		}
	}
	return n
}

// inUse is how many bytes are in use.
func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
