package main

import (
	"bytes"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// Secrets come from a file, the environment or, with a warning, the command
// line; and from one of these.
func TestSecrets(t *testing.T) {
	const ice, bus = "turn:ana:hush@turn.example.org", "redis://:hush@localhost:6379"
	tests := []struct {
		name        string
		args        []string
		env         map[string]string
		file        string // what is in the file "secret"
		secret      string // that is read
		old         string
		redis       string
		ice         []string
		wantExposed string
		wantErr     string
	}{
		{name: "token secret in a file", args: []string{"--token-secret-file=secret"}, file: longSecret + "\n", secret: longSecret},
		{name: "with a byte order mark", args: []string{"--token-secret-file=secret"}, file: "\ufeff" + longSecret + "\r\n", secret: longSecret},
		{name: "with spaces, which are part of it", args: []string{"--token-secret-file=secret"}, file: " a b ", secret: " a b "},
		{name: "in a file that the environment names", env: map[string]string{"TOKEN_SECRET_FILE": "secret"}, file: longSecret, secret: longSecret},
		{name: "in the environment", env: map[string]string{"TOKEN_SECRET": longSecret, "OLD_TOKEN_SECRET": "old", "REDIS_URL": bus, "ICE_SERVERS": ice + ",stun:b"},
			secret: longSecret, old: "old", redis: bus, ice: []string{ice, "stun:b"}},
		{name: "old secret in a file", args: []string{"--old-token-secret-file=secret"}, file: longSecret, old: longSecret},
		{name: "Redis in a file", args: []string{"--redis-file=secret"}, file: bus + "\n", redis: bus},
		{name: "ICE servers in a file", args: []string{"--ice-servers-file=secret"}, file: ice + "\r\nstun:b\n\n", ice: []string{ice, "stun:b"}},
		{name: "on the command line", args: []string{"--token-secret", longSecret, "--old-token-secret=old", "--redis", bus, "--ice-servers", ice},
			secret: longSecret, old: "old", redis: bus, ice: []string{ice}, wantExposed: "token-secret old-token-secret redis ice-servers"},
		{name: "a password among the parameters", args: []string{"--redis=redis://localhost?password=hush"}, redis: "redis://localhost?password=hush", wantExposed: "redis"},
		{name: "nothing secret on the command line", args: []string{"--redis=redis://localhost", "--ice-servers=stun:a", "--port=0"},
			redis: "redis://localhost", ice: []string{"stun:a"}},
		{name: "no such file", args: []string{"--token-secret-file=nowhere"}, wantErr: "--token-secret-file: open nowhere: no such file or directory"},
		{name: "a directory", args: []string{"--token-secret-file=."}, wantErr: "--token-secret-file: read .: is a directory"},
		{name: "an empty file", args: []string{"--redis-file=secret"}, file: "\n", wantErr: "--redis-file secret is empty"},
		{name: "both", args: []string{"--token-secret-file=secret"}, env: map[string]string{"TOKEN_SECRET": "x"}, file: longSecret,
			wantErr: "--token-secret is given, and --token-secret-file too: choose one"},
		{name: "both for ICE servers", args: []string{"--ice-servers-file=secret", "--ice-servers=stun:a"}, file: ice,
			wantErr: "--ice-servers is given, and --ice-servers-file too: choose one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			surroundings(t)
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			if err := os.WriteFile("secret", []byte(tt.file), 0o600); err != nil {
				t.Fatal(err)
			}
			conf, err := parse(io.Discard, tt.args)
			if tt.wantErr != "" {
				if err == nil || err.Error() != tt.wantErr {
					t.Errorf("got %v, want %s", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if conf.Secret != tt.secret || conf.OldSecret != tt.old || conf.Redis != tt.redis || !slices.Equal(conf.ICEServers, tt.ice) {
				t.Errorf("got %q, %q, %q, %q", conf.Secret, conf.OldSecret, conf.Redis, conf.ICEServers)
			}
			if got := strings.Join(conf.exposed, " "); got != tt.wantExposed {
				t.Errorf("warned of %q, want %q", got, tt.wantExposed)
			}
		})
	}
}

// What goes wrong with an address is said without the password in it.
func TestPasswordsAreNotSaid(t *testing.T) {
	for name, args := range map[string][]string{
		"ICE server":                  {"--ice-servers=turn:ana:hush@/"},
		"ICE server without a scheme": {"--ice-servers=ana:hush@example.org"},
		"ICE server of no kind":       {"--ice-servers=hush@example.org"},
		"Redis at no port":            {"--redis=redis://ana:hush@localhost:port", "--token-secret", longSecret},
		"Redis of no kind":            {"--redis=rabbit://ana:hush@localhost", "--token-secret", longSecret},
		"Redis that is no address":    {"--redis=redis://ana:hush@local host", "--token-secret", longSecret},
	} {
		t.Run(name, func(t *testing.T) {
			surroundings(t)
			var out, stderr bytes.Buffer
			if got := run(t.Context(), env{&out, &stderr}, append(args, "--port=0", "--no-stun")); got != exitMisused {
				t.Errorf("got exit status %d, want %d", got, exitMisused)
			}
			if strings.Contains(stderr.String(), "hush") || !strings.Contains(stderr.String(), args[0][:7]) {
				t.Errorf("got %q on standard error", &stderr)
			}
		})
	}
}
