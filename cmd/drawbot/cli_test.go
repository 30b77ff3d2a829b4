package main

import (
	"fmt"
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
