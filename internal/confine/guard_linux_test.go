package confine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What the test's program is, if it is started so.
const (
	asGuard  = "be-the-guard"
	asParent = "be-the-parent"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 3 {
		switch os.Args[1] {
		case asGuard:
			os.Exit(Guard(os.Args[2]))
		case asParent:
			g, err := Start(os.Args[0], []string{asGuard}, os.Args[2], nil, nil, nil)
			if err != nil {
				panic(err)
			}
			_ = g.Wait()
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

// A mark is an argument of sleep by which a test's processes are known.
func mark(t *testing.T) string {
	return fmt.Sprintf("%d.%d", 3600+os.Getpid(), time.Now().UnixNano()%1e9)
}

// marked are the processes that have a mark, and have not ended.
func marked(mark string) (pids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), mark) || strings.Contains(string(text), asGuard) || strings.Contains(string(text), asParent) {
			continue
		}
		var pid int
		fmt.Sscanf(file, "/proc/%d/", &pid)
		pids = append(pids, pid)
	}
	return pids
}

// await waits until so many marked processes are there, or none.
func await(t *testing.T, mark string, there func(n int) bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		n := len(marked(mark))
		if there(n) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("got %d processes", n)
		}
	}
}

func none(n int) bool { return n == 0 }

// left are commands that leave processes behind, in ways that are hard to follow,
// with a mark in place of @.
var left = map[string]string{
	"background":  "sleep @ & sleep @ & wait",
	"new_session": "setsid sleep @ & setsid sh -c 'sleep @ & sleep @' & sleep @",
	"orphans":     "(setsid sh -c 'setsid sleep @ & setsid sleep @ &' &) ; sleep @",
	"deaf":        "trap '' TERM INT HUP; sh -c \"trap '' TERM INT HUP; sleep @\" & sleep @",
	// Each starts two others before it sleeps, in sessions of their own, seven deep.
	"multiplies": `b='[ $1 -gt 0 ] && { setsid sh -c "$b" @ $(($1-1)) & setsid sh -c "$b" @ $(($1-1)) & }; sleep @'; export b; sh -c "$b" @ 7`,
}

// TestEnd ends commands with all that they have started.
func TestEnd(t *testing.T) {
	for name, command := range left {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark := mark(t)
			g, err := Start(os.Args[0], []string{asGuard}, strings.ReplaceAll(command, "@", mark), nil, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			await(t, mark, func(n int) bool { return n >= 3 })
			g.End()
			if err := g.Wait(); err == nil {
				t.Error("got a command that has ended well")
			}
			if list := marked(mark); len(list) > 0 {
				t.Errorf("got %d processes left, want none", len(list))
			}
		})
	}
}

// TestLeftBehind lets commands end by themselves, while others of theirs go on.
func TestLeftBehind(t *testing.T) {
	for name, command := range map[string]string{
		"background":  "sleep @ & exit 3",
		"new_session": "setsid sleep @ & setsid sh -c 'sleep @ & sleep @' & exit 3",
		"orphans":     "(setsid sh -c 'setsid sleep @ & setsid sleep @ &' &) ; exit 3",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark := mark(t)
			g, err := Start(os.Args[0], []string{asGuard}, strings.ReplaceAll(command, "@", mark), nil, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Wait(); err == nil || err.Error() != "exit status 3" {
				t.Errorf("got %v, want the command's own exit status 3", err)
			}
			await(t, mark, none)
		})
	}
}

// TestParentKilled kills whoever has started a command.
func TestParentKilled(t *testing.T) {
	for name, command := range left {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark := mark(t)
			parent := exec.Command(os.Args[0], asParent, strings.ReplaceAll(command, "@", mark))
			if err := parent.Start(); err != nil {
				t.Fatal(err)
			}
			await(t, mark, func(n int) bool { return n >= 3 })
			if err := parent.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = parent.Wait() // it was killed
			await(t, mark, none)
		})
	}
}

// TestGuardKilled kills a guard. What it has started itself dies with it.
func TestGuardKilled(t *testing.T) {
	mark := mark(t)
	g, err := Start(os.Args[0], []string{asGuard}, "exec sleep "+mark, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	await(t, mark, func(n int) bool { return n == 1 })
	if err := g.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = g.Wait() // it was killed
	await(t, mark, none)
}

// TestStatus tells how a command has ended, as a shell does.
func TestStatus(t *testing.T) {
	for command, want := range map[string]string{"exit 0": "<nil>", "exit 7": "exit status 7", "kill -SEGV $$": "exit status 139", "/no/such/command": "exit status 127"} {
		g, err := Start(os.Args[0], []string{asGuard}, command, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(g.Wait()); got != want {
			t.Errorf("%s: got %s, want %s", command, got, want)
		}
	}
}
