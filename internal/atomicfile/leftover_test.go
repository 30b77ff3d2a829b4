package atomicfile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// leaveEnv makes the test's program one that is killed while it writes there, or
// ends itself.
const leaveEnv = "ATOMICFILE_TEST_LEAVE"

func TestMain(m *testing.M) {
	how, path, asked := strings.Cut(os.Getenv(leaveEnv), ":")
	if !asked {
		os.Exit(m.Run())
	}
	f, err := Create(path)
	if err != nil {
		panic(err)
	}
	fmt.Fprint(f, "half of")
	if how == "abandon" {
		Abandon()
	}
	p, _ := os.FindProcess(os.Getpid())
	p.Kill()
	select {}
}

func leave(t *testing.T, how, path string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), leaveEnv+"="+how+":"+path)
	if err := cmd.Run(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("got %v, want that it was killed", err)
	}
}

// TestSweep removes what killed processes have left, and nothing else: not what
// somebody is still at, nor what is not ours.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.png")
	leave(t, "kill", path)
	leave(t, "kill", filepath.Join(dir, "other.png"))
	for _, name := range []string{".out.png.swp", "out.png.drawmesh-7", ".out.png.drawmesh-x"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	working, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	ours := filepath.Base(working.Name())
	before, err := os.ReadDir(dir)
	if err != nil || len(before) != 6 {
		t.Fatalf("got %v, %v, want two left by killed processes, ours and three others", before, err)
	}
	Sweep(path)
	checkNames(t, dir, ours, ".out.png.drawmesh-x", ".out.png.swp", "out.png.drawmesh-7")
	if err := working.Keep(); err != nil {
		t.Fatal(err)
	}
	checkNames(t, dir, ".out.png.drawmesh-x", ".out.png.swp", "out.png", "out.png.drawmesh-7")
}

func TestAbandon(t *testing.T) {
	dir := t.TempDir()
	leave(t, "abandon", filepath.Join(dir, "out.png"))
	checkNames(t, dir)
}
