package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// What the files for containers say of the server is so: its flags, its variables,
// its ports, and the files that they name. No container runs here.
func TestContainers(t *testing.T) {
	all := settings(t)
	t.Chdir(filepath.Join("..", ".."))
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join("docs", "deploy", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	// find returns what a pattern finds, so many times at least.
	find := func(text, pattern string, least int) (found []string) {
		t.Helper()
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			found = append(found, m[1])
		}
		if len(found) < least {
			t.Fatalf("got %q for %s, want %d of them", found, pattern, least)
		}
		return found
	}
	container, compose := read("Containerfile"), read("compose.yaml")

	var line []string
	if err := json.Unmarshal([]byte(find(container, `(?m)^ENTRYPOINT (.+)$`, 1)[0]), &line); err != nil || line[0] != "/bin/drawmesh-server" {
		t.Errorf("got the command line %q, %v", line, err)
	}
	var conf config
	parser, err := newParser(io.Discard, &conf)
	if err == nil {
		_, err = parser.Parse(line[1:])
	}
	if err != nil {
		t.Errorf("the server does not take %q: %v", line[1:], err)
	}
	if got := find(container, `(?m)^EXPOSE (.+)$`, 1)[0]; got != "8081/tcp 3478/tcp 3478/udp" || conf.Port != 8081 || conf.Stun != ":3478" {
		t.Errorf("got the ports %s, and the server is at %d and %s", got, conf.Port, conf.Stun)
	}

	var known []string
	for _, f := range all {
		known = append(known, f.Envs...)
	}
	for _, name := range append(find(compose, `(?m)^    ([A-Z_]+): `, 3), find(container, `-e ([A-Z_]+)=`, 2)...) {
		if !slices.Contains(known, name) {
			t.Errorf("the server has no setting %s", name)
		}
	}
	files := append(find(compose, `dockerfile: (\S+)`, 1), find(container, `(?m)^COPY (go\.\w+) `, 1)...)
	for _, name := range find(compose, `"\./([^:"]+):`, 1) {
		files = append(files, filepath.Join("docs", "deploy", name))
	}
	for _, name := range files {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range find(read("nginx-servers.conf"), `(?m)^    server (\w+):8081;`, 2) {
		if !regexp.MustCompile(`(?m)^  ` + name + `:\n    <<: \*server$`).MatchString(compose) {
			t.Errorf("compose.yaml has no server %s", name)
		}
	}
}
