package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"drawmesh/signaling"
)

// onSmallDisk is a command in a namespace of its own, in which dir is a disk of
// so many kilobytes.
func onSmallDisk(t *testing.T, dir string, kilobytes int, args ...string) *exec.Cmd {
	t.Helper()
	namespace := func(script string, args ...string) *exec.Cmd {
		cmd := exec.Command("sh", append([]string{"-c", script, "sh"}, args...)...)
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		}
		return cmd
	}
	mount := fmt.Sprintf("mount -t tmpfs -o size=%dk tmpfs '%s'", kilobytes, dir)
	if out, err := namespace(mount).CombinedOutput(); err != nil {
		t.Fatalf("this test makes a small disk in a namespace of its own, which the kernel does not let it: %v\n%s", err, out)
	}
	return namespace(mount+` && head -c 200k /dev/zero > '`+dir+`/fill' && exec "$@"`, args...)
}

// On a full disk it goes on in memory, says so once, and stores all as soon as
// there is room; if there is none until the end, its status tells.
func TestKeepOnAFullDisk(t *testing.T) {
	program := buildDrawbot(t)
	for _, freed := range []bool{true, false} {
		t.Run(fmt.Sprintf("freed_%v", freed), func(t *testing.T) {
			room, dir := serve(t, signaling.ServerOptions{}).URL+"/studio", t.TempDir()
			ana := enter(t, room)
			cmd := onSmallDisk(t, dir, 260, program, "keep", room, "--store", dir)
			said := launch(t, cmd)
			said.await(t, "keeping ")
			inside := fmt.Sprintf("/proc/%d/root", cmd.Process.Pid)
			file := filepath.Join(inside, dir, "studio.room")
			random := rand.New(rand.NewPCG(3, 4))
			draw(t, ana, noise(random, 100)...)
			waitStored(t, file, 100)
			draw(t, ana, noise(random, 10_000)...) // about 100 KB
			said.await(t, "room studio is kept in memory only: "+filepath.Join(dir, "studio.room")+": no space left on device\n")
			kept, _ := stored(t, file)
			checkBeginning(t, 0, kept, ana)
			if kept.Len() < 100 {
				t.Errorf("got %d operations in the store, want the 100 that were there", kept.Len())
			}
			want := "drawbot: " + filepath.Join(dir, "studio.room") + ": no space left on device"
			if freed {
				if err := os.Remove(filepath.Join(inside, dir, "fill")); err != nil {
					t.Fatal(err)
				}
				said.await(t, "room studio: everything is in the store again\n")
				waitStored(t, file, 10_100)
				want = "kept " + room + ": 10100 operations"
			}
			cmd.Process.Signal(syscall.SIGTERM)
			err := cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); (got == exitDone) != freed {
				t.Errorf("got %v at the end", err)
			}
			said.await(t, want)
			if got := strings.Count(said.String(), "in memory only"); got != 1 {
				t.Errorf("got it said %d times that the disk is full, want once:\n%s", got, said)
			}
		})
	}
}

// Help that could not be written is no mistake of the command line.
func TestHelpIntoFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, args := range []string{"--help", "draw --help", "--version", "--man", "--completion bash"} {
		var said strings.Builder
		status := run(t.Context(), env{nothing(), full, &said}, strings.Fields(args))
		if want := "drawbot: standard output: not writable: no space left on device\n"; status != exitFailed || said.String() != want {
			t.Errorf("%s: got %d and %q, want %d and %q", args, status, &said, exitFailed, want)
		}
	}
}
