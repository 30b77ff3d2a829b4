package exchange

import (
	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A fakeWire notes what is sent, by to whom.
type fakeWire map[signaling.ID][]string

func (w fakeWire) Send(to signaling.ID, data []byte, _ bool) bool {
	w[to] = append(w[to], string(data))
	return true
}

func (w fakeWire) Queued(signaling.ID) int        { return 0 }
func (w fakeWire) Reset(id signaling.ID, _ error) { w[id] = append(w[id], "reset") }

// takes returns what was sent to a peer since the last time.
func (w fakeWire) takes(id signaling.ID) []string {
	sent := w[id]
	w[id] = nil
	return sent
}

func segment(x float64) canvas.Shape {
	return canvas.Segment{From: canvas.Point{X: x, Y: 1}, To: canvas.Point{X: 2, Y: 3}, Force: 1, Color: canvas.Color{R: 255, A: 255}}
}
