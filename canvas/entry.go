package canvas

import "fmt"

// Bounds on the log. Those on an entry are pure functions of it, so that all
// peers agree on what to refuse.
const (
	MaxN        = 1<<32 - 2 // entries of one site
	MaxTime     = 1<<53 - 1 // of a Lamport clock, as JavaScript counts
	MaxTimeStep = 1 << 32   // from one entry of a site to its next
	MaxCut      = 1024      // sites in one vector of a message
	MaxSites    = 4096      // in a room
	MaxLive     = 1 << 20   // entries in a room, after which one's own pen refuses
	maxBy       = 64        // bytes of a plain peer's id

	// Names that rows share: 256 KiB. Further ones cost each row its own.
	maxNames = 4096

	// Sites that all live clears of a room may name: 4 MiB. One clear that comes
	// after the others wipes them, and so do honest ones.
	maxCuts = 64 * MaxSites
)

// Undo hides a stroke of its own author's.
type Undo struct{}

// Redo shows a stroke again that an [Undo] hid.
type Redo struct{}

// An Entry is an operation with its place in the log. (Site, N) names it.
type Entry struct {
	Site Site
	N    uint32 // counts the site's entries from 1, without gaps
	T    uint64 // Lamport time: greater than that of all its author had seen

	// K names a stroke: the N of its first entry. A Clear has none.
	K uint32

	Op LogOp

	// By is whose op it is, where a peer adopted it from one that speaks the
	// plain protocol only: that peer's id, 1 to 64 printable ASCII characters
	// without quotes and backslashes. Adopted ops cannot be undone.
	By string

	// Cut is what a Clear wipes: all that its author had.
	Cut Vector
}

// Key is the entry's place in the paint order.
func (e Entry) Key() Key { return Key{e.T, e.Site, e.N} }

// Check says why e is out of bounds, or returns nil. It looks at nothing but e.
func (e Entry) Check() error {
	if _, err := parseSite(e.Site[:]); err != nil {
		return err
	}
	return e.checkFields()
}

// checkFields is Check without the site, which a live message leaves out.
func (e Entry) checkFields() error {
	if e.N == 0 || e.N > MaxN {
		return fmt.Errorf("n %d is not within 1 to %d", e.N, uint32(MaxN))
	}
	if e.T == 0 || e.T > MaxTime {
		return fmt.Errorf("t %d is not within 1 to %d", e.T, uint64(MaxTime))
	}
	if err := e.checkBy(); err != nil {
		return err
	}
	switch op := e.Op.(type) {
	case Segment, Rect:
		if e.K == 0 || e.K > e.N {
			return fmt.Errorf("k %d is not within 1 to n %d", e.K, e.N)
		}
		return Check(op.(Shape))
	case Undo, Redo:
		if e.K == 0 || e.K >= e.N {
			return fmt.Errorf("k %d is not within 1 and below n %d", e.K, e.N)
		}
	case Clear:
		return e.checkCut()
	default:
		return ErrUnknown
	}
	return nil
}

func (e Entry) checkBy() error {
	if e.By == "" {
		return nil
	}
	switch e.Op.(type) {
	case Segment, Rect:
	default:
		return fmt.Errorf("by: only a draw or a drawRect is adopted")
	}
	return checkBy([]byte(e.By))
}

func checkBy(by []byte) error {
	if len(by) > maxBy {
		return fmt.Errorf("by of %d bytes: at most %d", len(by), maxBy)
	}
	for _, c := range by {
		if c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return fmt.Errorf("by %q is not of printable ASCII", by)
		}
	}
	return nil
}

func (e Entry) checkCut() error {
	if len(e.Cut) > MaxCut {
		return fmt.Errorf("cut of %d sites: at most %d", len(e.Cut), MaxCut)
	}
	for s, n := range e.Cut {
		if _, err := parseSite(s[:]); err != nil || n == 0 || n > MaxN {
			return fmt.Errorf("cut of %q at %d", s[:], n)
		}
	}
	if e.K != 0 {
		return fmt.Errorf("k %d of a clear", e.K)
	}
	if e.Cut[e.Site] >= e.N {
		return fmt.Errorf("cut of its own site at %d: not below n %d", e.Cut[e.Site], e.N)
	}
	return nil
}
