package exchange

import (
	"iter"
	"maps"
)

// A router picks the synced neighbours to whom what is drawn is sent as it is
// drawn. The others hear that there is more, and pull it.
type router interface {
	live(*neighbours) iter.Seq[*synced]
}

// everybody is the router of a full mesh.
type everybody struct{}

func (everybody) live(ns *neighbours) iter.Seq[*synced] { return maps.Values(ns.synced) }
