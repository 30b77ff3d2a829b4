package confine

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// addresses is how many bytes of addresses the process uses. Go reserves far more
// of them at its start than it needs.
func addresses() (int64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnlimited, err)
	}
	total, _, _ := strings.Cut(string(text), " ")
	pages, err := strconv.ParseInt(total, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: /proc/self/statm: %w", ErrUnlimited, err)
	}
	return pages * int64(os.Getpagesize()), nil
}

// limitAddresses bounds the addresses that the process may use.
func limitAddresses(bytes int64) error {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &now); err != nil {
		return fmt.Errorf("%w: %w", ErrUnlimited, err)
	}
	now.Cur = min(uint64(bytes), now.Max) // somebody else may have limited us already
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &now); err != nil {
		return fmt.Errorf("%w: %w", ErrUnlimited, err)
	}
	return nil
}
