package main

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
)

// A command is the same whether the others are looked at or not.
func TestGrammar(t *testing.T) {
	answer := func(grammar any, args []string) string {
		var out strings.Builder
		parser, err := newParser(grammar, &out)
		if err != nil {
			t.Fatal(err)
		}
		kctx, err := parser.Parse(args)
		if err != nil {
			return fmt.Sprint(out.String(), err)
		}
		return fmt.Sprintf("%s %+v", kctx.Command(), kctx.Selected().Target.Interface())
	}
	names := []string{"", "drw", "help", "version", "--help", "--version"}
	for f := range reflect.TypeFor[cli]().Fields() {
		names = append(names, strings.ToLower(f.Name))
	}
	for _, name := range names {
		for _, rest := range []string{"", "--help", "-h", "--version", "--quite", "studio", "studio x.ndjson", "merge --help", "a b c d e", "studio --server= --for 1s", "-o x.png studio"} {
			args := append([]string{name}, strings.Fields(rest)...)
			if got, want := answer(grammar(name), args), answer(&cli{}, args); got != want {
				t.Errorf("%s %s: got\n%s\nwant\n%s", name, rest, got, want)
			}
		}
	}
	commands := 0
	for f := range reflect.TypeOf(grammar("draw")).Elem().Fields() {
		if _, command := f.Tag.Lookup("cmd"); command {
			commands++
		}
	}
	if commands != 1 {
		t.Errorf("draw is read among %d commands, want it alone", commands)
	}
}

// Words of a command may stand on both sides of flags, and what begins with a dash may
// be a flag's value.
func TestFlagsFirst(t *testing.T) {
	tests := []struct{ args, want string }{
		{"verify a.ndjson --open a.png", "verify --open a.ndjson a.png"},
		{"render a --scale 2 b -o c.png d", "render --scale 2 -o c.png a b d"},
		{"render a -o - --crop -5,-5,9x9", "render -o - --crop=-5,-5,9x9 a"},
		{"draw studio - --at -.5,1", "draw --at=-.5,1 studio -"},
		{"render a --only -k2Gw7 --without -b", "render --only=-k2Gw7 --without=-b a"},
		{"render a --only -o b.png", "render --only -o a b.png"},
		{"render a --only --captions", "render --only --captions a"},
		{"render a -o -1.png", "render -o -1.png a"},
		{"draw studio --sort -1", "draw --sort -1 studio"},
		{"render -o x.png -- -a b", "render -o x.png -- -a b"},
		{"render a --captions -- -b --fps 3", "render --captions -- a -b --fps 3"},
		{"report show a --json b c", "report show --json b a c"},
		{"report sho a --json b", "report sho a --json b"},
		{"render a --fps", "render --fps a"},
		{"render a --frames 3", "render --frames a 3"},
		{"draw --help studio", "draw --help studio"},
		{"--version", "--version"},
		{"drw a --at -1,1", "drw a --at -1,1"},
	}
	for _, tt := range tests {
		args := strings.Fields(tt.args)
		parser, err := newParser(grammar(args[0]), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(flagsFirst(parser.Model.Node, args), " "); got != tt.want {
			t.Errorf("of %q: got %q, want %q", tt.args, got, tt.want)
		}
	}
}
