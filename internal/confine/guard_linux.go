package confine

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// prSetChildSubreaper makes orphans of our descendants our children: prctl(2).
const prSetChildSubreaper = 36

// adopt lets the process inherit what its descendants leave behind. If that is not
// possible, only the process group is ended.
func adopt() {
	_, _, _ = syscall.Syscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0)
}

// bound is how the command is bound to its guard: it dies with it, too.
func bound() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// descendants are the processes below this one, also those that have ended and are
// not waited for yet.
func descendants() (pids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	children := make(map[int][]int)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		// pid (name) state parent …, and a name can be anything
		rest := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if len(rest) < 2 {
			continue
		}
		parent, _ := strconv.Atoi(string(rest[1]))
		children[parent] = append(children[parent], pid)
	}
	pids = children[os.Getpid()]
	for i := 0; i < len(pids); i++ {
		pids = append(pids, children[pids[i]]...)
	}
	return pids
}
