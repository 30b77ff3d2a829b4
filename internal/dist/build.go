package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"drawmesh/internal/version"
)

// A target is a system that programs are built for.
type target struct {
	os, arch, arm string // as Go calls them
	debian        string // as Debian calls the architecture; empty: no package
}

var targets = []target{
	{"linux", "amd64", "", "amd64"},
	{"linux", "arm64", "", "arm64"},
	{"linux", "arm", "7", "armhf"},
	{"darwin", "amd64", "", ""},
	{"darwin", "arm64", "", ""},
	{"windows", "amd64", "", ""},
}

func (t target) name() string {
	if t.arm != "" {
		return t.os + "-" + t.arch + "v" + t.arm
	}
	return t.os + "-" + t.arch
}

// choose returns the targets of these names, such as linux/armv7, or all.
func choose(names []string) ([]target, error) {
	if len(names) == 0 {
		return targets, nil
	}
	var chosen []target
	for _, name := range names {
		i := slices.IndexFunc(targets, func(t target) bool { return t.name() == strings.ReplaceAll(name, "/", "-") })
		if i < 0 {
			return nil, fmt.Errorf("no system %s: there are %s", name, targets)
		}
		chosen = append(chosen, targets[i])
	}
	return chosen, nil
}

func (t target) String() string { return strings.Replace(t.name(), "-", "/", 1) }

// sources are the programs, and where they are built from.
var sources = []struct{ program, path string }{
	{"drawbot", "./cmd/drawbot"},
	{"drawmesh-server", "./cmd/server"},
}

// build returns the programs for a target.
func build(work string, t target) (programs []file, err error) {
	for _, s := range sources {
		name := s.program
		if t.os == "windows" {
			name += ".exe"
		}
		path := filepath.Join(work, t.name(), name)
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, s.path)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOARM="+t.arm)
		if t.os == "" { // this machine's own
			cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		}
		if said, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("go build %s for %s: %w\n%s", s.path, t, err, said)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		programs = append(programs, file{name, 0o755, data})
	}
	return programs, nil
}

// A release is what is the same for all systems.
type release struct {
	from       version.Source
	time       time.Time // of all files
	maintainer string

	man                      []file // pages, by their names
	bash                     []file // completions
	zsh                      []file
	fish                     []file
	readme, changes, license file

	settings file // of the server, each commented out
	unit     file // of systemd
	licenses file // of what the programs are built from
}

// prepare builds the programs for this machine, and has them tell of themselves.
func prepare(work string) (*release, error) {
	if _, err := build(work, target{}); err != nil {
		return nil, err
	}
	r := &release{time: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)} // where no commit is known
	var errs []error
	for _, s := range sources {
		program := filepath.Join(work, target{}.name(), s.program)
		say := func(args ...string) []byte {
			out, err := exec.Command(program, args...).Output()
			if err != nil {
				errs = append(errs, fmt.Errorf("%s %s: %w", s.program, args[0], err))
			}
			return out
		}
		r.man = append(r.man, file{s.program + ".1", 0o644, say("--man")})
		r.bash = append(r.bash, file{s.program, 0o644, say("--completion", "bash")})
		r.zsh = append(r.zsh, file{"_" + s.program, 0o644, say("--completion", "zsh")})
		r.fish = append(r.fish, file{s.program + ".fish", 0o644, say("--completion", "fish")})
		if s.program == "drawmesh-server" {
			r.settings = file{"server.env", 0o644, say("--print-env")}
		}
		if len(errs) > 0 {
			return nil, errs[0]
		}
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return nil, err
		}
		r.from = version.Of(info)
	}
	if date, err := time.Parse(time.DateOnly, r.from.Date); err == nil {
		r.time = date
	}
	for name, to := range map[string]*file{"README.md": &r.readme, "CHANGELOG.md": &r.changes, "LICENSE": &r.license, "docs/deploy/drawmesh.service": &r.unit} {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		*to = file{filepath.Base(name), 0o644, data}
	}
	terms, err := licenses()
	r.licenses = file{"THIRD-PARTY.txt", 0o644, terms}
	return r, err
}
