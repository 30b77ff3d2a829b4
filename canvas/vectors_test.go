package canvas

import (
	"bytes"
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
	Clear   string            `json:"clear,omitempty"`
	Void    []string          `json:"void"`
	Len     int               `json:"len"`
	Digest  string            `json:"digest"`
	Payload string            `json:"payload"`
	Frames  []string          `json:"frames"`
	Proofs  []string          `json:"proofs"`
}

type delivery struct {
	Now    uint64 `json:"now,omitempty"`
	From   string `json:"from,omitempty"`
	Lazily bool   `json:"lazily,omitempty"`
	Text   string `json:"text,omitempty"`
	Frame  string `json:"frame,omitempty"`
	Verify bool   `json:"verify,omitempty"`
	Result string `json:"result"`
}

const vectorNow = 28_600_000_000_000

// receive does with d what a peer does, and names what becomes of it.
func receive(l *Log, d delivery) string {
	now := d.Now
	if now == 0 {
		now = vectorNow
	}
	switch {
	case d.Verify:
		bad, _ := l.Verify()
		return strings.Join(append([]string{"verified"}, siteNames(bad)...), " ")
	case d.Frame != "":
		frame, err := hex.DecodeString(d.Frame)
		if err != nil {
			return err.Error()
		}
		return receiveFrame(l, frame, now)
	}
	return receiveText(l, d, now)
}

func receiveFrame(l *Log, frame []byte, now uint64) string {
	p, err := ParseProof(frame)
	switch {
	case err == nil:
		v, _ := l.TakeProof(p)
		return v.String()
	case !errors.Is(err, ErrUnknown):
		return "damaged"
	}
	m, err := l.Merge(frame, now)
	switch {
	case errors.Is(err, ErrUnknown):
		return "unknown"
	case err != nil:
		return "damaged"
	}
	return mergedText(l, m)
}

// mergedText counts what became of a frame's runs, such as "taken 2 gap 1"; "known"
// is nothing of that.
func mergedText(l *Log, m Merged) string {
	var parts []string
	for _, c := range []struct {
		v Verdict
		n int
	}{{Taken, len(m.Taken)}, {Gap, m.Gaps}, {Early, m.Early}, {Bad, m.Bad}, {Forked, len(m.Proofs)}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%v %d", c.v, c.n))
		}
	}
	for _, p := range m.Proofs {
		l.TakeProof(p)
	}
	if len(parts) == 0 {
		return "known"
	}
	return strings.Join(parts, " ")
}

// receiveText takes what a text message says, a verdict for each run and clear.
func receiveText(l *Log, d delivery, now uint64) string {
	var from PublicKey
	if err := from.UnmarshalText([]byte(d.From)); err != nil {
		return err.Error()
	}
	var entries []Entry
	var steps []func() string
	for line := range bytes.SplitSeq([]byte(d.Text), []byte("\n")) {
		m, err := ParseMessage(line)
		switch {
		case errors.Is(err, ErrUnknown):
			steps = append(steps, func() string { return "unknown" })
			continue
		case err != nil:
			return "refused"
		}
		switch m := m.(type) {
		case Plain:
			steps = append(steps, func() string { return "plain" })
		case Clear:
			steps = append(steps, func() string { v, _ := l.TakeClear(m, now); return v.String() })
		case Entry:
			if len(entries) > 0 && m.Site != entries[0].Site {
				return "refused"
			}
			entries = append(entries, m)
		case Head:
			run := entries
			entries = nil
			if len(run) == 0 || run[0].Site != m.Site || run[len(run)-1].N != m.N {
				return "refused"
			}
			own := m.Site == Site{}
			if own {
				m.Site, m.Key = from.Site(), from
			}
			steps = append(steps, func() string {
				v, _, proof := l.TakeLive(run, m, now, d.Lazily && own)
				if v == Forked {
					l.TakeProof(proof)
				}
				return v.String()
			})
		}
	}
	if len(entries) > 0 {
		return "refused"
	}
	var verdicts []string
	for _, step := range steps {
		verdicts = append(verdicts, step())
	}
	return strings.Join(verdicts, " ")
}

