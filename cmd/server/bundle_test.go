package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// modules are files of the page: a name, what is in it, and so on.
func modules(list ...string) assets {
	a := make(assets)
	for i := 0; i < len(list); i += 2 {
		a[list[i]] = newAsset(list[i], []byte(list[i+1]))
	}
	return a
}

// A module is taken apart into what the bundle has of it, and what the bundle has no place
// for is refused.
func TestBundle(t *testing.T) {
	leaf := "// Prose.\nconst own = 1;\nexport const two = 2 * own;\nexport function* each() {}\n"
	tests := []struct{ name, app, want, err string }{
		{"names", "import { two as zwei, each } from \"./leaf.js\";\nuse(zwei, each);\n",
			"const $leaf = (() => {\nconst own = 1;\nconst two = 2 * own;\nfunction* each() {}\nreturn { two, each };\n})();\n" +
				"const $app = (() => {\nconst { two: zwei, each } = $leaf;\nuse(zwei, each);\nreturn {  };\n})();\n", ""},
		{"all of it", "import * as leaf from \"./leaf.js\";\nleaf.each();\n", "const leaf = $leaf;\nleaf.each();\n", ""},
		{"comments and blanks", "  // One.\n\t/** Two. */\n/**\n * Three.\n */\n  call(); // four\n/** @type {x} */ (y).z = /** @type {any} */ (5);\n", "{\ncall();\n(y).z = (5);\nreturn", ""},
		{"what is no comment", "const a = \" // b\"; // c\n  const d = `${e} // f\n`;\n", "{\nconst a = \" // b\"; // c\nconst d = `${e} // f\n`;\nreturn", ""},
		{"a template over lines", "const text = `a\n  // b\n  c`;\n  call();\n", "{\nconst text = `a\n  // b\n  c`;\ncall();\nreturn", ""},
		{"a wait of its own", "await two;\n", "const $app = await (async () => {\nawait two;\nreturn {  };\n})();\n", ""},
		{"something to wait for", "import { two } from \"./leaf.js\";\nexport const all = await two;\n",
			"const $app = await (async () => {\nconst { two } = $leaf;\nconst all = await two;\nreturn { all };\n})();\n", ""},
		{"a name with a dot", "import { two } from \"./leaf.en.js\";\n", "const { two } = $leaf$en;\n", ""},
		{"private names", "class A {\n  #one = \"#one\";\n  static #two = 1;\n  async *#three() {\n    yield this.#one + a?.#two;\n  }\n  get #one2() {}\n}\n",
			"class A {\n#a = \"#one\";\nstatic #b = 1;\nasync *#c() {\nyield this.#a + a?.#b;\n}\nget #d() {}\n}\n", ""},
		{"what is not there", "import { a } from \"./none.js\";\n", "", "app.js: no module none.js"},
		{"another way to import", "import a from \"./leaf.js\";\n", "", `app.js: the bundle has no place for "import a from \"./leaf.js\";"`},
		{"another way to export", "export let a = 1;\n", "", `app.js: the bundle has no place for "export let a = 1;"`},
		{"half a template", "const a = `;\n", "", "app.js: a template or a comment does not end"},
	}
	for _, tt := range tests {
		scripts, err := bundles(modules("app.js", tt.app, "leaf.js", leaf, "leaf.en.js", leaf), "app.js")
		got := string(scripts["app.bundle.js"])
		if err != nil && err.Error() != tt.err || err == nil && tt.err != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %s, error %v", tt.name, got, err)
		}
	}
}

// A worker has a script of its own, with all that it needs.
func TestWorkerBundle(t *testing.T) {
	app := "import { two } from \"./leaf.js\";\ngo(new URL(\"./deep.js\", import.meta.url), two);\n"
	deep := "import { two } from \"./leaf.js\";\npostMessage(two);\n"
	scripts, err := bundles(modules("app.js", app, "deep.js", deep, "leaf.js", "export const two = 2;\n"), "app.js")
	if err != nil || !strings.Contains(string(scripts["app.bundle.js"]), `new URL("./deep.bundle.js", import.meta.url)`) ||
		!strings.Contains(string(scripts["deep.bundle.js"]), "const $leaf = (") {
		t.Errorf("got %s, error %v", scripts, err)
	}
}

