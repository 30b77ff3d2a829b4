package manual

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// zsh is the completion for zsh: a function for each command, as _arguments wants
// it.
func zsh(program *kong.Node) string {
	var text strings.Builder
	// compinit looks at the first line of a file.
	fmt.Fprintf(&text, "#compdef %s\n", program.Name)
	walk(program, []string{program.Name}, func(node *kong.Node, path []string) {
		fmt.Fprintf(&text, "\n%s() {\n", function(path...))
		below := children(node)
		if len(below) > 0 {
			text.WriteString("\tlocal curcontext=$curcontext state line\n\ttypeset -A opt_args\n")
		}
		text.WriteString("\t_arguments -s -C")
		for _, f := range flags(node) {
			text.WriteString(" \\\n\t\t" + zshFlag(f))
		}
		for i, p := range node.Positional {
			place := fmt.Sprint(i + 1)
			if p.IsCumulative() {
				place = "*"
			}
			text.WriteString(" \\\n\t\t" + single(place+":"+p.Name+":"+zshValue(kindOf(p.Tag.PlaceHolder))))
		}
		if len(below) > 0 {
			text.WriteString(" \\\n\t\t'1: :->command' '*:: :->argument'")
		}
		text.WriteString("\n")
		if len(below) > 0 {
			zshCommands(&text, path, below)
		}
		text.WriteString("}\n")
	})
	fmt.Fprintf(&text, "\nif [[ $funcstack[1] == %[1]s ]]; then\n\t%[1]s \"$@\"\nelse\n\tcompdef %[1]s %[2]s\nfi\n", function(program.Name), program.Name)
	return text.String()
}

// zshCommands offers the commands below one, and goes on with that which is given.
func zshCommands(text *strings.Builder, path []string, below []*kong.Node) {
	text.WriteString("\tcase $state in\n\tcommand)\n\t\tlocal -a commands=(\n")
	for _, child := range below {
		fmt.Fprintf(text, "\t\t\t%s\n", single(child.Name+":"+firstLine(child.Help)))
	}
	text.WriteString("\t\t)\n\t\t_describe command commands\n\t\t;;\n\targument)\n\t\tcase $words[1] in\n")
	for _, child := range below {
		fmt.Fprintf(text, "\t\t%s) %s ;;\n", child.Name, function(append(path[:len(path):len(path)], child.Name)...))
	}
	text.WriteString("\t\tesac\n\t\t;;\n\tesac\n")
}

// zshFlag is a flag as _arguments wants it.
func zshFlag(f *kong.Flag) string {
	help := "[" + strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(firstLine(f.Help)) + "]"
	value := ""
	long, short := "--"+f.Name, "-"+string(f.Short)
	if !f.IsBool() {
		value = ":" + strings.ReplaceAll(f.FormatPlaceHolder(), ":", `\:`) + ":" + zshValue(kindOf(f.PlaceHolder))
		long, short = long+"=", short+"+"
	}
	again := ""
	if f.IsSlice() || f.IsMap() {
		again = "*"
	}
	switch {
	case f.Short == 0:
		return single(again + long + help + value)
	case again != "":
		return single("*") + "{" + short + "," + long + "}" + single(help+value)
	}
	return single("("+strings.Join(names(f), " ")+")") + "{" + short + "," + long + "}" + single(help+value)
}

func zshValue(k kind) string {
	return [...]string{words: " ", files: "_files", folders: "_files -/"}[k]
}

// single is text between single quotes, as bash and zsh read it.
func single(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
