package main

import (
	"fmt"

	"github.com/alecthomas/kong"

	"drawmesh/internal/manual"
	"drawmesh/internal/version"
)

// versionFlag prints the version.
type versionFlag bool

// BeforeReset is called by kong when the flag is given.
func (versionFlag) BeforeReset(kctx *kong.Context) error {
	if _, err := fmt.Fprintln(kctx.Stdout, kctx.Model.Name, version.Own()); err != nil {
		return err
	}
	return errAnswered
}

// manFlag prints the manual page, for those who install the program.
type manFlag bool

// BeforeReset is called by kong when the flag is given.
func (manFlag) BeforeReset(kctx *kong.Context) error {
	from := version.Own()
	err := manual.Man(kctx.Stdout, manual.Page{
		Program: kctx.Model.Node, Does: "take part in drawing rooms",
		Version: from.Version, Date: from.Date, End: helpEnd,
	})
	if err != nil {
		return err
	}
	return errAnswered
}

// completionFlag prints what a shell needs to complete command lines.
type completionFlag string

// BeforeReset is called by kong when the flag is given.
func (completionFlag) BeforeReset(kctx *kong.Context, at *kong.Path) error {
	shell := string(kctx.FlagValue(at.Flag).(completionFlag))
	if err := manual.Completion(kctx.Stdout, shell, kctx.Model.Node); err != nil {
		return fmt.Errorf("--completion: %w", err)
	}
	return errAnswered
}
