package main

import (
	"drawmesh/peer"
	"drawmesh/peer/record"
)

// An observer lets a recorder hear what happens in a room, and warns of what people
// want to know of.
type observer struct {
	of     interface{ Members() []peer.Member }
	rec    *record.Recorder
	reach  *reach // whom it may have recorded nothing of
	warn   func(format string, args ...any)
	server standing // hear's
}

func observe(of interface{ Members() []peer.Member }, d record.Drawing, o record.Options, warn func(string, ...any)) observer {
	return observer{of: of, rec: record.New(d, o), reach: newReach(warn), warn: warn}
}

// hear takes an event of the peer's.
func (o *observer) hear(ev peer.Event) {
	o.rec.Hear(ev)
	o.reach.hear(ev)
	switch ev := ev.(type) {
	case peer.Missed:
		o.rec.Meet(o.of.Members())
	case peer.Signaling:
		if says := o.server.change(ev, "the recording goes on with who is here"); says != "" {
			o.warn("%s", says)
		}
	default:
		warnOf(o.warn, ev)
	}
}
