//go:build unix

package confine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// A Guarded is a shell command that runs with all that it starts under a guard: a
// process of ours that ends them all when the command has ended, when it is told
// to, and when we are gone, however that came.
//
//	parent: Start ── lifeline ──► guard ── process group ──► command ──► …
//
// On Linux whatever the command leaves behind becomes the guard's own child, also
// if it has left the process group. Elsewhere only the group is ended.
type Guarded struct {
	cmd      *exec.Cmd
	lifeline *os.File // whose closing, by us or by our end, is what the guard waits for
}

// lifelineFD is where the guard finds the other end.
const lifelineFD = 3

// Start runs a command under a guard. The guard is a process of this program, to
// which guard are the arguments: it is to call [Guard] with the command, which is
// appended. The files are the command's own.
func Start(self string, guard []string, command string, in, out, err *os.File) (*Guarded, error) {
	theirs, ours, e := os.Pipe()
	if e != nil {
		return nil, e
	}
	defer theirs.Close()
	cmd := exec.Command(self, append(guard, command)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = in, out, err, []*os.File{theirs}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's Ctrl-C is for us
	if e := cmd.Start(); e != nil {
		return nil, errors.Join(e, ours.Close())
	}
	return &Guarded{cmd, ours}, nil
}

// End ends all of it, without asking. It may be called at any time, and more than
// once.
func (g *Guarded) End() { _ = g.lifeline.Close() }

// Wait waits until all of it has ended. The error is how the command did, as a
// shell has it: nil, or its exit status, which is above 128 if a signal ended it.
func (g *Guarded) Wait() error {
	defer g.End()
	return g.cmd.Wait()
}

// Guard is the guard's whole life. It returns the command's exit status.
func Guard(command string) (status int) {
	runtime.LockOSThread() // whose end is what the command's death signal is bound to
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	syscall.CloseOnExec(lifelineFD)
	adopt()
	p, err := os.StartProcess("/bin/sh", []string{"sh", "-c", command}, &os.ProcAttr{
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}, Sys: bound(),
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 127 // as a shell that does not find a command
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.NewFile(lifelineFD, "lifeline"))
		endAll(p.Pid)
	}()
	status = reap(p.Pid)
	endAll(p.Pid)
	return status
}

// reap waits for the command. Those that have been left behind by others are
// waited for, too.
func reap(command int) (status int) {
	for {
		var how syscall.WaitStatus
		switch pid, err := syscall.Wait4(-1, &how, 0, nil); {
		case err == syscall.EINTR:
		case err != nil: // there is none any more: endAll was faster
			return 128 + int(syscall.SIGKILL)
		case pid != command:
		case how.Signaled():
			return 128 + int(how.Signal())
		case how.Exited():
			return how.ExitStatus()
		}
	}
}

// endTime bounds how long the guard tries to end what multiplies.
const endTime = 5 * time.Second

// endAll ends the command's process group, at once, and then what has left it.
// Stopped processes do not multiply: so all are stopped before the first is killed.
func endAll(group int) {
	_ = syscall.Kill(-group, syscall.SIGKILL)
	stopped := make(map[int]bool)
	for begin := time.Now(); time.Since(begin) < endTime; {
		left := descendants()
		if len(left) == 0 {
			return
		}
		if fresh := signalEach(left, stopped, syscall.SIGSTOP); fresh > 0 {
			continue
		}
		signalEach(left, make(map[int]bool), syscall.SIGKILL)
		clear(stopped)
		time.Sleep(time.Millisecond) // in which they die
		for pid := 1; pid > 0; {
			pid, _ = syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		}
	}
}

// signalEach sends a signal to those that have not had it, and returns how many
// these were.
func signalEach(pids []int, had map[int]bool, signal syscall.Signal) (fresh int) {
	for _, pid := range pids {
		if !had[pid] {
			had[pid] = true
			fresh++
			_ = syscall.Kill(pid, signal) // which may have ended
		}
	}
	return fresh
}
