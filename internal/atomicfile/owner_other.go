//go:build !unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// chown does nothing: owners are kept on Unix systems only.
func chown(*os.File, fs.FileInfo) error { return nil }

func duplicate(int) (*os.File, error) { return nil, errors.ErrUnsupported }
