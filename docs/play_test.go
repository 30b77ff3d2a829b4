// Package docs has no program: its test plays what the documents tell people to
// type.
package docs

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// unplayed is how many blocks of each document are marked as not to be played. A
// comment before a block, which readers do not see, says why.
var unplayed = map[string]int{"bots.md": 1, "install.md": 3, "load.md": 1, "reliability.md": 1}

// TestDocuments types every command of README.md and of docs, in order, and
// compares what is printed where the text shows it.
func TestDocuments(t *testing.T) {
	bin := build(t)
	t.Run("make install", func(t *testing.T) { install(t, bin) })
	files, err := filepath.Glob("*.md")
	if err != nil || len(files) < 5 {
		t.Fatalf("got %d documents, %v", len(files), err)
	}
	skipped, played := make(map[string]int), 0
	for _, file := range append([]string{"../README.md"}, files...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		blocks, err := parse(string(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		blocks = slices.DeleteFunc(blocks, func(b block) bool {
			if b.why != "" {
				skipped[name]++
			}
			return b.why != ""
		})
		if len(blocks) == 0 {
			continue
		}
		played += len(blocks)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, bin, name, blocks)
		})
	}
	if !maps.Equal(skipped, unplayed) {
		t.Errorf("got blocks that are not played: %v, want %v", skipped, unplayed)
	}
	if played < 8 {
		t.Errorf("got %d blocks to play, want most of them", played)
	}
}

// build builds the programs into a folder. A make is there that need not do so
// again.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "bin")
	cmd := exec.Command("make", "-s", "build", "BIN="+bin)
	cmd.Dir = ".."
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	path, err := exec.LookPath("make")
	if err == nil {
		err = os.WriteFile(filepath.Join(bin, "make"), []byte("#!/bin/sh\nexec "+path+` -s -o build "$@"`+"\n"), 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// install puts the programs where make install does, and looks for what it should
// put there.
func install(t *testing.T, bin string) {
	dir := t.TempDir()
	cmd := exec.Command("make", "-s", "install", "BIN="+bin, "DESTDIR="+dir, "PREFIX=/usr")
	cmd.Dir = ".."
	if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
		t.Fatalf("%v: %s", err, said)
	}
	for _, program := range []string{"drawbot", "drawmesh-server"} {
		if out, err := exec.Command(filepath.Join(dir, "usr", "bin", program), "--version").Output(); err != nil || !strings.HasPrefix(string(out), program+" ") {
			t.Errorf("got %q, %v of %s, want its version", out, err, program)
		}
		for file, begins := range map[string]string{
			"man/man1/" + program + ".1":                     ".TH ",
			"bash-completion/completions/" + program:         "_",
			"zsh/site-functions/_" + program:                 "#compdef " + program + "\n",
			"fish/vendor_completions.d/" + program + ".fish": "complete -c " + program + " ",
		} {
			if text, err := os.ReadFile(filepath.Join(dir, "usr", "share", file)); err != nil || !strings.HasPrefix(string(text), begins) {
				t.Errorf("got %.40q, %v in %s, want %q", text, err, file, begins)
			}
		}
	}
}

// play types the commands of a document, in a folder of their own.
func play(t *testing.T, bin, name string, blocks []block) {
	dir := t.TempDir()
	makefile, err := filepath.Abs("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"bin": bin, "Makefile": makefile} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	root, err := filepath.Abs("..")
	if err == nil { // programs find drawmesh as they would in its folder
		err = os.WriteFile(filepath.Join(dir, "go.work"), []byte("go "+strings.TrimPrefix(runtime.Version(), "go")+"\nuse "+root+"\n"), 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{t: t, dir: dir, bin: bin, numbers: make(map[string]string)}
	if name != "README.md" { // which starts one itself
		r.stay(step{command: "drawmesh-server --no-stun", shown: []string{"drawmesh: open http://localhost:8081/"}})
	}
	for _, b := range blocks {
		r.at = fmt.Sprintf("%s:%d", name, b.line)
		r.type_(b)
	}
}

// TestParse finds commands, and what only looks like one.
func TestParse(t *testing.T) {
	const fence = "```\n"
	tests := []struct{ name, text, want string }{
		{"command", fence + "$ make run\nopen 1\n\n$ ls\n" + fence, `[{line:1 why: stays:false steps:[{command:make run shown:[open 1]} {command:ls shown:[]}] file: text:}]`},
		{"not_played", "<!-- not played: it takes hours -->\n" + fence + "one$ make soak\n" + fence, `[{line:2 why:it takes hours stays:false steps:[{command:make soak shown:[]}] file: text:}]`},
		{"stays", "<!-- stays -->\n" + fence + "$ server\n" + fence, `[{line:2 why: stays:true steps:[{command:server shown:[]}] file: text:}]`},
		{"file", "<!-- saved as a.go -->\n```go\nmake(1)\n" + fence, `[{line:2 why: stays:false steps:[] file:a.go text:make(1)` + "\n}]"},
		{"no_command", fence + "{\"type\":\"op\"}\n" + fence + "```go\nmake(map[string]int)\n" + fence, `[]`},
		{"no_dollar", fence + "drawbot join studio\n" + fence, "line 2: a command without $: drawbot join studio"},
		{"no_fence", "text\n\n    go test ./peer\n", "line 3: a command without $: go test ./peer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			blocks, err := parse(tt.text)
			got := fmt.Sprintf("%+v", blocks)
			if err != nil {
				got = err.Error()
			}
			if strings.ReplaceAll(got, "[]block(nil)", "[]") != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestCompare tells what differs from what may.
func TestCompare(t *testing.T) {
	tests := []struct {
		name       string
		shown, got []string
		same       bool
	}{
		{"the_same", []string{"wrote a.png"}, []string{"wrote a.png"}, true},
		{"another_number", []string{"drew 2235 operations in 11.2 s"}, []string{"drew 17 operations in 0.3 s"}, true},
		{"nothing_of_something", []string{"drew 2235 operations"}, []string{"drew 0 operations"}, false},
		{"something_of_nothing", []string{"0 lost"}, []string{"7 lost"}, false},
		{"one_number_twice", []string{"drew 2235", "wrote 2235"}, []string{"drew 400", "wrote 400"}, true},
		{"two_numbers_of_one", []string{"drew 2235", "wrote 2235"}, []string{"drew 400", "wrote 401"}, false},
		{"left_out", []string{`{"sum":"6c…","n":1}`}, []string{`{"sum":"77aa","n":2}`}, true},
		{"other_words", []string{"wrote a.png"}, []string{"wrote b.png"}, false},
		{"too_few", []string{"a", "b"}, []string{"a"}, false},
		{"too_many", []string{"a"}, []string{"a", "b"}, false},
		{"another_order", []string{"a", "b"}, []string{"b", "a"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := compare(tt.shown, tt.got, make(map[string]string)); (err == nil) != tt.same {
				t.Errorf("got %v, want the same: %v", err, tt.same)
			}
		})
	}
}
