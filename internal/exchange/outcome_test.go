package exchange

import "errors"

// note keeps what is told to people of somebody's faults.
func (s *stage) note(ev Event) {
	fault := map[string]any{}
	switch ev := ev.(type) {
	case Lied:
		if ev.Peer == "" {
			return // where nobody knows who it was, and nothing is gone, there is nothing to tell people
		}
		fault["peer"], fault["lied"] = ev.Peer, s.name(ev.Proof.Site())
	case Fault:
		var d *DisagreementError
		switch fault["peer"] = ev.Peer; {
		case errors.Is(ev.Err, ErrPace):
			fault["lost"] = true
		case errors.Is(ev.Err, errForged):
			fault["forged"] = true
		case errors.As(ev.Err, &d):
			fault["ours"], fault["theirs"] = d.Ours, d.Theirs
		default:
			return // a program's fault, which is logged
		}
	default:
		return
	}
	s.faults = append(s.faults, fault)
}

// count is how many messages were sent since the last look.
func (s *stage) count() (n int) {
	for _, list := range s.sent {
		n += len(list)
	}
	return n
}
