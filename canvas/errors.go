package canvas

import (
	"errors"
	"fmt"
)

// ErrDuplicate means that the log has the entry already, or that it is dead.
var ErrDuplicate = errors.New("had already")

// A GapError means that entries are missing before one that came: ask for them.
type GapError struct {
	Site Site
	Have uint32 // the last one held
	N    uint32 // the one that came
}

func (e *GapError) Error() string {
	return fmt.Sprintf("site %s: %d came after %d", e.Site, e.N, e.Have)
}

// A RefusedError means that an entry is out of bounds, and that every other
// log refuses it too.
type RefusedError struct {
	Site Site
	N    uint32
	Err  error
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("site %s: entry %d: %v", e.Site, e.N, e.Err)
}

func (e *RefusedError) Unwrap() error { return e.Err }

// ErrSites and ErrFull mean that a room has as many sites, or entries, as one
// may have. A clear makes room for entries.
var (
	ErrSites = fmt.Errorf("room has %d sites", MaxSites)
	ErrFull  = fmt.Errorf("room has %d entries", MaxLive)
	errCuts  = fmt.Errorf("room's clears name %d sites", maxCuts)
)
