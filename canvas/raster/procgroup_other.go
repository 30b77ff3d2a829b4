//go:build !unix

package raster

import "syscall"

// ownGroup would put a process into a group of its own.
func ownGroup() *syscall.SysProcAttr { return nil }
