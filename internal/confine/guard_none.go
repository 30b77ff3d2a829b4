//go:build !unix

package confine

import (
	"errors"
	"fmt"
	"os"
)

// A Guarded is a command under a guard, of which there are none on this system.
type Guarded struct{}

var errNoGuard = fmt.Errorf("commands with all that they start cannot be ended on this system: %w", errors.ErrUnsupported)

// Start always fails.
func Start(string, []string, string, *os.File, *os.File, *os.File) (*Guarded, error) {
	return nil, errNoGuard
}

// End does nothing.
func (*Guarded) End() {}

// Wait does nothing.
func (*Guarded) Wait() error { return errNoGuard }

// Guard does nothing.
func Guard(string) (status int) { return 127 }
