//go:build unix

package main

import "syscall"

// descriptorLimit is how many files and sockets the process may have open. Go has
// raised it as far as it may.
func descriptorLimit() uint64 {
	var r syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r) != nil {
		return unlimited
	}
	return uint64(r.Cur)
}
