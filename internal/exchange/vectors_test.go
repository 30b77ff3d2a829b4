package exchange

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"drawmesh/canvas"
)

// The messages of the log's vectors that are of the exchange, and not of the log,
// are taken, refused or unknown as these say.
func TestVectorsOfMessages(t *testing.T) {
	files, err := filepath.Glob("../../canvas/testdata/vectors/*.json")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]int)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v struct {
			Deliver []struct{ Message, Result string }
		}
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		for i, d := range v.Deliver {
			if _, err := canvas.ParseMessage([]byte(d.Message)); d.Message == "" || !errors.Is(err, canvas.ErrUnknown) {
				continue
			}
			got := "control"
			switch _, err := ParseMessage([]byte(d.Message)); {
			case errors.Is(err, canvas.ErrUnknown):
				got = "unknown"
			case err != nil:
				got = "refused"
			}
			seen[got]++
			if got != d.Result {
				t.Errorf("%s %d: %.100s is %s, want %s", filepath.Base(file), i, d.Message, got, d.Result)
			}
		}
	}
	for _, result := range []string{"control", "unknown", "refused"} {
		if seen[result] == 0 {
			t.Errorf("no message of the exchange is %s: the vectors say little", result)
		}
	}
}
