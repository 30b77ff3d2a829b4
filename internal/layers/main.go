// Layers checks that every package imports only what the map in CONTRIBUTING.md
// lets it, and that the map lacks none and has none that is gone. Imports run one
// way, for the map has them from the bottom up: each row may name rows above it.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

func main() {
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err == nil {
		err = run(string(text))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "layers:", err)
		os.Exit(1)
	}
}

func run(text string) error {
	module, err := exec.Command("go", "list", "-m").Output()
	if err != nil {
		return fmt.Errorf("go list -m: %w", err)
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	return check(text, strings.TrimSpace(string(module)), string(out))
}

// row matches a row of the map: a package, what it is, and what it may import.
var row = regexp.MustCompile("(?m)^\\| `([a-z0-9/]+)` \\|[^|]*\\| ([^|]*) \\|$")

// check holds the map in text against the imports of a module, one package a line.
func check(text, module, imports string) error {
	may := make(map[string][]string)
	var errs []error
	for _, m := range row.FindAllStringSubmatch(text, -1) {
		name, list := m[1], strings.FieldsFunc(m[2], func(r rune) bool { return strings.ContainsRune("`, ", r) })
		for _, below := range list {
			if _, known := may[below]; !known && below != "nothing" {
				errs = append(errs, fmt.Errorf("the map lets %s import %s, which does not stand above it", name, below))
			}
		}
		if _, twice := may[name]; twice {
			errs = append(errs, fmt.Errorf("the map has %s twice", name))
		}
		may[name] = list
	}
	listed := make(map[string]bool)
	for line := range strings.Lines(imports) {
		words := strings.Fields(line)
		name := strings.TrimPrefix(words[0], module+"/")
		listed[name] = true
		if _, known := may[name]; !known {
			errs = append(errs, fmt.Errorf("%s is not in the map", name))
			continue
		}
		for _, path := range words[1:] {
			below, ours := strings.CutPrefix(path, module+"/")
			if ours && !slices.Contains(may[name], below) {
				errs = append(errs, fmt.Errorf("%s imports %s, which the map does not let it", name, below))
			}
		}
	}
	for name := range may {
		if !listed[name] {
			errs = append(errs, fmt.Errorf("the map has %s, and there is no such package", name))
		}
	}
	return errors.Join(errs...)
}
