package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A module is taken apart into what the bundle has of it, and what the bundle has no place
// for is refused.
func TestBundle(t *testing.T) {
	files := func(list ...string) assets {
		a := make(assets)
		for i := 0; i < len(list); i += 2 {
			a[list[i]] = newAsset(list[i], []byte(list[i+1]))
		}
		return a
	}
	leaf := "// Prose.\nconst own = 1;\nexport const two = 2 * own;\nexport function* each() {}\n"
	tests := []struct{ name, app, want, err string }{
		{"names", "import { two as zwei, each } from \"./leaf.js\";\nuse(zwei, each);\n",
			"const $leaf = (() => {\nconst own = 1;\nconst two = 2 * own;\nfunction* each() {}\nreturn { two, each };\n})();\n" +
				"const $app = (() => {\nconst { two: zwei, each } = $leaf;\nuse(zwei, each);\nreturn {  };\n})();\n", ""},
		{"all of it", "import * as leaf from \"./leaf.js\";\nleaf.each();\n", "const leaf = $leaf;\nleaf.each();\n", ""},
		{"comments and blanks", "  // One.\n\t/** Two. */\n/**\n * Three.\n */\n  call(); // four\n/** @type {x} */ (y).z = /** @type {any} */ (5);\n", "{\ncall();\n(y).z = (5);\nreturn", ""},
		{"what is no comment", "const a = \" // b\"; // c\n  const d = `${e} // f\n`;\n", "{\nconst a = \" // b\"; // c\nconst d = `${e} // f\n`;\nreturn", ""},
		{"a template over lines", "const text = `a\n  // b\n  c`;\n  call();\n", "{\nconst text = `a\n  // b\n  c`;\ncall();\nreturn", ""},
		{"what is not there", "import { a } from \"./none.js\";\n", "", "app.js: no module none.js"},
		{"another way to import", "import a from \"./leaf.js\";\n", "", `app.js: the bundle has no place for "import a from \"./leaf.js\";"`},
		{"another way to export", "export let a = 1;\n", "", `app.js: the bundle has no place for "export let a = 1;"`},
		{"half a template", "const a = `;\n", "", "app.js: a template or a comment does not end"},
	}
	script, workers, err := bundle(files("app.js", "go(new URL(\"./deep.js\", import.meta.url));\n"), "app.js")
	if err != nil || !slices.Equal(workers, []string{"deep.js"}) || !strings.Contains(string(script), `new URL("./deep.bundle.js", import.meta.url)`) {
		t.Errorf("a worker: got %s, %v, error %v", script, workers, err)
	}
	for _, tt := range tests {
		got, _, err := bundle(files("app.js", tt.app, "leaf.js", leaf), "app.js")
		if err != nil && err.Error() != tt.err || err == nil && tt.err != "" || !strings.Contains(string(got), tt.want) {
			t.Errorf("%s: got %s, error %v", tt.name, got, err)
		}
	}
}

// Whoever takes gzip gets it, and nobody else.
func TestCompressed(t *testing.T) {
	h := newHandler(http.NotFoundHandler(), new(readiness))
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
