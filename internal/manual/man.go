package manual

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// A Page is a manual page.
type Page struct {
	Program *kong.Node
	Does    string // what the program does, in a few words
	Version string
	Date    string // 2006-01-02, or empty if it is not known

	// End is what the help of a command ends with: lines that end with a colon are
	// headings, and those below them are indented.
	End func(*kong.Node) string
}

// Man writes a page in the macros of man(7), which groff and mandoc both read.
func Man(w io.Writer, p Page) error {
	var r roff
	name := p.Program.Name
	r.macro(fmt.Sprintf(`.TH %s 1 "%s" "drawmesh %s" "drawmesh"`, strings.ToUpper(name), p.Date, p.Version))
	r.macro(".nh\n.ad l") // neither hyphens nor wide gaps in names and commands
	r.macro(".SH NAME")
	r.macro(name + ` \- ` + p.Does)
	r.macro(".SH SYNOPSIS")
	r.macro(synopsis(p.Program))
	r.macro(".SH DESCRIPTION")
	r.paragraphs(p.Program.Help, p.Program.Detail)
	r.macro(".SH OPTIONS")
	r.flags(own(p.Program))
	if len(children(p.Program)) > 0 {
		r.macro(".SH COMMANDS")
	}
	variables := map[string]string{}
	walk(p.Program, nil, func(node *kong.Node, path []string) {
		for _, f := range own(node) {
			for _, env := range f.Envs {
				variables[env] = f.Name
			}
		}
		if len(path) == 0 || len(children(node)) > 0 {
			return
		}
		r.macro(".SS " + synopsis(node))
		r.paragraphs(node.Help, node.Detail)
		for _, arg := range node.Positional {
			r.item(`\fI`+escaped(arg.Name)+`\fR`, arg.Help)
		}
		r.flags(own(node))
		r.end(p.End(node))
	})
	r.macro(".SH ENVIRONMENT")
	r.variables(variables)
	r.end(p.End(p.Program))
	_, err := io.WriteString(w, r.String())
	return err
}

// synopsis is how a command is called.
func synopsis(node *kong.Node) string {
	text := `\fB` + escaped(node.FullPath()) + `\fR`
	if len(children(node)) > 0 {
		return text + ` \fIcommand\fR [\fIflags\fR]`
	}
	for _, arg := range node.Positional {
		name := `\fI` + escaped(arg.Name) + `\fR`
		if arg.IsCumulative() {
			name += `\ ...`
		}
		if !arg.Required {
			name = "[" + name + "]"
		}
		text += " " + name
	}
	return text + ` [\fIflags\fR]`
}

// roff is a page as it grows.
type roff struct{ strings.Builder }

func (r *roff) macro(line string) { r.WriteString(line + "\n") }

// text writes a paragraph, none of whose lines is taken for a macro. What is too
// long for a line may be broken where it has commas.
func (r *roff) text(paragraph string) {
	for _, line := range wrapped(paragraph, 78) {
		line = escaped(line)
		if len(line) > 70 && !strings.Contains(line, " ") {
			line = strings.ReplaceAll(line, ",", `,\:`)
		}
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		r.macro(line)
	}
}

func (r *roff) paragraphs(texts ...string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(strings.Join(texts, "\n\n")), "\n\n") {
		if i > 0 {
			r.macro(".PP")
		}
		r.text(paragraph)
	}
}

// item writes what is explained, and the explanation beside it.
func (r *roff) item(what, text string) {
	r.macro(".TP")
	r.macro(what)
	r.text(text)
}

func (r *roff) flags(flags []*kong.Flag) {
	for _, f := range flags {
		var called []string
		for _, name := range names(f) {
			called = append(called, `\fB`+code(name)+`\fR`)
		}
		what := strings.Join(called, ", ")
		if !f.IsBool() {
			what += `=\fI` + code(f.FormatPlaceHolder()) + `\fR`
		}
		r.item(what, f.Help)
	}
}

// variables lists which variable stands for which flag.
func (r *roff) variables(flags map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		r.item(`\fB`+code(name)+`\fR`, "Stands for --"+flags[name]+".")
	}
}

// term is a word or more, and what they mean, in two columns.
var term = regexp.MustCompile(`^  (\S+(?: \S+)*)  +(.+)$`)

// end writes the end of a command's help.
func (r *roff) end(help string) {
	example := false
	for line := range strings.Lines(help) {
		line = strings.TrimRight(line, "\n")
		m := term.FindStringSubmatch(line)
		command := strings.HasPrefix(line, "  $ ")
		if command != example {
			r.macro(map[bool]string{true: ".PP\n.nf", false: ".fi"}[command])
			example = command
		}
		switch {
		case line == "":
		case command:
			r.macro(code(line))
		case m != nil:
			r.item(`\fB`+code(m[1])+`\fR`, m[2])
		default:
			r.macro(".PP\n" + `\fB` + escaped(line) + `\fR`)
		}
	}
	if example {
		r.macro(".fi")
	}
}

// escaped is prose; code is what may be typed, whose signs stay what they are.
func escaped(text string) string { return strings.ReplaceAll(text, `\`, `\e`) }

func code(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(text)
}
