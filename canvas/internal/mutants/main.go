// Mutants breaks the log in known ways, one at a time, and makes sure that for each
// the test that is about it notices. It exits with 1 if one survives. Arguments are
// names of those to try: all, if there are none.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	survived, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	}
	if survived > 0 {
		fmt.Fprintf(os.Stderr, "mutants: %d survived\n", survived)
		os.Exit(1)
	}
	fmt.Println("all were caught")
}

// run tries all mutants, and counts those that nothing noticed.
func run() (survived int, err error) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "drawmesh/canvas").Output()
	if err != nil {
		return 0, fmt.Errorf("finding the package: %w", err)
	}
	dir := strings.TrimSpace(string(out))
	tmp, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(tmp)
	for _, m := range mutants {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], m.name) {
			continue
		}
		symptom, err := m.try(dir, tmp)
		if err != nil {
			return survived, fmt.Errorf("%s: %w", m.name, err)
		}
		if symptom == "" {
			survived++
			symptom = "SURVIVED"
		}
		fmt.Printf("%-52s %s\n", m.name, symptom)
	}
	return survived, nil
}

// try runs its test on the mutant, laid over the package in dir. The symptom is
// empty if it passes.
func (m mutant) try(dir, tmp string) (symptom string, err error) {
	file := filepath.Join(dir, m.file)
	source, err := m.apply(file)
	if err != nil {
		return "", err
	}
	mutated := filepath.Join(tmp, m.file)
	if err := os.WriteFile(mutated, source, 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {file: mutated}})
	if err != nil {
		return "", err
	}
	overlayFile := filepath.Join(tmp, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return "", err
	}
	cmd := exec.Command("go", "test", "-vet=off", "-count=1", "-timeout=5m", "-overlay="+overlayFile, "-short", "-run=^"+m.test+"$", "drawmesh/canvas")
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	switch {
	case err == nil:
		return "", nil
	case !errors.As(err, &failed), bytes.Contains(out, []byte("[build failed]")):
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return firstSymptom(string(out)), nil
}

// apply is the file with the mutant in it.
func (m mutant) apply(file string) ([]byte, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(source, []byte(m.old)); n != 1 {
		return nil, fmt.Errorf("%s has %q %d times, not once", m.file, m.old, n)
	}
	return bytes.Replace(source, []byte(m.old), []byte(m.new), 1), nil
}

// firstSymptom is the first line in which the test says what is wrong, cut short.
func firstSymptom(out string) string {
	for line := range strings.Lines(out) {
		_, found, ok := strings.Cut(line, "_test.go:")
		if !ok {
			_, found, ok = strings.Cut(line, "panic: ")
		}
		if ok {
			return fmt.Sprintf("%.60s", strings.TrimSpace(found))
		}
	}
	return "failed"
}
