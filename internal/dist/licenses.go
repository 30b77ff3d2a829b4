package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// terms are the files of a module that go with what is built from it.
var terms = regexp.MustCompile(`^(?:LICEN[CS]E|COPYING|NOTICE)(?:\.\w+)?$`)

// licenses returns the terms of Go and of all modules that are in the programs on
// any system: who passes the programs on has to pass on these.
func licenses() ([]byte, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	folders := map[string]string{"go " + runtime.Version(): strings.TrimSpace(string(root))}
	for _, t := range targets {
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/...")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch)
		list, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", t, err)
		}
		for line := range strings.Lines(string(list)) {
			if module, folder, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
				folders[module] = folder
			}
		}
	}
	var text bytes.Buffer
	var errs []error
	for _, module := range slices.Sorted(maps.Keys(folders)) {
		entries, err := os.ReadDir(folders[module])
		errs = append(errs, err)
		before := text.Len()
		for _, e := range entries {
			if e.IsDir() || !terms.MatchString(e.Name()) {
				continue
			}
			data, err := os.ReadFile(filepath.Join(folders[module], e.Name()))
			errs = append(errs, err)
			fmt.Fprintf(&text, "---- %s: %s ----\n\n%s\n\n", module, e.Name(), bytes.TrimSpace(data))
		}
		if text.Len() == before {
			errs = append(errs, fmt.Errorf("%s has no license in %s", module, folders[module]))
		}
	}
	return text.Bytes(), errors.Join(errs...)
}
