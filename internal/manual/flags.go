package manual

import (
	"errors"
	"fmt"

	"github.com/alecthomas/kong"

	"drawmesh/internal/version"
)

// ErrAnswered says that the command line only asked the program about itself, and
// has been answered.
var ErrAnswered = errors.New("answered")

// VersionFlag prints the version.
type VersionFlag bool

// BeforeReset is called by kong when the flag is given.
func (VersionFlag) BeforeReset(kctx *kong.Context) error {
	if _, err := fmt.Fprintln(kctx.Stdout, kctx.Model.Name, version.Own()); err != nil {
		return err
	}
	return ErrAnswered
}

// CompletionFlag prints what a shell needs to complete command lines.
type CompletionFlag string

// BeforeReset is called by kong when the flag is given.
func (CompletionFlag) BeforeReset(kctx *kong.Context, at *kong.Path) error {
	shell := string(kctx.FlagValue(at.Flag).(CompletionFlag))
	if err := Completion(kctx.Stdout, shell, kctx.Model.Node); err != nil {
		return fmt.Errorf("--completion: %w", err)
	}
	return ErrAnswered
}
