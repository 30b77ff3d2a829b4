package script

import (
	"slices"
	"strings"

	"go.starlark.net/syntax"
)

// kinds are what there is to hear of. Missed stands where events are missing.
var kinds = []string{"stroke", "rect", "clear", "undo", "redo", "join", "leave", "missed"}

// An interest is what of a room a program may ask for. It is read off the
// program's text, so that a bot hears of it from the moment it joins, and not only
// from the moment it asks.
type interest struct {
	kinds []string // all if it is everything
	old   bool     // also what was drawn before
}

func (i interest) in(kind string) bool { return slices.Contains(i.kinds, kind) }

// interestOf finds what the calls of next in a file ask for. Where the text does
// not say, that is everything.
func interestOf(file *syntax.File) (interest, error) {
	var all interest
	var wrong error
	called := make(map[syntax.Node]bool)
	everything := func() { all = interest{kinds: kinds, old: true} }
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			if dot, ok := n.Fn.(*syntax.DotExpr); ok && dot.Name.Name == "next" {
				called[dot] = true
				if err := all.ask(n.Args); err != nil && wrong == nil {
					wrong = err
				}
			}
		case *syntax.DotExpr:
			if n.Name.Name == "next" && !called[n] {
				everything()
			}
		case *syntax.Ident:
			if n.Name == "getattr" {
				everything()
			}
		}
		return true
	})
	return all, wrong
}

// ask adds what a call of next asks for.
func (i *interest) ask(args []syntax.Expr) error {
	named := 0
	for _, arg := range args {
		switch arg := arg.(type) {
		case *syntax.BinaryExpr:
			if key, ok := arg.X.(*syntax.Ident); ok && arg.Op == syntax.EQ {
				i.old = i.old || key.Name == "old" && !isFalse(arg.Y)
				continue
			}
		case *syntax.UnaryExpr:
			if arg.Op == syntax.STARSTAR {
				i.old = true
				continue
			}
		case *syntax.Literal:
			if kind, ok := arg.Value.(string); ok {
				if !slices.Contains(kinds, kind) {
					start, _ := arg.Span()
					return syntax.Error{Pos: start, Msg: badKind(kind)}
				}
				named++
				i.kinds = append(i.kinds, kind)
				continue
			}
		}
		named++
		i.kinds = kinds
	}
	if named == 0 {
		i.kinds = kinds
	}
	return nil
}

func isFalse(e syntax.Expr) bool {
	name, ok := e.(*syntax.Ident)
	return ok && name.Name == "False"
}

func badKind(kind string) string {
	return "there is no event " + cut(kind) + ": there are " + strings.Join(kinds, ", ")
}
