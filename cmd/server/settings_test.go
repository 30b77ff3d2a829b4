package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// settings are the server's flags, but for those that only answer or say where
// settings are.
func settings(t testing.TB) (flags []*kong.Flag) {
	t.Helper()
	parser, err := newParser(io.Discard, new(config))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range parser.Model.Flags {
		if !f.Hidden && !slices.Contains([]string{"help", "version", "config"}, f.Name) {
			flags = append(flags, f)
		}
	}
	return flags
}

// example is a value of a flag that is not its default.
func example(f *kong.Flag) string {
	switch f.Target.Interface().(type) {
	case bool:
		return "true"
	case int, uint16:
		return "77"
	case time.Duration:
		return "77s"
	case size:
		return "77MB"
	}
	return "a,b"
}

// Each setting comes to the same by its flag, its variable, and a file of these;
// a flag goes before a variable, which goes before the file.
func TestEverySettingIsAVariable(t *testing.T) {
	surroundings(t)
	file := filepath.Join(t.TempDir(), "drawmesh.env")
	read := func(t *testing.T, args ...string) config {
		t.Helper()
		var conf config
		parser, err := newParser(io.Discard, &conf)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(args); err != nil {
			t.Fatal(err)
		}
		conf.Config = ""
		return conf
	}
	write := func(t *testing.T, name, value string) {
		t.Helper()
		if err := os.WriteFile(file, fmt.Appendf(nil, "%s=%s\n", name, value), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plain := read(t)
	for _, f := range settings(t) {
		t.Run(f.Name, func(t *testing.T) {
			if len(f.Envs) != 1 {
				t.Fatalf("got the variables %q, want one", f.Envs)
			}
			name, value, flag := f.Envs[0], example(f), "--"+f.Name+"="
			want := read(t, flag+value)
			if reflect.DeepEqual(want, plain) {
				t.Fatalf("%s%s changes nothing", flag, value)
			}
			t.Setenv(name, value)
			if got := read(t); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got %+v, want %+v", name, got, want)
			}
			write(t, name, f.Default)
			if got := read(t, "--config", file); !reflect.DeepEqual(got, want) {
				t.Errorf("%s and a file: got %+v, want %+v", name, got, want)
			}
			os.Unsetenv(name)
			write(t, name, value)
			if got := read(t, "--config", file); !reflect.DeepEqual(got, want) {
				t.Errorf("%s in a file: got %+v, want %+v", name, got, want)
			}
			if f.Default == "" {
				return
			}
			if got := read(t, flag+f.Default, "--config", file); !reflect.DeepEqual(got, plain) {
				t.Errorf("%s in a file and the flag: got %+v, want %+v", name, got, plain)
			}
		})
	}
}

// The file of all settings that the server prints has each, and sets nothing but
// what the server does by itself, once the marks before them are taken away.
func TestPrintedSettings(t *testing.T) {
	surroundings(t)
	var out, said strings.Builder
	if got := run(t.Context(), env{&out, &said}, []string{"--print-env"}); got != exitDone {
		t.Fatalf("got exit status %d and %q, want 0", got, &said)
	}
	var values []string
	for _, f := range settings(t) {
		line := f.Envs[0] + "=" + f.Default
		if !strings.Contains(out.String(), "\n#"+line+"\n") {
			t.Errorf("the file lacks %s", line)
		}
		if f.Default != "" {
			values = append(values, line)
		}
	}
	for line := range strings.Lines(out.String()) {
		if line != "\n" && line[0] != '#' {
			t.Errorf("the file sets %q", line)
		}
	}
	if err := os.WriteFile("all.env", []byte(strings.Join(values, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	plain, err := parse(io.Discard, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := parse(io.Discard, []string{"--config", "all.env"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Config = plain.Config; !reflect.DeepEqual(got, plain) {
		t.Errorf("got %+v, want %+v", got, plain)
	}
}

// TestSettingsPage compares docs/server.md with what --help says.
func TestSettingsPage(t *testing.T) {
	var want strings.Builder
	for _, f := range settings(t) {
		value := ""
		if !f.IsBool() {
			value = " " + f.FormatPlaceHolder()
		}
		fmt.Fprintf(&want, "| `--%s%s` | `%s` | %s |\n", f.Name, value, strings.Join(f.Envs, "`, `"), f.Help)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "server.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| flag | variable | |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	if got := strings.TrimSuffix(table, "\n") + "\n"; got != want.String() {
		t.Errorf("docs/server.md has another table than the server; want\n%s", &want)
	}
}
