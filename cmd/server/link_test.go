package main

import "testing"

// The page's links, two of them in one real browser, over a wire that loses,
// holds and reorders: testdata/links.js.
func TestLinks(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	p := newBrowser(t).open(between(t, server.url).url + "/healthz")

	// All at once, for most of them wait.
	failures := eval[map[string]string](p, `import("/testdata/links.js").then(async ({ tests }) => {
		const failure = (test) => test().then(() => "", String);
		const names = Object.keys(tests);
		const failures = await Promise.all(names.map((name) => failure(tests[name])));
		return Object.fromEntries(names.map((name, i) => [name, failures[i]]));
	})`)
	if len(failures) == 0 {
		t.Fatal("no tests")
	}
	for name, says := range failures {
		t.Run(name, func(t *testing.T) {
			if says != "" {
				t.Error(says)
			}
		})
	}
}
