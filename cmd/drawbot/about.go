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
		Program: kctx.Model.Node, Does: "take part in drawing rooms",
		Version: from.Version, Date: from.Date, End: helpEnd,
	})
	if err != nil {
		return err
	}
	return manual.ErrAnswered
}
