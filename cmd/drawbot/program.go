package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"drawmesh/peer/script"
	"drawmesh/signaling"
)

// loadProgram loads the program in a file. The files beside it are its data.
func loadProgram(ctx context.Context, path string, o script.Options) (*script.Program, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("no regular file")
	}
	var file *os.File
	if err == nil {
		file, err = os.Open(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, causeOnPath(err))
	}
	defer file.Close()
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	o.Files = root.FS()
	return script.Load(ctx, filepath.Base(path), file, o)
}

// programName is what a program is called after its file.
func programName(path string) string {
	base := filepath.Base(path)
	return cmp.Or(signaling.CleanName(strings.TrimSuffix(base, filepath.Ext(base))), "drawbot")
}
