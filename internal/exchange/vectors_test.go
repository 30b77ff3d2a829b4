package exchange

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

var update = flag.Bool("update", false, "write the vectors anew")

// A scenario is one file of testdata/vectors; README.md there describes it.
type scenario struct {
	Why     string              `json:"why"`
	Start   int64               `json:"start"` // ms since 1970
	Authors map[string]authorOf `json:"authors"`
	Steps   []step              `json:"steps"`
	Have    map[string]uint32   `json:"have"`
	Clear   uint64              `json:"clear"`
	Void    []string            `json:"void"`
	Len     int                 `json:"len"`
	Sum     string              `json:"sum"`
}

// An authorOf says who an author is.
type authorOf struct {
	Seed string      `json:"seed"` // hexadecimal
	Site canvas.Site `json:"site"`
}

type step struct {
	At       int64           `json:"at"` // ms
	Open     signaling.ID    `json:"open,omitempty"`
	Says     json.RawMessage `json:"says,omitempty"`
	Close    signaling.ID    `json:"close,omitempty"`
	Wavers   signaling.ID    `json:"wavers,omitempty"`
	Steady   signaling.ID    `json:"steady,omitempty"`
	Queue    signaling.ID    `json:"queue,omitempty"`
	Bytes    int             `json:"bytes,omitempty"`
	Hear     signaling.ID    `json:"hear,omitempty"`
	Text     string          `json:"text,omitempty"`
	Frame    string          `json:"frame,omitempty"` // hexadecimal
	Draw     string          `json:"draw,omitempty"`
	Stroke   int             `json:"stroke,omitempty"` // for the page, which does not see what goes on where the last segment ended
	First    int             `json:"first,omitempty"`
	Last     int             `json:"last,omitempty"`
	Undo     bool            `json:"undo,omitempty"`
	Redo     bool            `json:"redo,omitempty"`
	Expected *outcome        `json:"expected,omitempty"`
}

// An outcome is all that has come of a scenario since the last one.
type outcome struct {
	Sent   map[string][]any `json:"sent,omitempty"`
	Resets []string         `json:"resets,omitempty"`
	Faults []any            `json:"faults,omitempty"`
	Len    int              `json:"len"` // of the log
	Sum    string           `json:"sum"`
}

// TestVectors plays what the scripts say, and holds what comes of it against the
// files: these are what another implementer goes by.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".json"); scripts[name] == nil {
			t.Errorf("%s: nothing makes it", file)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(scripts)) {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata/vectors", name+".json")
			s := newScript(t)
			scripts[name](s)
			got := written(t, newStage(t, &s.v).play())
			if *update {
				if err := os.WriteFile(file, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lines, expected := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
			for i, line := range lines {
				if i >= len(expected) || line != expected[i] {
					t.Fatalf("line %d: got\n%.2000s\nwant\n%.2000s", i+1, line, slices.Concat(expected, make([]string, len(lines)))[i])
				}
			}
		})
	}
}

// written is a scenario as its file has it, a line for each step.
func written(t *testing.T, v scenario) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	steps := v.Steps
	v.Steps = nil
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	head, tail, _ := strings.Cut(b.String(), `"steps":null`)
	b.Reset()
	fmt.Fprintf(&b, "%s\"steps\":[\n", head)
	for i, s := range steps {
		b.WriteString([]string{"  ", " ,"}[min(i, 1)])
		if err := e.Encode(s); err != nil { // a line each
			t.Fatal(err)
		}
	}
	fmt.Fprintf(&b, "]%s", tail)
	return b.Bytes()
}
