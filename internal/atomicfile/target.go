package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
)

// maxLinks is how many symbolic links may lead to a file, as on Linux.
const maxLinks = 40

// Follow returns where path leads through symbolic links, also if there is
// nothing at their end yet.
func Follow(path string) (string, error) {
	for range maxLinks {
		if descriptor().MatchString(path) {
			return path, nil // what it leads to has perhaps no name
		}
		link, err := os.Readlink(path)
		if err != nil { // it is none
			return path, nil
		}
		if !filepath.IsAbs(link) {
			link = folderPrefix(path) + link
		}
		path = link
	}
	return "", &fs.PathError{Op: "open", Path: path, Err: syscall.ELOOP}
}

var descriptor = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:/dev/fd|/proc/self/fd)/([0-9]{1,9})$`) })

// Descriptor reports whether path leads to a file that this process has open,
// such as /dev/stdout, and its number.
func Descriptor(path string) (n int, ok bool) {
	path, err := Follow(path)
	if err != nil {
		return 0, false
	}
	match := descriptor().FindStringSubmatch(path)
	if match == nil {
		return 0, false
	}
	n, err = strconv.Atoi(match[1])
	return n, err == nil
}
