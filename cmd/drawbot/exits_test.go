package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestExitsPage compares docs/exits.md with what the commands' help says.
func TestExitsPage(t *testing.T) {
	var want strings.Builder
	for _, name := range slices.Sorted(maps.Keys(exits)) {
		label := "`" + name + "`"
		for _, e := range exits[name] {
			fmt.Fprintf(&want, "| %s | %s | %s |\n", label, e.statusText(), e.when)
			label = ""
		}
	}
	for _, e := range everyExit {
		fmt.Fprintf(&want, "| each | %s | %s |\n", e.statusText(), e.when)
	}
	page := string(readFile(t, "../../docs/exits.md"))
	_, table, _ := strings.Cut(page, "|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	if got := table + "\n"; got != want.String() {
		t.Errorf("docs/exits.md has another table than the commands; want\n%s", &want)
	}
}
