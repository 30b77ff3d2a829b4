// Fuzzall runs every fuzz target of the module for some time each: it looks for
// them, so that none is forgotten. It builds each package's tests once.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	each := flag.Duration("for", 2*time.Second, "how long to run each target")
	flag.Parse()
	if err := run(*each); err != nil {
		fmt.Fprintln(os.Stderr, "fuzzall:", err)
		os.Exit(1)
	}
}

func run(each time.Duration) error {
	dir, err := os.MkdirTemp("", "fuzzall")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	packages, err := exec.Command("go", "list", "-f", "{{.Dir}}", "./...").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	found := 0
	for _, pkg := range strings.Fields(string(packages)) {
		n, err := fuzz(pkg, dir, each)
		if err != nil {
			return err
		}
		found += n
	}
	if found == 0 {
		return fmt.Errorf("no fuzz target found")
	}
	fmt.Printf("%d fuzz targets, %v each\n", found, each)
	return nil
}

// minimize is how often to try to shorten an input that is of interest. By default
// that goes on for a minute, in which nothing else is tried.
const minimize = "100x"

// fuzz runs the targets of a package, if it has any.
func fuzz(pkg, dir string, each time.Duration) (targets int, err error) {
	if has, err := hasTargets(pkg); err != nil || !has {
		return 0, err
	}
	tests := filepath.Join(dir, "tests")
	if out, err := command(pkg, "go", "test", "-c", "-fuzz", ".", "-o", tests, ".").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", pkg, err, out)
	}
	list, err := command(pkg, tests, "-test.list", "^Fuzz").Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", pkg, err)
	}
	for _, target := range strings.Fields(string(list)) {
		out, err := command(pkg, tests, "-test.run", "^$", "-test.fuzz", "^"+target+"$",
			"-test.fuzztime", each.String(), "-test.fuzzminimizetime", minimize, "-test.fuzzcachedir", filepath.Join(dir, "cache")).CombinedOutput()
		if err != nil && !outOfTime(out) {
			return 0, fmt.Errorf("%s in %s: %w\n%s", target, pkg, err, out)
		}
		fmt.Printf("ok\t%-20s %s\n", target, executions(out))
		targets++
	}
	return targets, nil
}

// outOfTime reports whether a run failed of nothing but the end of its time, which
// Go tells as a failure when it comes in the middle of something. What a target
// finds comes with a failing input.
func outOfTime(out []byte) bool {
	return bytes.Contains(out, []byte("\n    context deadline exceeded\nFAIL\n")) && !bytes.Contains(out, []byte("Failing input"))
}

// hasTargets reports whether a package's tests are worth building.
func hasTargets(pkg string) (bool, error) {
	files, err := filepath.Glob(filepath.Join(pkg, "*_test.go"))
	if err != nil {
		return false, err
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return false, err
		}
		if bytes.Contains(text, []byte("\nfunc Fuzz")) {
			return true, nil
		}
	}
	return false, nil
}

func command(dir, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = dir
	return c
}

// executions is what a run of a target says last of how much it did.
func executions(out []byte) (text string) {
	for line := range strings.Lines(string(out)) {
		if _, after, ok := strings.Cut(line, "execs: "); ok {
			text, _, _ = strings.Cut(after, ",")
		}
	}
	return text
}
