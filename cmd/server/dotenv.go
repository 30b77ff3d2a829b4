package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/joho/godotenv"

	"drawmesh/internal/bom"
)

// loadDotenv sets the variables in the file .env that the environment lacks, if
// there is such a file.
func loadDotenv() error {
	const name = ".env"
	text, err := bom.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
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
