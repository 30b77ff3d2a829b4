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
		if !slices.Contains([]string{"help", "version", "config"}, f.Name) {
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
