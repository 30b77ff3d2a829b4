package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
)

// A vector is one file of canvas/testdata/vectors; README.md there describes it.
type vector struct {
	Deliver []delivery
	Order   []string
	Entries map[string]string
	Have    map[string]uint32
	Clear   string
	Void    []string
	Len     int
	Digest  string
	Payload string
	Frames  []string
	Proofs  []string
}

type delivery struct {
	Now    uint64 `json:"now,omitempty"`
	From   string `json:"from,omitempty"`
	Lazily bool   `json:"lazily,omitempty"`
	Text   string `json:"text,omitempty"`
	Frame  string `json:"frame,omitempty"`
	Verify bool   `json:"verify,omitempty"`
	Result string `json:"-"`
}

// UnmarshalJSON reads the result too, which the page is not to know.
func (d *delivery) UnmarshalJSON(data []byte) error {
	type bare delivery
	var result struct{ Result string }
	if err := json.Unmarshal(data, (*bare)(d)); err != nil {
		return err
	}
	err := json.Unmarshal(data, &result)
	d.Result = result.Result
	return err
}

// A described is what the page says of a log to which a vector was delivered.
type described struct {
	Results  []string
	Order    []string
	Entries  map[string]string
	Have     map[string]uint32
	Clear    string
	Void     []string
	Len      int
	Digest   string
	Payloads []string
}

// The page takes and refuses what every program is to take and refuse, and its
// log is then what every log is to be.
func TestVectors(t *testing.T) {
	t.Parallel()
	const dir = "../../canvas/testdata/vectors"
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := logPage(t)
	run := 0
	for _, f := range files {
		name, isVector := strings.CutSuffix(f.Name(), ".json")
		if !isVector {
			continue
		}
		run++
		t.Run(name, func(t *testing.T) {
			v := readVector(t, filepath.Join(dir, f.Name()))
			got := p.deliver(v.Deliver)
			if len(got.Results) != len(v.Deliver) || len(v.Deliver) == 0 {
				t.Fatalf("got %d results, want %d", len(got.Results), len(v.Deliver))
			}
			for i, d := range v.Deliver {
				if got.Results[i] != d.Result {
					t.Errorf("%d %.200s%.100s: got %s, want %s", i, d.Text, d.Frame, got.Results[i], d.Result)
				}
			}
			checkVector(t, got, v)
			var frames []delivery
			if v.Clear != "" {
				frames = append(frames, delivery{From: strings.Repeat("A", 43), Text: v.Clear})
			}
			for _, f := range slices.Concat(v.Proofs, v.Frames) {
				frames = append(frames, delivery{Now: canvas.MaxTime, Frame: f})
			}
			checkVector(t, p.deliver(frames), v)
		})
	}
	if want := len(files) - 1; run != want || run < 10 { // all but README.md
		t.Errorf("ran %d vectors, want %d", run, want)
	}
}

func readVector(t *testing.T, file string) (v vector) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *page) deliver(list []delivery) described {
	p.t.Helper()
	if list == nil {
		list = []delivery{}
	}
	return eval[described](p, `import("/testdata/log.js").then(({ vector }) => vector(%s))`, list)
}

// checkVector compares what the page says with what a vector does.
func checkVector(t *testing.T, got described, want vector) {
	t.Helper()
	if !slices.Equal(got.Order, want.Order) {
		t.Errorf("order: got %v, want %v", got.Order, want.Order)
	}
	if want.Entries != nil && !maps.Equal(got.Entries, want.Entries) {
		t.Errorf("entries: got %v, want %v", got.Entries, want.Entries)
	}
	if !maps.Equal(got.Have, want.Have) || got.Len != want.Len || got.Clear != want.Clear || !slices.Equal(got.Void, want.Void) {
		t.Errorf("got have %v, %d live, clear %s, void %v, want %v, %d, %s, %v", got.Have, got.Len, got.Clear, got.Void, want.Have, want.Len, want.Clear, want.Void)
	}
	if got.Digest != want.Digest {
		t.Errorf("digest: got %s, want %s", got.Digest, want.Digest)
	}
	// An empty log has nothing to tell; else it is to fit into one frame.
	if all := strings.Join(got.Payloads, " "); len(got.Payloads) > 0 && all != want.Payload {
		t.Errorf("payload: got %s, want %s", all, want.Payload)
	} else if len(got.Payloads) != len(want.Frames) {
		t.Errorf("got %d frames, want %d", len(got.Payloads), len(want.Frames))
	}
}
