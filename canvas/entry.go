package canvas

import (
	"errors"
	"fmt"
)

// Bounds on the log. Those on an entry are pure functions of it, so that all
// peers agree on what to refuse.
const (
	MaxN     = 1<<32 - 2 // entries of one site
	MaxSites = 1 << 16   // with live entries, in a room
	MaxLive  = 1 << 20   // entries in a room, after which one's own pen refuses; twice as many are taken
	MaxVoid  = 1024      // void sites in a room

	maxBy      = 64      // bytes of a plain peer's id, and of a name of another kind
	maxPayload = 4 << 10 // bytes of another kind's payload

	// Names that rows share: 256 KiB. Further ones cost each row its own.
	maxNames = 4096
)

// An Entry is an operation with its place in the log. (Site, N) names it.
type Entry struct {
	Site Site
	N    uint32 // counts the site's entries from 1, without gaps
	T    uint64 // when it was drawn, and greater than that of all its author had seen: see [Ticks]

	// K names a stroke: the N of its first entry.
	K uint32

	Op LogOp

	// By is whose op it is, where a peer adopted it from one that speaks the
	// plain protocol only: that peer's id, 1 to 64 printable ASCII characters
	// without quotes and backslashes. Adopted ops cannot be undone.
	By string
}

// Key is the entry's place in the paint order.
func (e Entry) Key() Key { return Key{e.T, e.Site, e.N} }

// Check says why e is out of bounds, or returns nil. It looks at nothing but e.
func (e Entry) Check() error {
	if e.Site == (Site{}) {
		return errors.New("site is nobody's")
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
	case Other:
		if e.K == 0 || e.K > e.N {
			return fmt.Errorf("k %d is not within 1 to n %d", e.K, e.N)
		}
		return op.check()
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
	if err := checkName([]byte(e.By)); err != nil {
		return fmt.Errorf("by: %w", err)
	}
	return nil
}

// checkName bounds what names a plain peer or another kind.
func checkName(name []byte) error {
	if len(name) == 0 || len(name) > maxBy {
		return fmt.Errorf("%d bytes, not 1 to %d", len(name), maxBy)
	}
	for _, c := range name {
		if c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return fmt.Errorf("%q is not of printable ASCII", name)
		}
	}
	return nil
}
