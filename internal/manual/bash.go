package manual

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// bashText is the function that bash calls, with the program's name, the paths of
// its commands, the flags with files, with folders and with other values, and what
// may come after each command. It does without what macOS's bash 3.2 lacks.
const bashText = `%[1]s() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd= word words kind=words
	case = in # --flag=value is three words
	"$cur") cur= ;;
	"$prev") prev=${COMP_WORDS[COMP_CWORD-2]} ;;
	esac
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $cmd/$word in
		%[3]s) cmd+=/$word ;;
		esac
	done
	case $cmd in
%[4]s	esac
	case $cmd:$prev in
	%[5]s) kind=files ;;
	%[6]s) kind=folders ;;
	%[7]s) return ;;
	esac
	if [[ $kind == words || $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$words" -- "$cur"))
		return
	fi
	local IFS=$'\n'
	compopt -o filenames 2>/dev/null
	case $kind in
	files) COMPREPLY=($(compgen -f -- "$cur")) ;;
	folders) COMPREPLY=($(compgen -d -- "$cur")) ;;
	esac
}
complete -F %[1]s %[2]s
`

// bash is the completion for bash. A command is the words that lead to it, with a
// slash before each.
func bash(program *kong.Node) string {
	var commands, after []string
	valued := map[kind][]string{}
	walk(program, nil, func(node *kong.Node, path []string) {
		name := strings.Join(append([]string{""}, path...), "/")
		if name != "" {
			commands = append(commands, name)
		}
		var next []string
		for _, child := range children(node) {
			next = append(next, child.Name)
		}
		for _, f := range flags(node) {
			next = append(next, names(f)...)
			if f.IsBool() {
				continue
			}
			for _, n := range names(f) {
				k := kindOf(f.PlaceHolder)
				valued[k] = append(valued[k], name+":"+n)
			}
		}
		kind := ""
		for _, p := range node.Positional {
			if kindOf(p.Tag.PlaceHolder) == files {
				kind = " kind=files"
			}
		}
		after = append(after, fmt.Sprintf("\t'%s') words='%s'%s ;;\n", name, strings.Join(next, " "), kind))
	})
	either := func(of []string) string {
		if len(of) == 0 {
			return "''"
		}
		return strings.Join(of, " | ")
	}
	return fmt.Sprintf(bashText, function(program.Name), program.Name, either(commands), strings.Join(after, ""),
		either(valued[files]), either(valued[folders]), either(valued[words]))
}

// function is the name of a shell's function for a command.
func function(words ...string) string {
	return "_" + strings.ReplaceAll(strings.Join(words, "_"), "-", "_")
}
