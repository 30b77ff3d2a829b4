//go:build unix

package atomicfile

import (
	"io/fs"
	"os"
	"syscall"
)

// chown gives f the owner of another file, if it has another one.
func chown(f *os.File, info fs.FileInfo) error {
	ours, err := f.Stat()
	if err != nil {
		return err
	}
	want, have := info.Sys().(*syscall.Stat_t), ours.Sys().(*syscall.Stat_t)
	if want.Uid == have.Uid && want.Gid == have.Gid {
		return nil
	}
	return f.Chown(int(want.Uid), int(want.Gid))
}

// duplicate returns a file that shares the descriptor n, and its place in what
// is written.
func duplicate(n int) (*os.File, error) {
	d, err := syscall.Dup(n)
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(d)
	return os.NewFile(uintptr(d), "descriptor"), nil
}
