// Package filelock locks open files, so that two processes do not write to one.
// A lock ends with its process, in whatever way that ends.
package filelock

import "errors"

// ErrLocked means that another open file has the lock.
var ErrLocked = errors.New("another process has it open")
