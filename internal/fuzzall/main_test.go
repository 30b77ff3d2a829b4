package main

import "testing"

func TestOutOfTime(t *testing.T) {
	const late = "fuzz: elapsed: 2s, execs: 13469 (6668/sec), new interesting: 63 (total: 68)\n--- FAIL: FuzzRequest (2.02s)\n    context deadline exceeded\nFAIL\n"
	for out, want := range map[string]bool{
		late: true,
		"--- FAIL: FuzzX (0.02s)\n    --- FAIL: FuzzX (0.00s)\n        x_test.go:9: got context deadline exceeded\n": false,
		"    --- FAIL: FuzzX (0.00s)\n    context deadline exceeded\nFAIL\n    Failing input written to testdata\n":  false,
		"panic: x\nFAIL\n": false,
	} {
		if got := outOfTime([]byte(out)); got != want {
			t.Errorf("%q: got %t", out, got)
		}
	}
}
