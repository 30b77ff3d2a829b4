package script

import (
	"slices"
	"strings"

	"go.starlark.net/syntax"
)

// kinds are what there is to hear of. Missed stands where events are missing.
var kinds = []string{"stroke", "rect", "clear", "undo", "redo", "join", "leave", "missed"}

// An interest is what of a room a bot may ask for. It is read off the program's
// text, so that a bot hears of it from the moment it joins, and not only from the
// moment it asks; and a bot that asks for nothing is told of nothing.
type interest struct {
	kinds []string // all if it is everything
	old   bool     // also what was drawn before
}

func (i interest) in(kind string) bool { return slices.Contains(i.kinds, kind) }

// A part of a program's text asks for events, and names what it may call.
type part struct {
	asks  interest
	names []string
}

// interests are those of a program's parts: of its functions, by name, and of what
// is outside of them, which concerns all bots.
type interests struct {
	functions map[string]*part
	outside   part
}

// interestsOf finds what the calls of next in a file ask for. Where the text does
// not say, that is everything.
func interestsOf(file *syntax.File) (interests, error) {
	all := interests{functions: make(map[string]*part)}
	for _, stmt := range file.Stmts {
		to := &all.outside
		if def, ok := stmt.(*syntax.DefStmt); ok {
			if to = all.functions[def.Name.Name]; to == nil {
				to = new(part)
				all.functions[def.Name.Name] = to
			}
		}
		if err := to.read(stmt); err != nil {
			return all, err
		}
	}
	return all, nil
}

// of is what a bot hears that calls a function: what that asks for, and whatever
// it names, and so on.
func (all interests) of(function string) interest {
	if all.functions[function] == nil {
		return interest{kinds: kinds, old: true} // a lambda, say
	}
	sum, names := all.outside.asks, append([]string{function}, all.outside.names...)
	seen := make(map[string]bool)
	for len(names) > 0 {
		name := names[len(names)-1]
		names = names[:len(names)-1]
		if p := all.functions[name]; p != nil && !seen[name] {
			seen[name] = true
			sum.kinds, sum.old = slices.Concat(sum.kinds, p.asks.kinds), sum.old || p.asks.old
			names = append(names, p.names...)
		}
	}
	return sum
}

// read adds what a statement asks for and names. That of which a scenario is made
// does not concern the others.
func (p *part) read(stmt syntax.Stmt) (wrong error) {
	called, apart := make(map[syntax.Node]bool), make(map[syntax.Node]bool)
	everything := func() { p.asks = interest{kinds: kinds, old: true} }
	syntax.Walk(stmt, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			switch fn := n.Fn.(type) {
			case *syntax.DotExpr:
				if fn.Name.Name == "next" {
					called[fn] = true
					if err := p.asks.ask(n.Args); err != nil && wrong == nil {
						wrong = err
					}
				}
			case *syntax.Ident:
				if fn.Name == "scenario" && len(n.Args) > 0 {
					apart[n.Args[0]] = true
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
			if !apart[n] {
				p.names = append(p.names, n.Name)
			}
		}
		return true
	})
	return wrong
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
