//go:build unix && !linux

package confine

import "syscall"

// adopt does nothing: only Linux gives a process what its descendants leave behind.
func adopt() {}

// bound is how the command is bound to its guard: by its process group only.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// descendants are none that are known.
func descendants() []int { return nil }
