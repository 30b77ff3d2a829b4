//go:build unix

package raster

import "syscall"

// ownGroup puts a process into a group of its own, which what is typed on the
// terminal does not reach.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
