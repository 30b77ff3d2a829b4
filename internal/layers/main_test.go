package main

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	const table = "| package | what | may import |\n|---|---|---|\n| `a` | the bottom | nothing |\n| `b/c` | above | `a` |\n| `d` | the top | `a`, `b/c` |\n"
	tests := []struct{ name, text, imports, want string }{
		{"as it should be", table, "drawmesh/a fmt\ndrawmesh/b/c drawmesh/a os\ndrawmesh/d drawmesh/b/c drawmesh/a example.org/x\n", ""},
		{"upwards", table, "drawmesh/a drawmesh/d\ndrawmesh/b/c\ndrawmesh/d\n", "a imports d, which the map does not let it"},
		{"new", table, "drawmesh/a\ndrawmesh/b/c\ndrawmesh/d\ndrawmesh/e\n", "e is not in the map"},
		{"twice", table + "| `a` | the bottom again | nothing |\n", "drawmesh/a\ndrawmesh/b/c\ndrawmesh/d\n", "the map has a twice"},
		{"gone", table, "drawmesh/a\ndrawmesh/b/c\n", "the map has d, and there is no such package"},
		{"the map turned over", "| `a` | the bottom | `d` |\n| `d` | the top | nothing |\n", "drawmesh/a\ndrawmesh/d\n", "the map lets a import d, which does not stand above it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := check(tt.text, "drawmesh", tt.imports); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", strings.ReplaceAll(got, "\n", "; "), tt.want)
			}
		})
	}
}
