package manual

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// fish is the completion for fish: a line for each command and flag, and when it
// is offered.
func fish(program *kong.Node) string {
	var text strings.Builder
	line := func(when, rest string) {
		if when != "" {
			when = " -n " + quoted(when)
		}
		fmt.Fprintf(&text, "complete -c %s%s %s\n", program.Name, when, rest)
	}
	line("", "-f")
	walk(program, nil, func(node *kong.Node, path []string) {
		when := ""
		for _, word := range path {
			when += "; and __fish_seen_subcommand_from " + word
		}
		when = strings.TrimPrefix(when, "; and ")
		var commands []string
		for _, child := range children(node) {
			commands = append(commands, child.Name)
		}
		if len(commands) > 0 {
			none := strings.TrimPrefix(when+"; and not __fish_seen_subcommand_from "+strings.Join(commands, " "), "; and ")
			for _, child := range children(node) {
				line(none, fmt.Sprintf("-a %s -d %s", child.Name, quoted(firstLine(child.Help))))
			}
		}
		for _, p := range node.Positional {
			if kindOf(p.Tag.PlaceHolder) == files {
				line(when, "-F")
			}
		}
		for _, f := range own(node) {
			line(when, fishFlag(f))
		}
	})
	return text.String()
}

// fishFlag is a flag as fish's complete wants it.
func fishFlag(f *kong.Flag) string {
	text := "-l " + f.Name
	if f.Short != 0 {
		text = "-s " + string(f.Short) + " " + text
	}
	if !f.IsBool() {
		text += [...]string{words: " -x", files: " -r -F", folders: " -x -a '(__fish_complete_directories)'"}[kindOf(f.PlaceHolder)]
	}
	return text + " -d " + quoted(firstLine(f.Help))
}

// quoted is text between single quotes, as fish reads it.
func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
