package peer

import (
	"drawmesh/canvas"
	"drawmesh/internal/exchange"
	"drawmesh/signaling"
)

// A View follows the drawing, beside others: each is told of every change once.
// Methods may be called concurrently.
type View struct {
	peer *Peer
	of   *exchange.View
}

// View begins to follow the drawing. Close it when that is over; leaving the
// room ends it too.
func (p *Peer) View() *View {
	p.mu.Lock()
	defer p.mu.Unlock()
	return &View{p, p.drawing.View()}
}

// Look lends the drawing, with what has changed since the last Look: at first
// that is everything. The peer waits meanwhile, so what takes long, such as to
// paint, is done after that: look copies what it takes. It must not keep the
// log, change it, or call methods of the peer.
func (v *View) Look(look func(log *canvas.Log, since canvas.Change)) {
	v.peer.mu.Lock()
	defer v.peer.mu.Unlock()
	v.of.Look(look)
}

// Author is who drew an entry of the drawing, as far as that is known; empty if
// it is not. It may be called only by what Look calls, for the peer waits then.
func (v *View) Author(e canvas.Entry) signaling.ID { return v.peer.drawing.Author(e) }

// Close ends the following. Closing twice is harmless.
func (v *View) Close() {
	v.peer.mu.Lock()
	defer v.peer.mu.Unlock()
	v.of.Close()
}

// Look lends the drawing as it is. What is said of [View.Look] is true of it.
func (p *Peer) Look(look func(log *canvas.Log)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	look(p.drawing.Log())
}
