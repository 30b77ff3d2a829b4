package main

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The forms in which the page's modules import and export, each on a line of its own.
var (
	importForm = regexp.MustCompile(`^import (?:(\{[^}]*\})|\* as (\w+)) from "\./([\w.]+)";\n$`)
	exportForm = regexp.MustCompile(`^export ((?:async )?function\*?|class|const) (\w+)`)
	awaitForm  = regexp.MustCompile(`^export const \w+ = await `)
	castForm   = regexp.MustCompile(`/\*\* @type \{[^*]*\} \*/ `)
	renameForm = regexp.MustCompile(`(\w+) as (\w+)`)
)

// privateForm is a private name where it is used, or declared at the beginning of a line.
var privateForm = regexp.MustCompile(`(\.|^(?:(?:static|async|get|set) )*\*?)#(\w+)`)

// A module is read a line at a time.
type module struct {
	imports               func(name string) error
	code                  strings.Builder
	exports               []string
	awaits                bool              // something, before it is done
	private               map[string]string // names, and the short ones that they have instead
	inTemplate, inComment bool              // at the beginning of the line
}

func (m *module) line(line string) error {
	bare := strings.TrimLeft(line, " \t")
	switch {
	case m.inTemplate:
		m.code.WriteString(line)
	case m.inComment || strings.HasPrefix(bare, "/**"):
		m.inComment = !strings.Contains(bare, "*/")
		if !m.inComment && !strings.HasSuffix(bare, "*/\n") { // a cast, with what it is of
			m.code.WriteString(withoutRemark(bare))
		}
		return nil
	case strings.HasPrefix(bare, "//"):
		return nil
	case strings.HasPrefix(line, "import ") || strings.HasPrefix(line, "export "):
		if err := m.bind(line); err != nil {
			return err
		}
	default:
		m.awaits = m.awaits || strings.HasPrefix(line, "await ")
		m.code.WriteString(m.shorten(withoutRemark(bare)))
	}
	m.inTemplate = m.inTemplate != (strings.Count(line, "`")%2 == 1)
	return nil
}

// withoutRemark is a line without casts, and without the comment at its end unless that
// may be in a string.
func withoutRemark(line string) string {
	line = castForm.ReplaceAllString(line, "")
	code, _, found := strings.Cut(line, " // ")
	for _, quote := range []string{`"`, "'", "`"} {
		if !found || strings.Count(code, quote)%2 == 1 {
			return line
		}
	}
	return code + "\n"
}

// shorten is a line with short private names, which nothing outside of the module can tell
// from those that they have.
func (m *module) shorten(line string) string {
	return privateForm.ReplaceAllStringFunc(line, func(name string) string {
		part := privateForm.FindStringSubmatch(name)
		if m.private == nil {
			m.private = make(map[string]string)
		}
		short := m.private[part[2]]
		if short == "" {
			const letters = "abcdefghijklmnopqrstuvwxyz"
			for i := len(m.private); i >= 0; i = i/len(letters) - 1 {
				short = letters[i%len(letters):][:1] + short
			}
			m.private[part[2]] = short
		}
		return part[1] + "#" + short
	})
}

// bind takes a line that imports or exports.
func (m *module) bind(line string) error {
	if part := exportForm.FindStringSubmatch(line); part != nil {
		m.exports = append(m.exports, part[2])
		m.awaits = m.awaits || awaitForm.MatchString(line)
		m.code.WriteString(strings.TrimPrefix(line, "export "))
		return nil
	}
	part := importForm.FindStringSubmatch(line)
	if part == nil {
		return fmt.Errorf("the bundle has no place for %q", strings.TrimSuffix(line, "\n"))
	}
	names := part[2]
	if names == "" {
		names = renameForm.ReplaceAllString(part[1], "$1: $2")
	}
	fmt.Fprintf(&m.code, "const %s = %s;\n", names, moduleName(part[3]))
	return m.imports(part[3])
}

// moduleName is what a module is called in the bundle.
func moduleName(file string) string {
	return "$" + strings.ReplaceAll(strings.TrimSuffix(path.Base(file), ".js"), ".", "$")
}

func moduleNames(files map[string]bool) string {
	var list []string
	for _, file := range slices.Sorted(maps.Keys(files)) {
		list = append(list, moduleName(file))
	}
	return strings.Join(list, ", ")
}