func siteNames(sites []Site) []string {
	names := []string{}
	for _, s := range sites {
		names = append(names, s.String())
	}
	return names
}

func TestVectors(t *testing.T) {
	if *update {
		for name, v := range makeVectors(t) {
			writeVector(t, name, v)
		}
	}
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) < 15 {
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
			l := NewLog(nil)
			for i, d := range v.Deliver {
				if got := receive(l, d); got != d.Result {
					t.Errorf("%d %.300s%.100s: got %s, want %s", i, d.Text, d.Frame, got, d.Result)
				}
			}
			checkVector(t, l, &v)
			fresh := NewLog(nil)
			if v.Clear != "" {
				m, err := ParseMessage([]byte(v.Clear))
				if err != nil {
					t.Fatal(err)
				}
				fresh.TakeClear(m.(Clear), vectorNow)
			}
			for _, f := range slices.Concat(v.Proofs, v.Frames) {
				if got := receive(fresh, delivery{Frame: f, Now: MaxTime}); !strings.HasPrefix(got, "taken") {
					t.Errorf("own frame: %v", got)
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
	if !maps.Equal(got.Have, v.Have) || got.Len != v.Len || got.Clear != v.Clear || !slices.Equal(got.Void, v.Void) {
		t.Errorf("got have %v, %d live, clear %s, void %v, want %v, %d, %s, %v", got.Have, got.Len, got.Clear, got.Void, v.Have, v.Len, v.Clear, v.Void)
	}
	if got.Digest != v.Digest {
		t.Errorf("digest: got %s, want %s", got.Digest, v.Digest)
	}
	if got.Payload != v.Payload {
		t.Errorf("payload: got %s, want %s", got.Payload, v.Payload)
	}
}

func describe(l *Log) vector {
	have := l.Have()
	v := vector{
		Order: []string{}, Entries: map[string]string{}, Have: map[string]uint32{}, Void: siteNames(have.Void),
		Len: l.Len(), Digest: l.Digest().String(), Frames: []string{}, Proofs: []string{},
	}
	for site, n := range have.Sites {
		v.Have[site.String()] = n
	}
	if have.Clear != (Clear{}) {
		v.Clear = string(AppendMessage(nil, have.Clear))
	}
	for e := range l.Paint(Key{}) {
		v.Order = append(v.Order, fmt.Sprintf("%s %d", e.Site, e.N))
	}
	for _, e := range allLive(l) {
		v.Entries[fmt.Sprintf("%s %d", e.Site, e.N)] = string(AppendMessage(nil, e))
	}
	v.Payload = hex.EncodeToString(slices.Concat(l.payload(l.collect(Vector{}, 1e9, 1e9), false)...))
	for f := range l.Frames(nil) {
		v.Frames = append(v.Frames, hex.EncodeToString(f))
	}
	for _, site := range have.Void {
		v.Proofs = append(v.Proofs, hex.EncodeToString(AppendProof(nil, l.Void(site))))
	}
	return v
}

// writeVector fills in what v must give, as far as the oracle agrees with it.
func writeVector(t *testing.T, file string, v *vector) {
	t.Helper()
	l := NewLog(nil)
	for _, d := range v.Deliver {
		if got := receive(l, d); got != d.Result {
			t.Errorf("%s: %s%.100s: got %s, want %s", file, d.Text, d.Frame, got, d.Result)
		}
	}
	live := allLive(l)
	var painted []Entry
	for e := range l.Paint(Key{}) {
		painted = append(painted, e)
	}
	if err := oracleCompare(live, oracleLive(live, l.LastClear())); err != nil {
		t.Errorf("%s: live: %v", file, err)
	}
	if err := oracleCompare(painted, oraclePainted(live)); err != nil {
		t.Errorf("%s: %v", file, err)
	}
	full := describe(l)
	full.Why, full.Deliver = v.Why, v.Deliver
	if len(full.Entries) > 50 {
		full.Entries = nil
	}
	writeJSON(t, "testdata/vectors/"+file+".json", full)
}

func writeJSON(t *testing.T, file string, v any) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}
