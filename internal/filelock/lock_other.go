//go:build !unix

package filelock

import (
	"errors"
	"os"
)

// Lock returns [errors.ErrUnsupported]: there is no flock(2).
func Lock(*os.File) error { return errors.ErrUnsupported }
