//go:build !unix

package raster

import "syscall"

// apart would put a process into a group of its own.
func apart() *syscall.SysProcAttr { return nil }
