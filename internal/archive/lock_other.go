//go:build !unix

package archive

import (
	"errors"
	"os"
)

// acquire refuses: without flock(2) and a rename that replaces an open file, a
// store could be lost.
func acquire(*os.File) error { return errors.New("rooms can be kept on Unix systems only") }
