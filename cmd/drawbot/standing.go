package main

import (
	"fmt"

	"drawmesh/peer"
)

// A standing is how a program last stood with its server; "" is well.
type standing string

// change takes how it stands now, and tells what is to be said of that: "" if it
// was said before. Without the server, rest is what happens.
func (s *standing) change(ev peer.Signaling, rest string) string {
	before := *s
	switch *s = standing(ev.State); ev.State {
	case "connected":
		if *s = ""; before == "" {
			return ""
		}
		return "the server is back"
	case "outside":
		if before == *s {
			return ""
		}
		return fmt.Sprintf("the server does not let us in again (%v), which is tried on; %s", ev.Err, rest)
	}
	if *s = "gone"; before == *s {
		return ""
	}
	return fmt.Sprintf("the server is gone (%v); %s", ev.Err, rest)
}
