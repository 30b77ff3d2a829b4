package peer

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"testing"
	"testing/synctest"
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

// A twin writes what p has drawn, in another color, with p's own key.
type twin struct {
	log  *canvas.Log
	told uint32
}

// retell makes of what p says what its twin would have said.
func (w *twin) retell(text []byte) (list [][]byte) {
	for line := range bytes.SplitSeq(text, []byte{'\n'}) {
		m, err := canvas.ParseMessage(line)
		switch m := m.(type) {
		case canvas.Entry:
			s := m.Op.(canvas.Segment)
			s.Color = canvas.Color{R: 0xfe, A: 255}
			if _, err := w.log.Draw(s, m.K, m.T); err != nil {
				panic(err)
			}
			continue
		case canvas.Head:
			w.log.Sign()
			var run []byte
			for _, r := range w.log.Runs(w.log.Site(), w.told+1) {
				run = append(r.Live(run, false), '\n')
			}
			w.told = m.N
			list = append(list, bytes.TrimSuffix(run, []byte{'\n'}))
			continue
		}
		_ = err // of what is no matter of the log
		list = append(list, line)
	}
	return list
}

// Somebody signs one story for one peer and another for the rest. All find out,
// have the proof, know who it was, and end with the same picture, without what
// the liar drew, whether or not it is still there.
func TestForkHeals(t *testing.T) {
	for _, stays := range []bool{true, false} {
		name := map[bool]string{true: "it stays", false: "it leaves"}[stays]
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(t)
				p := r.join(3)
				signer := canvas.NewSigner()
				q, err := Join(t.Context(), "http://server/studio", Options{
					Name: "liar", HTTPClient: r.http.Client, Net: r.wan.Host(), Log: canvas.NewLog(signer),
				})
				if err != nil {
					t.Fatal(err)
				}
				liar := &testPeer{Peer: q}
				defer q.Close(context.Background())
				time.Sleep(3 * time.Second)
				liar.fork(p[1], (&twin{log: canvas.NewLog(signer)}).retell)
				p[2].Draw(segment(1))
				for n := range 20 {
					liar.Draw(segment(float64(n)))
				}
				time.Sleep(200 * time.Millisecond)
				if !stays {
					q.Close(context.Background())
				}
				time.Sleep(5 * time.Second)
				r.wantAgreement(1)
				for _, p := range p {
					if lies := p.lies(); len(lies) != 1 || lies[0].From != q.ID() || lies[0].Name != "liar" || !lies[0].Proof.Holds() {
						t.Errorf("%s was told of %d lies, want one, of the liar, with a proof that holds: %+v", p.opts.Name, len(lies), lies)
					}
				}
				p[1].Draw(segment(2))
				liar.Draw(segment(3))
				time.Sleep(5 * time.Second)
				r.wantAgreement(2)
			})
		})
	}
}

// lies are those that p was told of.
func (p *testPeer) lies() (list []Lied) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ev := range p.events {
		if l, ok := ev.(Lied); ok {
			list = append(list, l)
		}
	}
	return list
}

// Somebody claims, for as long as we listen, what it cannot show. It wins
// nothing, costs little, and keeps nobody from being in step.
func TestLiarWinsNothing(t *testing.T) {
	inRoom(t, 4, func(t *testing.T, r *testRoom, p []*testPeer) {
		r.lies = true
		for x := range 30 {
			p[1].Draw(segment(float64(x)))
		}
		time.Sleep(3 * time.Second)
		r.wantAgreement(30)
		liar := p[2]
		anySum := regexp.MustCompile(`"[0-9a-f]{32}"`)
		liar.fork(p[0], func(text []byte) [][]byte {
			return [][]byte{anySum.ReplaceAll(text, []byte(`"00000000000000000000000000000001"`))}
		})
		p[0].Draw(segment(31)) // so that all tell what they hold
		time.Sleep(10 * time.Minute)
		r.wantAgreement(31)
		got := p[0].disagreements()
		if len(got) != 1 || got[0].Peer != liar.ID() {
			t.Errorf("got %v, want one disagreement in ten minutes, with %s", got, liar.ID())
		}
		if _, all := p[0].Agree(); all {
			t.Error("it agrees with the liar")
		}

		invented := exchange.AppendMessage(nil, exchange.Have{Have: canvas.Vector{canvas.NewSigner().Site(): 1000}})
		begun := p[0].drawing.Pulled()[liar.ID()]
		for range 600 {
			liar.mesh.Send(p[0].ID(), mesh.Message{Data: invented, Text: true})
			time.Sleep(time.Second)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p[0].WaitSynced(ctx); err != nil {
			t.Errorf("it waits for what was invented: %v", err)
		}
		if pulled := p[0].drawing.Pulled()[liar.ID()] - begun; pulled > 0 {
			t.Errorf("it pulled %d bytes of what was invented", pulled)
		}
	})
}
