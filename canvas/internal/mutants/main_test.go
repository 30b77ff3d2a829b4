package main

import (
	"path/filepath"
	"testing"
)

// What the mutants change is still there to be changed.
func TestMutantsApply(t *testing.T) {
	for _, m := range mutants {
		if _, err := m.apply(filepath.Join("..", "..", m.file)); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
	}
}
