package canvas

import (
	"errors"
	"fmt"
)

// ErrDuplicate means that the log has the entry already, or that it is dead.
var ErrDuplicate = errors.New("had already")

// A GapError means that entries are missing before one that came.
type GapError struct {
	Site Site
	Have uint32 // the last one held
	N    uint32 // the one that came
}

func (e *GapError) Error() string {
	return fmt.Sprintf("site %s: %d came after %d", e.Site, e.N, e.Have)
}

// ErrSites and ErrFull mean that a room has as many sites, or entries, as one
// may have. A clear makes room for both.
var (
	ErrSites = fmt.Errorf("room has %d sites", MaxSites)
	ErrFull  = fmt.Errorf("room has %d entries", MaxLive)
)
