//go:build unix

package archive

import (
	"errors"
	"os"
	"syscall"
)

// acquire locks f until it is closed, or the process ends in whatever way.
func acquire(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrInUse
	}
	return os.NewSyscallError("flock", err)
}
