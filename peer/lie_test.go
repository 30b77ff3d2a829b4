package peer

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/exchange"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// disagreements are those that p was told of.
func (p *testPeer) disagreements() (list []*DisagreementError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ev := range p.events {
		var d *DisagreementError
		if f, ok := ev.(Fault); ok && errors.As(f.Err, &d) {
			list = append(list, d)
		}
	}
	return list
}

func (p *testPeer) site() canvas.Site { return p.drawing.Log().Site() }

// A forked wire tells one peer something else than the others.
type forked struct {
	exchange.Wire
	to    signaling.ID
	twist func([]byte) [][]byte // of texts
}

func (w *forked) Send(to signaling.ID, data []byte, isText bool) bool {
	if to != w.to || !isText {
		return w.Wire.Send(to, data, isText)
	}
	for _, text := range w.twist(data) {
		w.Wire.Send(to, text, true)
	}
	return true
}

// fork makes p tell another peer something else from now on.
func (p *testPeer) fork(to *testPeer, twist func([]byte) [][]byte) {
	p.Peer.mu.Lock()
	defer p.Peer.mu.Unlock()
	p.wire.Wire = &forked{p.wire.Wire, to.ID(), twist}
}

// Somebody tells one peer another color than the rest. All find out, and end
// with the same picture, whether or not that peer is still there.
func TestEquivocationHeals(t *testing.T) {
	const told = 5
	for _, stays := range []bool{true, false} {
		name := map[bool]string{true: "it stays", false: "it leaves"}[stays]
		t.Run(name, func(t *testing.T) {
			inRoom(t, 4, func(t *testing.T, r *testRoom, p []*testPeer) {
				r.lies = true
				liar := p[3]
				liar.fork(p[1], func(text []byte) [][]byte {
					return [][]byte{bytes.ReplaceAll(text, []byte("#abcdef"), []byte("#fedcba"))}
				})
				for n := 1; n <= 20; n++ {
					op := segment(float64(n)).(canvas.Segment)
					if n == told {
						op.Color = canvas.Color{R: 0xab, G: 0xcd, B: 0xef, A: 255}
					}
					liar.Draw(op)
				}
				time.Sleep(200 * time.Millisecond)
				if p[0].Sum() == p[1].Sum() || p[0].Sum() != p[2].Sum() {
					t.Fatal("the peers were not told different things")
				}
				if !stays {
					r.peers = r.peers[:3]
					liar.Close(context.Background())
				}
				time.Sleep(5 * time.Second)
				r.wantAgreement(20)
				named := 0
				for _, p := range p[:3] {
					for _, d := range p.disagreements() {
						if d.Site != liar.site() || d.N != 0 && d.N != told || d.Ours == d.Theirs {
							t.Errorf("%s: %v: want site %s and entry %d", p.opts.Name, d, liar.site(), told)
						}
						if d.N == told {
							named++
						}
					}
				}
				if named == 0 {
					t.Error("nobody named the entry that was told in two ways")
				}
				for _, p := range p[:3] {
					if n := len(p.disagreements()); n > 6 {
						t.Errorf("%s was told of %d disagreements: at most 6", p.opts.Name, n)
					}
				}
			})
		})
	}
}

// Somebody claims, for as long as we listen, what it cannot show. It wins
// nothing, costs little, and is named.
func TestLiarWinsNothing(t *testing.T) {
	for _, stays := range []bool{true, false} {
		name := map[bool]string{true: "the author stays", false: "the author leaves"}[stays]
		t.Run(name, func(t *testing.T) {
			inRoom(t, 4, func(t *testing.T, r *testRoom, p []*testPeer) {
				r.lies = true
				for x := range 30 {
					p[1].Draw(segment(float64(x)))
				}
				time.Sleep(3 * time.Second)
				r.wantAgreement(30)
				if !stays {
					p[1].Close(context.Background())
					r.peers = []*testPeer{p[0], p[2], p[3]}
				}
				sum, liar := p[0].Sum(), p[2]
				anySum := regexp.MustCompile(`"[0-9a-f]{16}"`)
				liar.fork(p[0], func(text []byte) [][]byte {
					return [][]byte{anySum.ReplaceAll(text, []byte(`"0000000000000001"`))}
				})

				p[0].Draw(segment(31)) // so that all tell what they hold
				var claim []byte
				p[0].Look(func(log *canvas.Log) {
					sums := log.Sums()
					sums[p[1].site()] = 1
					claim = exchange.AppendMessage(nil, exchange.Sums{Sums: sums})
				})
				for range 600 {
					time.Sleep(time.Second)
					liar.mesh.Send(p[0].ID(), mesh.Message{Data: claim, Text: true})
				}
				r.wantAgreement(31)
				if p[0].Sum() == sum {
					t.Error("nothing was drawn")
				}
				got := p[0].disagreements()
				if len(got) == 0 || len(got) > 20 {
					t.Errorf("%d disagreements in 10 minutes, want 1 to 20", len(got))
				}
				for _, d := range got {
					if d.Peer != liar.ID() || d.Site != p[1].site() || d.N != 0 {
						t.Errorf("got %v, want it to name %s and the site", d, liar.ID())
					}
				}
				once := 0
				liar.Look(func(log *canvas.Log) {
					for frame := range log.Frames(nil, nil) {
						once += len(frame)
					}
				})
				if pulled := p[0].drawing.Pulled()[liar.ID()]; pulled > 3*once {
					t.Errorf("it pulled %d bytes from the liar, want at most three times %d", pulled, once)
				}
				if n, all := p[0].Agree(); all {
					t.Errorf("it agrees with all %d", n)
				}
			})
		})
	}
}
