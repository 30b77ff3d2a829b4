// Package version says what a program was built from.
package version

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// String is the version, the commit and its date, and the Go that built this
// program, as far as they are known.
func String() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return describe(info)
}

// describe is String for a program of which info is known. Go writes it into what
// it builds; what is built outside a repository has no commit.
func describe(info *debug.BuildInfo) string {
	version := info.Main.Version
	if version == "" || version == "(devel)" {
		version = "devel"
	}
	set := make(map[string]string)
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	var source []string
	if commit := set["vcs.revision"]; commit != "" {
		source = append(source, "commit "+commit)
	}
	if date, _, _ := strings.Cut(set["vcs.time"], "T"); date != "" {
		source = append(source, date)
	}
	if set["vcs.modified"] == "true" {
		source = append(source, "changed since")
	}
	if len(source) > 0 {
		version += fmt.Sprintf(" (%s)", strings.Join(source, ", "))
	}
	return version + " " + info.GoVersion
}
