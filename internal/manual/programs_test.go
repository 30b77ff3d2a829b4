package manual

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// output is what a command prints, which must say nothing besides.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		t.Fatalf("%s %.200q: %v\n%s%s", name, args, err, &said, &out)
	}
	return out.String()
}

var (
	helpFlag    = regexp.MustCompile(`(?m)^  (?:    |(-\w), )(--[a-z0-9-]+)`)
	helpCommand = regexp.MustCompile(`(?m)^  ([a-z]+(?: [a-z]+)?)(?:  |$)`)
)

// told is what the help of a command has: all of its flags, sorted.
func told(t *testing.T, program string, command string) (flags []string) {
	t.Helper()
	_, text, found := strings.Cut(output(t, program, append(strings.Fields(command), "--help")...), "\nFlags:\n")
	if !found {
		t.Fatalf("the help of %q has no flags", command)
	}
	text, _, _ = strings.Cut(text, "\nExit status:")
	for _, m := range helpFlag.FindAllStringSubmatch(text, -1) {
		flags = append(flags, m[2])
		if m[1] != "" {
			flags = append(flags, m[1])
		}
	}
	slices.Sort(flags)
	return flags
}

// The manual pages and the completions have every command and every flag that the
// help of the programs has, and are as those who read them want them.
func TestPrograms(t *testing.T) {
	for program, path := range map[string]string{"drawbot": "drawbot", "drawmesh-server": "server"} {
		t.Run(program, func(t *testing.T) {
			bin := filepath.Join(t.TempDir(), program)
			output(t, "go", "build", "-o", bin, "../../cmd/"+path)
			commands := []string{""}
			if _, text, found := strings.Cut(output(t, bin, "--help"), "\nCommands:\n"); found {
				for _, m := range helpCommand.FindAllStringSubmatch(text, -1) {
					commands = append(commands, m[1])
				}
			}
			if want := map[string]int{"drawbot": 15, "drawmesh-server": 1}[program]; len(commands) < want {
				t.Fatalf("got the commands %q, want %d at least", commands, want)
			}
			page := manPage(t, output(t, bin, "--man"))
			file := make(map[string]string)
			for _, shell := range []string{"bash", "zsh", "fish"} {
				file[shell] = filepath.Join(t.TempDir(), "_"+program)
				text := output(t, bin, "--completion", shell)
				if err := os.WriteFile(file[shell], []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			for _, command := range commands {
				want := told(t, bin, command)
				full := strings.TrimSpace(program + " " + command)
				for what, got := range map[string][]string{
					"bash": bashOffers(t, file["bash"], full+" -"),
					"zsh":  zshFlags(t, file["zsh"], full),
					"fish": fishOffers(t, file["fish"], full+" -"),
				} {
					if got = only(got, "-"); !slices.Equal(got, want) {
						t.Errorf("%s -: %s offers %q, want %q", full, what, got, want)
					}
				}
				checkPage(t, page, command, want)
			}
			for _, shell := range []string{"bash", "fish"} {
				offers := map[string]func(*testing.T, string, string) []string{"bash": bashOffers, "fish": fishOffers}[shell]
				for _, command := range commands[1:] {
					words := strings.Fields(program + " " + command)
					last := len(words) - 1
					if got := offers(t, file[shell], strings.Join(words[:last], " ")+" "+words[last][:1]); !slices.Contains(got, words[last]) {
						t.Errorf("%s offers %q, want %q among them", shell, got, words[last])
					}
				}
			}
		})
	}
}

// only are those that begin with prefix, sorted.
func only(words []string, prefix string) []string {
	words = slices.DeleteFunc(words, func(w string) bool { return !strings.HasPrefix(w, prefix) })
	slices.Sort(words)
	return words
}

// manPage is the text of a page, which neither groff nor mandoc finds fault with.
func manPage(t *testing.T, source string) string {
	t.Helper()
	source = strings.Replace(source, ` 1 "" `, ` 1 "2026-11-30" `, 1) // what is built for a test has no date
	file := filepath.Join(t.TempDir(), "page.1")
	if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	if said := output(t, "mandoc", "-T", "lint", "-W", "warning", file); said != "" {
		t.Errorf("mandoc says:\n%s", said)
	}
	cmd := exec.Command("man", "--local-file", "--warnings", file)
	cmd.Env = append(os.Environ(), "MANWIDTH=80", "LC_ALL=C.UTF-8", "MANROFFOPT=-c")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		t.Errorf("man says: %v\n%s", err, &said)
	}
	return regexp.MustCompile(`.\x08`).ReplaceAllString(out.String(), "")
}

// checkPage holds the part of a page that tells of a command against its flags.
func checkPage(t *testing.T, page, command string, flags []string) {
	t.Helper()
	begin, end := `\nOPTIONS\n`, `\n[A-Z]`
	if command != "" {
		begin, end = `\n   drawbot `+command+` `, `\n(?:   )?\S`
	}
	m := regexp.MustCompile(`(?s)` + begin + `.*?` + end).FindString(page)
	if m == "" {
		t.Errorf("the page has nothing of %q", command)
	}
	for _, flag := range flags {
		global := slices.Contains([]string{"--help", "-h", "--version"}, flag)
		if !regexp.MustCompile(`(?m)^       (?:-\w, )?`+flag+`\b`).MatchString(m) && (command == "" || !global) {
			t.Errorf("the page lacks %s of %q", flag, command)
		}
	}
}

// bashOffers is what bash completes a line to.
func bashOffers(t *testing.T, file, line string) []string {
	t.Helper()
	words := strings.Split(line, " ")
	script := fmt.Sprintf(`source "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=%d; %s; printf '%%s\n' "${COMPREPLY[@]}"`, len(words)-1, function(words[0]))
	return strings.Fields(output(t, "bash", append([]string{"-c", script, "bash", file}, words...)...))
}

// fishOffers is what fish completes a line to.
func fishOffers(t *testing.T, file, line string) (offers []string) {
	t.Helper()
	for l := range strings.Lines(output(t, "fish", "--no-config", "-c", `source $argv[1]; complete -C $argv[2]`, file, line)) {
		word, _, _ := strings.Cut(strings.TrimSpace(l), "\t")
		offers = append(offers, word)
	}
	return offers
}

// zshFlags are the flags that zsh's _arguments is told of for a command.
func zshFlags(t *testing.T, file, command string) (flags []string) {
	t.Helper()
	script := `compdef() { :; }; _arguments() { print -rl -- "$@"; }; source "$1"; $2`
	for line := range strings.Lines(output(t, "zsh", "-f", "-c", script, "zsh", file, function(strings.Fields(command)...))) {
		if m := regexp.MustCompile(`^(?:\([^)]*\)|\*)?(--?[a-z0-9-]+)[=+]?\[(?:[^\[\]\\\n]|\\.)*\](?::.+:.+)?\n$`).FindStringSubmatch(line); m != nil {
			flags = append(flags, m[1])
		}
	}
	return flags
}
