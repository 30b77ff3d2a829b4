package main

import (
	"path/filepath"
	"regexp"
	"testing"
)

// Who wants quiet hears what was missed or failed, and nothing else.
func TestQuiet(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	brief := []string{"load", room, "--quiet", "--bots", "2", "--duration", "200ms", "--ramp", "0s", "--json", filepath.Join(t.TempDir(), "r.json")}
	good := starlark(t, "def bot(bot):\n\tprint('hello')\n\tcheck('fine', True)\n\tcheck('not fine', False)\n")
	failing := starlark(t, "def bot(bot):\n\tfail('broke')\n")
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		says   string // all of it
	}{
		{"load", brief, exitDone, ``},
		{"load_missed", append(brief, "--threshold", "ops.lost==0", "--threshold", "links.lost>0"), exitMissed,
			`drawbot: missed: links\.lost>0 \(got 0\)\n`},
		{"load_misused", append(brief, "--rooms", "7"), exitMisused, "drawbot: --rooms 7: .*\nTry: drawbot load --help\n"},
		{"run_missed", []string{"run", room, good, "--quiet"}, exitMissed, "check not fine: 0 of 1 passed\ndrawbot: missed checks: not fine\n"},
		{"run_failed", []string{"run", room, failing, "--quiet", "--bots", "2"}, exitFailed,
			"(drawbot: evil-[12]: .*broke\n(  at .*\n)+){2}drawbot: 2 of 2 bots failed\n"},
		{"run_check", []string{"run", "--check", good, "--quiet"}, exitDone, ``},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := start(t, nothing(), tt.args...)
			r.wait(t, tt.status)
			if got := r.err.String(); !regexp.MustCompile("^" + tt.says + "$").MatchString(got) {
				t.Errorf("stderr: got %q, want %q", got, tt.says)
			}
			if got := r.out.String(); got != "" {
				t.Errorf("stdout: got %q, want nothing", got)
			}
		})
	}
}
