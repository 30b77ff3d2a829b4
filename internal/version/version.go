// Package version says what a program was built from.
package version

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"
)

// A Source is what a program was built from, as far as it is known: what is built
// outside a repository has no commit.
type Source struct {
	Version string // of the module, such as v1.2.0, or devel
	Commit  string
	Date    string // of the commit: 2006-01-02
	Changed bool   // since the commit
	Go      string // the version of Go
}

// Own is what this program was built from.
func Own() Source {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = new(debug.BuildInfo)
	}
	return Of(info)
}

// Of is the source of a program, as Go has written it into that.
func Of(info *debug.BuildInfo) Source {
	s := Source{Version: strings.Trim(cmp.Or(info.Main.Version, "devel"), "()"), Go: info.GoVersion}
	for _, set := range info.Settings {
		switch set.Key {
		case "vcs.revision":
			s.Commit = set.Value
		case "vcs.time":
			s.Date, _, _ = strings.Cut(set.Value, "T")
		case "vcs.modified":
			s.Changed = set.Value == "true"
		}
	}
	return s
}

// String is all of it, in a line.
func (s Source) String() string {
	text := s.Version
	if s.Commit != "" {
		changed := ""
		if s.Changed {
			changed = ", changed since"
		}
		text += fmt.Sprintf(" (commit %s, %s%s)", s.Commit, s.Date, changed)
	}
	return strings.TrimSpace(text + " " + s.Go)
}
