package script

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// An Error is something wrong in a program, at a place in its file.
type Error struct {
	Place   string   // file:line:column; empty if it is none of the program's
	Message string   // what is wrong
	Stack   []string // the calls that led there, the outermost first, such as "mirror.star:9:5 in bot"
	Cause   error    // nil if the program's own text is wrong
}

func (e *Error) Error() string {
	if e.Place == "" {
		return e.Message
	}
	return e.Place + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// maxStack bounds how many calls an Error tells of, half of them the outermost.
const maxStack = 20

// failure is an error of a running program, with where it was.
func failure(err error) error {
	var at *starlark.EvalError
	if !errors.As(err, &at) {
		return err
	}
	e := &Error{Message: cut(strings.TrimPrefix(at.Msg, "Starlark computation cancelled: ")), Cause: at.Unwrap()}
	for i, frame := range at.CallStack {
		if frame.Pos.Filename() == "<builtin>" {
			continue
		}
		e.Place = frame.Pos.String()
		switch left := len(at.CallStack) - i; {
		case i < maxStack/2 || left <= maxStack/2:
			e.Stack = append(e.Stack, fmt.Sprintf("%s in %s", frame.Pos, frame.Name))
		case i == maxStack/2:
			e.Stack = append(e.Stack, fmt.Sprintf("and %d calls more", len(at.CallStack)-maxStack))
		}
	}
	return e
}

// maxLine bounds a line that a program says, in bytes.
const maxLine = 1000

// cut is a line that is not too long for people.
func cut(line string) string {
	if len(line) <= maxLine {
		return line
	}
	end := maxLine
	for !utf8.RuneStart(line[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%d bytes more)", line[:end], len(line)-end)
}
