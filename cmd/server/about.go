package main

import (
	"github.com/alecthomas/kong"

	"drawmesh/internal/manual"
	"drawmesh/internal/version"
)

// manFlag prints the manual page, for those who install the program.
type manFlag bool

// BeforeReset is called by kong when the flag is given.
func (manFlag) BeforeReset(kctx *kong.Context) error {
	from := version.Own()
	err := manual.Man(kctx.Stdout, manual.Page{
		Program: kctx.Model.Node, Does: "serve drawing rooms",
		Version: from.Version, Date: from.Date, End: func(*kong.Node) string { return examples },
	})
	if err != nil {
		return err
	}
	return manual.ErrAnswered
}

// envFlag prints a file of all settings, as .env or --config has them.
type envFlag bool

// BeforeReset is called by kong when the flag is given.
func (envFlag) BeforeReset(kctx *kong.Context) error {
	if err := manual.Env(kctx.Stdout, kctx.Model.Node); err != nil {
		return err
	}
	return manual.ErrAnswered
}
