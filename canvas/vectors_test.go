package canvas

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the vectors anew")

// A vector is one file of testdata/vectors; README.md there describes it.
type vector struct {
	Why     string            `json:"why"`
	Deliver []delivery        `json:"deliver"`
	Order   []string          `json:"order"`
	Entries map[string]string `json:"entries,omitempty"`
	Have    map[string]uint32 `json:"have"`
	Dead    map[string]uint32 `json:"dead"`
	Len     int               `json:"len"`
	Sum     string            `json:"sum"`
	Payload string            `json:"payload"`
	Frames  []string          `json:"frames"`
}

type delivery struct {
	From    string `json:"from,omitempty"`
	Message string `json:"message,omitempty"`
	Frame   string `json:"frame,omitempty"`
	Result  string `json:"result"`
}

// result names what became of a delivery.
func result(err error) string {
	var gap *GapError
	switch {
	case err == nil:
		return "taken"
	case errors.Is(err, ErrDuplicate):
		return "duplicate"
	case errors.As(err, &gap):
		return "gap"
	case errors.Is(err, ErrUnknown):
		return "unknown"
	}
	return "refused"
}

// take does with d what a peer does.
func take(l *Log, d delivery) (string, error) {
	if d.Message == "" {
		frame, err := hex.DecodeString(d.Frame)
		if err != nil {
			return "", err
		}
		_, err = l.Merge(frame)
		return result(err), err
	}
	m, err := ParseMessage([]byte(d.Message))
	switch m := m.(type) {
	case nil:
		if errors.Is(err, ErrUnknown) && controls(d.Message) {
			return d.Result, nil // those who read it judge it by these vectors, too
		}
		return result(err), err
	case Entry:
		if m.Site == (Site{}) {
			m.Site = Site([]byte(d.From))
		}
		_, err = l.Add(m)
		return result(err), err
	}
	return "plain", nil
}

// controls reports whether a message is not about the drawing, but of the
// exchange.
func controls(message string) bool {
	var m struct{ Event any }
	_ = json.Unmarshal([]byte(message), &m) // what is no JSON is not unknown
	return slices.Contains([]any{"have", "want", "sums", "ping", "bye"}, m.Event)
}

func TestVectors(t *testing.T) {
	if *update {
		for name, v := range makeVectors(t) {
			writeVector(t, name, v)
		}
	}
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var v vector
			if err := json.Unmarshal(data, &v); err != nil {
				t.Fatal(err)
			}
			l := NewLog(Site{})
			for i, d := range v.Deliver {
				if got, err := take(l, d); got != d.Result {
					t.Errorf("%d %s%.100s: got %s (%v), want %s", i, d.Message, d.Frame, got, err, d.Result)
				}
			}
			checkVector(t, l, &v)
			fresh := NewLog(Site{})
			for _, f := range v.Frames {
				if got, err := take(fresh, delivery{Frame: f}); got != "taken" {
					t.Errorf("own frame: %v", err)
				}
			}
			checkVector(t, fresh, &v)
		})
	}
}

// checkVector compares a log with what a vector says.
func checkVector(t *testing.T, l *Log, v *vector) {
	t.Helper()
	got := describe(l)
	if !slices.Equal(got.Order, v.Order) {
		t.Errorf("order: got %v, want %v", got.Order, v.Order)
	}
	for name, text := range v.Entries {
		if got.Entries[name] != text {
			t.Errorf("%s: got %s, want %s", name, got.Entries[name], text)
		}
	}
	if !maps.Equal(got.Have, v.Have) || !maps.Equal(got.Dead, v.Dead) || got.Len != v.Len {
		t.Errorf("got have %v, dead %v, %d live, want %v, %v, %d", got.Have, got.Dead, got.Len, v.Have, v.Dead, v.Len)
	}
	if got.Sum != v.Sum {
		t.Errorf("sum: got %s, want %s", got.Sum, v.Sum)
	}
	if got.Payload != v.Payload {
		t.Errorf("payload: got %s, want %s", got.Payload, v.Payload)
	}
}

func describe(l *Log) vector {
	v := vector{
		Order: []string{}, Entries: map[string]string{}, Have: plainVector(l.Have()), Dead: plainVector(l.Dead()),
		Len: l.Len(), Sum: fmt.Sprintf("%v", l.Sum()),
	}
	for e := range l.Paint(Key{}) {
		v.Order = append(v.Order, fmt.Sprintf("%s %d", e.Site, e.N))
	}
	for e := range l.Lacking(nil) {
		v.Entries[fmt.Sprintf("%s %d", e.Site, e.N)] = string(AppendMessage(nil, e))
	}
	parts := l.payload(l.gone(Vector{}, Vector{}), l.collect(l.Dead(), 1e6))
	v.Payload = hex.EncodeToString(slices.Concat(parts...))
	for f := range l.Frames(nil, nil) {
		v.Frames = append(v.Frames, hex.EncodeToString(f))
	}
	return v
}

func plainVector(v Vector) map[string]uint32 {
	plain := make(map[string]uint32, len(v))
	for s, n := range v {
		plain[s.String()] = n
	}
	return plain
}

// writeVector fills in what v must give, as far as the oracles agree with it.
func writeVector(t *testing.T, file string, v *vector) {
	t.Helper()
	l := NewLog(Site{})
	var o oracle
	for _, d := range v.Deliver {
		got, err := take(l, d)
		if got != d.Result {
			t.Errorf("%s: %s%.100s: got %s (%v), want %s", file, d.Message, d.Frame, got, err, d.Result)
		}
	}
	for e := range l.Lacking(nil) {
		o.made(l, e)
	}
	live := o.live(l.Have(), nil)
	if got, want := l.Sum(), Sum(o.sum(live)); got != want {
		t.Errorf("%s: sum: got %v, want %v", file, got, want)
	}
	var painted []Entry
	for e := range l.Paint(Key{}) {
		painted = append(painted, e)
	}
	if err := compare(painted, o.visible(live)); err != nil {
		t.Errorf("%s: %v", file, err)
	}
	full := describe(l)
	full.Why, full.Deliver = v.Why, v.Deliver
	if len(full.Entries) > 50 {
		full.Entries = nil
	}
	data, err := json.MarshalIndent(full, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, '\n')
	if err := os.WriteFile("testdata/vectors/"+file+".json", data, 0o666); err != nil {
		t.Fatal(err)
	}
}
