package signaling

import (
	"crypto/rand"
	"errors"
	"math/big"
	"slices"
	"strings"
)

var reserved = []string{"connect", "access", "static", "relay", "livez", "healthz", "readyz", "metrics", "favicon.ico", ".", ".."}

// ErrRoomName means that a name cannot be a room's: see [ValidRoom].
var ErrRoomName = errors.New("a room's name is 1 to 64 letters, digits, or any of - _ . ~, and no word of the server's own")

// ValidRoom reports whether name can be a room's: 1 to 64 letters, digits or
// any of - _ . ~, and no word that the server uses itself.
func ValidRoom(name string) bool {
	return wordOf(name, 64, "-_.~") && !slices.Contains(reserved, name)
}

// NewRoom returns a name that cannot be guessed: 96 random bits, in base 36.
func NewRoom() string {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 96))
	if err != nil { // crypto/rand never fails
		panic(err)
	}
	s := n.Text(36)
	return strings.Repeat("0", max(0, 19-len(s))) + s // 36^19 > 2^96
}

// A room is who is in it, in the order they joined.
type room struct {
	name    string
	members []*session
	stamps  map[*session]uint64 // when each joined
	remote  map[ID]remote       // those at other servers

	// stale are the members that lost events: their next join introduces them
	// to everybody again.
	stale map[*session]bool
}
