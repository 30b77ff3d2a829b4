package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"strings"
)

// bundleFile has all modules of the page: one request instead of a hundred, of which
// each would have to come before the next can be asked for.
var bundleFile = bundleName("app.js")

// sheetFile has all styles of the page.
const sheetFile = "page.css"

var (
	remarkForm = regexp.MustCompile(`\s*/\*[^*]*\*/`)
	blankForm  = regexp.MustCompile(`\s*(\{)\s+|([};,:])\s+`)
)

// plainSheet is a style sheet without comments and blanks that separate nothing.
func plainSheet(css []byte) []byte {
	return blankForm.ReplaceAll(remarkForm.ReplaceAll(css, nil), []byte("$1$2"))
}

// bundleName is the name of the file that has a module and all that it imports.
func bundleName(module string) string { return strings.TrimSuffix(module, ".js") + ".bundle.js" }

// The forms in which a module asks for a worker, and for a module when that is needed: of
// these, demand.js asks again.
var (
	workerForm = regexp.MustCompile(`new URL\("\./(\w+\.js)", import\.meta\.url\)`)
	demandForm = regexp.MustCompile(`\b(import|demand)\("\./([\w.]+\.js)"`)
)

// bundles makes the scripts of the page, by the names of their files: one of a module
// and of all that it imports, directly or not; one for each worker that is started; and one
// for each module that is imported on demand.
//
// Each module becomes a function that is called once, in the order of their imports, which
// do not go in circles (imports.js makes sure of that), and gives what it exports. Comments
// and indentation are left out.
func bundles(files assets, entry string) (map[string][]byte, error) {
	page := newBundler(files, nil)
	if err := page.add(entry); err != nil {
		return nil, err
	}
	scripts := make(map[string][]byte)
	script := page.text.String()
	lent := make(map[string]bool)
	owners := make(map[string]string)
	for _, form := range demandForm.FindAllStringSubmatch(script, -1) {
		module := form[2]
		if _, ok := page.exports[module]; ok {
			return nil, fmt.Errorf("%s is in the page already: nothing is to be demanded", module)
		}
		b := newBundler(files, page.exports)
		if err := b.add(module); err != nil {
			return nil, err
		}
		for name := range b.exports {
			if owner := owners[name]; owner != "" && owner != module {
				return nil, fmt.Errorf("%s would be twice in the page, for %s and for %s: let %s import it", name, owner, module, entry)
			}
			owners[name] = module
		}
		code := b.demanded(module, entry)
		if demandForm.MatchString(code) {
			return nil, fmt.Errorf("%s: what comes on demand demands nothing", module)
		}
		maps.Copy(lent, b.borrowed)
		// Of another server, whose page may be another, it is not found.
		sum := sha256.Sum256([]byte(page.text.String() + code))
		file := bundleName(fmt.Sprintf("%s.%x", strings.TrimSuffix(module, ".js"), sum[:4]))
		scripts[file] = []byte(code)
		script = strings.ReplaceAll(script, form[0], form[1]+`("./`+file+`"`)
	}
	if len(lent) > 0 {
		script += "export { " + moduleNames(lent) + " };\n"
	}
	scripts[bundleName(entry)] = []byte(script)
	return scripts, addWorkers(files, scripts)
}

// addWorkers adds the scripts of the workers that scripts start, for which these ask then.
func addWorkers(files assets, scripts map[string][]byte) error {
	for name, script := range maps.Clone(scripts) {
		for _, form := range workerForm.FindAllStringSubmatch(string(script), -1) {
			b := newBundler(files, nil)
			if err := b.add(form[1]); err != nil {
				return err
			}
			scripts[bundleName(form[1])] = []byte(b.text.String())
		}
		scripts[name] = workerForm.ReplaceAllFunc(script, func(form []byte) []byte {
			return fmt.Appendf(nil, `new URL("./%s", import.meta.url)`, bundleName(string(workerForm.FindSubmatch(form)[1])))
		})
	}
	return nil
}

// A bundler makes one script.
type bundler struct {
	files     assets
	elsewhere map[string][]string // modules of another script, which this one borrows instead
	borrowed  map[string]bool
	exports   map[string][]string // of the modules that it has
	text      strings.Builder
}

func newBundler(files assets, elsewhere map[string][]string) *bundler {
	return &bundler{files: files, elsewhere: elsewhere, borrowed: make(map[string]bool), exports: make(map[string][]string)}
}

// demanded is the script of a module that is imported on demand. It has what the page's
// has not, and else that itself: a module is never there twice.
func (b *bundler) demanded(module, entry string) string {
	var head string
	if len(b.borrowed) > 0 {
		head = fmt.Sprintf("import { %s } from \"./%s\";\n", moduleNames(b.borrowed), bundleName(entry))
	}
	return head + b.text.String() + fmt.Sprintf("export const { %s } = %s;\n", strings.Join(b.exports[module], ", "), moduleName(module))
}

// add adds a module behind those that it imports.
func (b *bundler) add(name string) error {
	if _, ok := b.exports[name]; ok {
		return nil
	}
	if _, ok := b.elsewhere[name]; ok {
		b.borrowed[name] = true
		return nil
	}
	b.exports[name] = nil
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
	b.exports[name] = m.exports
	begin := "(() => {"
	if m.awaits {
		begin = "await (async () => {"
	}
	fmt.Fprintf(&b.text, "const %s = %s\n%sreturn { %s };\n})();\n", moduleName(name), begin, &m.code, strings.Join(m.exports, ", "))
	return nil
}
