package archive

import (
	"strings"

	"drawmesh/signaling"
)

// suffix ends the names of stores, and of no other file in a Dir.
const suffix = ".room"

// fileName is the name of a room's store. Upper case is marked, for some file
// systems cannot tell it from lower case, and so is a sign at the beginning,
// which would hide the file or look like a flag:
//
//	studio   studio.room
//	Studio   ^studio.room
//	.Net     ^.^net.room
func fileName(room string) string {
	var b strings.Builder
	for i, c := range []byte(room) {
		switch {
		case 'A' <= c && c <= 'Z':
			b.WriteByte('^')
			c += 'a' - 'A'
		case i == 0 && strings.IndexByte("-_.~", c) >= 0:
			b.WriteByte('^')
		}
		b.WriteByte(c)
	}
	return b.String() + suffix
}

// roomName is the room whose store has that name, if it is one's.
func roomName(file string) (room string, ok bool) {
	marked, ok := strings.CutSuffix(file, suffix)
	if !ok {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(marked); i++ {
		c := marked[i]
		if c == '^' && i+1 < len(marked) {
			i++
			if c = marked[i]; 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
		}
		b.WriteByte(c)
	}
	room = b.String()
	return room, signaling.ValidRoom(room) && fileName(room) == file
}
