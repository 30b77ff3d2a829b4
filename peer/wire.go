package peer

import (
	"drawmesh/internal/exchange"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// A wire is the links as the exchange has them. Tests put liars in between.
type wire struct{ exchange.Wire }

// connected is a mesh as a wire.
type connected struct{ *mesh.Mesh }

func (c connected) Send(to signaling.ID, data []byte, text bool) bool {
	return c.Mesh.Send(to, mesh.Message{Data: data, Text: text})
}
