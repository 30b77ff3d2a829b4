package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"

	"drawmesh/internal/bom"
)

// configFlag names the file of settings. It is read before kong looks into the
// environment.
type configFlag string

// BeforeReset is called by kong when the flag is given, and also when it is not.
func (configFlag) BeforeReset(kctx *kong.Context, at *kong.Path) error {
	name, given := ".env", slices.ContainsFunc(kctx.Path, func(p *kong.Path) bool { return p.Flag == at.Flag })
	if given {
		name = string(kctx.FlagValue(at.Flag).(configFlag))
	}
	if name == "none" {
		return nil
	}
	err := loadDotenv(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !given:
		return nil
	case err != nil && given:
		return fmt.Errorf("--config: %w", err)
	}
	return err
}

// loadDotenv sets the variables in a file that the environment lacks.
func loadDotenv(name string) error {
	text, err := bom.ReadFile(name)
	if err != nil {
		return err
	}
	values, err := godotenv.Parse(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for key, value := range values {
		if _, given := os.LookupEnv(key); !given {
			if err := os.Setenv(key, value); err != nil {
				return fmt.Errorf("%s: %s: %w", name, key, err)
			}
		}
	}
	return nil
}
