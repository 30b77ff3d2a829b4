//go:build unix

package raster

import "syscall"

// apart puts a process into a group of its own, which what is typed on the
// terminal does not reach.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
