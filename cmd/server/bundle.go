package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// bundleFile has all modules of the page: one request instead of a hundred, of which
// each would have to come before the next can be asked for.
var bundleFile = bundleName("app.js")

// sheetFile has all styles of the page.
const sheetFile = "page.css"

var remarkForm = regexp.MustCompile(`\s*/\*[^*]*\*/|(?m)^\s+`)

// plainSheet is a style sheet without comments and indentation.
func plainSheet(css []byte) []byte { return remarkForm.ReplaceAll(css, nil) }

// bundleName is the name of the file that has a module and all that it imports.
func bundleName(module string) string { return strings.TrimSuffix(module, ".js") + ".bundle.js" }

// The forms in which the page's modules import and export, each on a line of its own.
var (
	importForm = regexp.MustCompile(`^import (?:(\{[^}]*\})|\* as (\w+)) from "\./([\w.]+)";\n$`)
	exportForm = regexp.MustCompile(`^export ((?:async )?function\*?|class|const) (\w+)`)
	castForm   = regexp.MustCompile(`/\*\* @type \{[^*]*\} \*/ `)
	workerForm = regexp.MustCompile(`new URL\("\./(\w+\.js)", import\.meta\.url\)`)
	renameForm = regexp.MustCompile(`(\w+) as (\w+)`)
)

// bundle makes one script of a module and of all that it imports, directly or not. Each
// module becomes a function that is called once, in the order of their imports, which do
// not go in circles (imports.js makes sure of that), and gives what it exports. Comments
// and indentation are left out. The workers are the modules that it starts as such, whose
// bundles it asks for.
func bundle(files assets, entry string) (script []byte, workers []string, err error) {
	b := bundler{files: files, done: make(map[string]bool)}
	if err := b.add(entry); err != nil {
		return nil, nil, err
	}
	script = workerForm.ReplaceAllFunc([]byte(b.text.String()), func(form []byte) []byte {
		worker := string(workerForm.FindSubmatch(form)[1])
		workers = append(workers, worker)
		return fmt.Appendf(nil, `new URL("./%s", import.meta.url)`, bundleName(worker))
	})
	return script, workers, nil
}

type bundler struct {
	files assets
	done  map[string]bool
	text  strings.Builder
}

// add adds a module behind those that it imports.
func (b *bundler) add(name string) error {
	if b.done[name] {
		return nil
	}
	b.done[name] = true
	file, ok := b.files[name]
	if !ok {
		return fmt.Errorf("no module %s", name)
	}
	m := module{imports: b.add}
	for line := range strings.Lines(string(file.data)) {
		if err := m.line(line); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if m.inTemplate || m.inComment {
		return fmt.Errorf("%s: a template or a comment does not end", name)
	}
	fmt.Fprintf(&b.text, "const %s = (() => {\n%sreturn { %s };\n})();\n", moduleName(name), &m.code, strings.Join(m.exports, ", "))
	return nil
}

// A module is read a line at a time.
type module struct {
	imports               func(name string) error
	code                  strings.Builder
	exports               []string
	inTemplate, inComment bool // at the beginning of the line
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
		m.code.WriteString(withoutRemark(bare))
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

// bind takes a line that imports or exports.
func (m *module) bind(line string) error {
	if part := exportForm.FindStringSubmatch(line); part != nil {
		m.exports = append(m.exports, part[2])
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
	return "$" + strings.TrimSuffix(path.Base(file), ".js")
}