// What is imported on demand has a script of its own, which takes from the page's what is
// there already. Its name changes with both.
func TestBundleOnDemand(t *testing.T) {
	const app = "import { two } from \"./leaf.js\";\nimport(\"./late.js\").then(({ late }) => late(two));\n"
	const late = "import { two } from \"./leaf.js\";\nimport { own } from \"./own.js\";\nexport function late() {}\nexport const more = own + two;\n"
	files := func(app, late, leaf string) assets {
		return modules("app.js", app, "late.js", late, "leaf.js", leaf, "own.js", "export const own = 1;\n")
	}
	const leaf = "export const two = 2;\n"
	named := func(files assets) (name, script, page string) {
		t.Helper()
		scripts, err := bundles(files, "app.js")
		if err != nil || len(scripts) != 2 {
			t.Fatalf("got %s, error %v", scripts, err)
		}
		for name, script := range scripts {
			if name != "app.bundle.js" {
				return name, string(script), string(scripts["app.bundle.js"])
			}
		}
		return "", "", ""
	}
	name, script, page := named(files(app, late, leaf))
	want := "import { $leaf } from \"./app.bundle.js\";\nconst $own = (() => {\nconst own = 1;\nreturn { own };\n})();\n" +
		"const $late = (() => {\nconst { two } = $leaf;\nconst { own } = $own;\nfunction late() {}\nconst more = own + two;\nreturn { late, more };\n})();\n" +
		"export const { late, more } = $late;\n"
	if script != want {
		t.Errorf("got %s, want %s", script, want)
	}
	if !strings.Contains(page, `import("./`+name+`").then(`) || !strings.HasSuffix(page, "\nexport { $leaf };\n") || !strings.HasPrefix(name, "late.") {
		t.Errorf("%s: got %s", name, page)
	}
	for what, other := range map[string]assets{
		"late": files(app, strings.Replace(late, "{}", "{ own; }", 1), leaf),
		"leaf": files(app, late, "export const two = 3;\n"),
	} {
		if again, _, _ := named(other); again == name {
			t.Errorf("with another %s, it has the same name", what)
		}
	}

	for _, tt := range []struct{ app, late, err string }{
		{"import(\"./none.js\");\n", late, "no module none.js"},
		{"import { own } from \"./own.js\";\nimport(\"./own.js\");\n", late, "own.js is in the page already: nothing is to be demanded"},
		{"import(\"./late.js\");\nimport(\"./own.js\");\n", late, "own.js would be twice in the page, for late.js and for own.js: let app.js import it"},
		{app, "import(\"./own.js\");\n", "late.js: what comes on demand demands nothing"},
	} {
		if _, err := bundles(files(tt.app, tt.late, leaf), "app.js"); err == nil || err.Error() != tt.err {
			t.Errorf("%s: got %v, want %s", tt.app, err, tt.err)
		}
	}
}

// Whoever takes gzip gets it, and nobody else.
func TestCompressed(t *testing.T) {
	h := newHandler(http.NotFoundHandler(), new(health))
	for accept, want := range map[string]bool{"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "identity": false, "x-gzip": false} {
		r := httptest.NewRequest("GET", "/static/"+bundleFile, nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		body := w.Body.Bytes()
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != want || w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: got compressed %v, %v", accept, got, w.Header())
		}
		if want {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(body, loadAssets()[bundleFile].data) {
			t.Errorf("%q: got another file", accept)
		}
		again := httptest.NewRecorder()
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		if h.ServeHTTP(again, r); again.Code != http.StatusNotModified {
			t.Errorf("%q, again: got %d", accept, again.Code)
		}
	}
}

// The page comes in few requests, and few bytes.
func TestFirstVisitIsSmall(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).open("about:blank")
	var mu sync.Mutex
	requests, size := 0, 0.
	if err := chromedp.Listen(p.ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			requests++
		case *network.EventLoadingFinished:
			size += ev.EncodedDataLength
		}
	}); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.Navigate(server.url + "/studio"))
	p.wait(connected)
	mu.Lock()
	defer mu.Unlock()
	t.Logf("%d requests, %.0f bytes", requests, size)
	if requests > 25 || size > 100<<10 || size < 10<<10 {
		t.Errorf("got %d requests and %.0f bytes, want at most 25 and 100 KiB", requests, size)
	}
}

// The style sheet that browsers load has the rules of those that people write.
func TestPlainSheet(t *testing.T) {
	t.Parallel()
	p := modulePage(t)
	const rules = `Promise.all(%s.map((file) => fetch("/static/" + file).then((response) => response.text()))).then((texts) => {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(texts.join("\n"));
		return [...sheet.cssRules].map((rule) => rule.cssText.replaceAll(", ", ",")).join("\n"); // what variables hold, it keeps as it is
	})`
	want := eval[string](p, rules, []string{"style.css", "panels.css"})
	if got := eval[string](p, rules, []string{sheetFile}); got != want || len(want) < 10000 {
		t.Errorf("got %d bytes of rules, want %d", len(got), len(want))
	}
}
