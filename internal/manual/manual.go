// Package manual makes what programs say of themselves from their command lines,
// as kong knows them: manual pages, completions for shells, and a file of settings.
package manual

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Completion writes what a shell needs to complete a program's command line: bash,
// zsh or fish.
func Completion(w io.Writer, shell string, program *kong.Node) error {
	write, ok := map[string]func(*kong.Node) string{"bash": bash, "zsh": zsh, "fish": fish}[shell]
	if !ok {
		return fmt.Errorf("%q is none of bash, zsh and fish", shell)
	}
	_, err := io.WriteString(w, write(program))
	return err
}

// walk calls f for a command and all below it, each with the words that lead to
// it.
func walk(node *kong.Node, path []string, f func(*kong.Node, []string)) {
	f(node, path)
	for _, child := range children(node) {
		walk(child, append(path[:len(path):len(path)], child.Name), f)
	}
}

func children(node *kong.Node) (shown []*kong.Node) {
	for _, child := range node.Children {
		if !child.Hidden {
			shown = append(shown, child)
		}
	}
	return shown
}

// flags are those of a command and, first, of those above it.
func flags(node *kong.Node) (shown []*kong.Flag) {
	for _, group := range node.AllFlags(true) {
		shown = append(shown, group...)
	}
	return shown
}

// own are the flags that a command has and those above it lack.
func own(node *kong.Node) (shown []*kong.Flag) {
	for _, f := range node.Flags {
		if !f.Hidden {
			shown = append(shown, f)
		}
	}
	return shown
}

// names are all that a flag may be called by.
func names(f *kong.Flag) []string {
	long := []string{"--" + f.Name}
	if f.Short != 0 {
		return append([]string{"-" + string(f.Short)}, long...)
	}
	return long
}

// A kind is what the value of a flag or an argument is, as far as shells can
// complete it.
type kind int

const (
	words kind = iota
	files
	folders
)

func kindOf(placeholder string) kind {
	switch {
	case strings.HasPrefix(placeholder, "FILE"):
		return files
	case strings.HasPrefix(placeholder, "DIR"):
		return folders
	}
	return words
}

// firstLine is help as a list of suggestions shows it.
func firstLine(help string) string {
	line, _, _ := strings.Cut(help, "\n")
	return line
}

// wrapped is a paragraph in lines of no more than so many columns, unless a word
// is longer.
func wrapped(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
