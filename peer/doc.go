// Package peer is a participant of a room: it joins, draws, and sees what the
// others draw.
package peer
