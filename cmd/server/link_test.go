package main

import "testing"

// The page's links, two of them in one real browser, over a wire that loses,
// holds and reorders: testdata/links.js.
func TestLinks(t *testing.T) {
	t.Parallel()
	runTests(t, "links.js")
}

// What a page shows of plain peers before it is logged: testdata/provisional.js.
func TestProvisional(t *testing.T) {
	t.Parallel()
	runTests(t, "provisional.js")
}

// Whoever floods the page: testdata/floods.js.
func TestFloodsOfAPage(t *testing.T) {
	t.Parallel()
	runTests(t, "floods.js")
}

// runTests runs the tests that a file of testdata exports, on a page.
func runTests(t *testing.T, file string) {
	p := logPage(t)
	// All at once, for most of them wait.
	failures := eval[map[string]string](p, `import("/testdata/" + %s).then(async ({ tests }) => {
		const failure = async (test) => test();
		const names = Object.keys(tests);
		const failures = await Promise.all(names.map((name) => failure(tests[name]).then(() => "", (error) => error.stack)));
		return Object.fromEntries(names.map((name, i) => [name, failures[i]]));
	})`, file)
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
