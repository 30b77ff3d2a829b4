package confine

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// limitAddresses bounds the addresses that the process may use. Go reserves far
// more of them at its start than it needs, so what there is by now comes on top.
func limitAddresses(bytes int64) error {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnlimited, err)
	}
	total, _, _ := strings.Cut(string(text), " ")
	pages, err := strconv.ParseInt(total, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: /proc/self/statm: %w", ErrUnlimited, err)
	}
	most := uint64(pages*int64(os.Getpagesize()) + bytes)
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &now); err != nil {
		return fmt.Errorf("%w: %w", ErrUnlimited, err)
	}
	most = min(most, now.Max) // somebody else may have limited us already
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
		return fmt.Errorf("%w: %w", ErrUnlimited, err)
	}
	return nil
}
