package filelock

import (
	"errors"
	"os"
)

// OpenAppend opens an ordinary file, which may be new, to read and to add to it,
// and keeps other processes of ours from doing so until it is closed.
func OpenAppend(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	err = Lock(f)
	if err == nil || errors.Is(err, errors.ErrUnsupported) {
		return f, nil
	}
	f.Close()
	if errors.Is(err, ErrLocked) {
		err = errors.New("another process writes to it")
	}
	return nil, err
}
