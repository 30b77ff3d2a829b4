package canvas

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

// A link is an entry of testdata/chains.json.
type link struct {
	Entry     string `json:"entry"`     // the message of its author
	Canonical string `json:"canonical"` // hexadecimal
	Chain     Chain  `json:"chain"`     // after it
	Head      string `json:"head"`      // the message
	Milestone bool   `json:"milestone"`
}

// chainFile is testdata/chains.json: one author's entries of all kinds.
type chainFile struct {
	Seed    string    `json:"seed"` // the private key, hexadecimal
	Key     PublicKey `json:"key"`
	Site    Site      `json:"site"`
	Genesis Chain     `json:"genesis"` // the chain before the first entry
	Links   []link    `json:"links"`
	Clear   string    `json:"clear"`
}

// chainEntries are entries of all kinds, at the edges of what they can be.
func chainEntries() []Entry {
	color := Color{1, 2, 253, 254}
	ops := []Entry{
		{Op: Segment{Point{1.25, -2.5}, Point{1e6, -1e6}, 4, color}},
		{Op: Segment{Point{}, Point{}, 0.001, Color{}}},
		{Op: Rect{Point{0.01, -0.01}, -3, 4.5, 512, color}},
		{Op: Segment{Point{7, 8}, Point{9, 10}, 1, color}, By: "7b1c9d8e-0000-4000-8000-000000000000"},
		{Op: Rect{Point{7, 8}, 9, 10, 1, color}, By: "x"},
		{Op: Undo{}}, {Op: Redo{}},
		{Op: Other{"s", "{}"}},
		{Op: Other{"sticker", `{"text":"é\n😀","x":[1,2.5,1e+21]}`}},
		{Op: Other{"note", `{"text":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}`}},
	}
	for i := range ops {
		e := &ops[i]
		e.N, e.T, e.K = uint32(i+1), vectorNow+uint64(i*i), uint32(i+1)
		switch e.Op.(type) {
		case Undo, Redo:
			e.K = 1
		}
	}
	ops[len(ops)-1].T = MaxTime
	return ops
}

func TestChains(t *testing.T) {
	a := newAuthor("ana")
	want := chainFile{
		Seed: hex.EncodeToString(a.private.Seed()), Key: a.Key(), Site: a.Site(), Genesis: genesis(a.Key()),
		Clear: string(AppendMessage(nil, a.clear(vectorNow))),
	}
	for i, e := range chainEntries() {
		if err := e.checkFields(); err != nil {
			t.Fatal(err)
		}
		a.put(e)
		r := a.rows[i]
		l := link{
			Entry: string(AppendMessage(nil, e)), Canonical: hex.EncodeToString(r.appendCanonical(nil)),
			Chain: a.chains[i+1], Milestone: r.milestone(e.N),
			Head: string(AppendMessage(nil, Head{N: e.N, Sig: a.run(e.N, e.N).Sig})),
		}
		if oracle := hex.EncodeToString(oracleBytes(e)); l.Canonical != oracle {
			t.Errorf("%s: got %s, the oracle says %s", l.Entry, l.Canonical, oracle)
		}
		if r.canonicalLen() != len(l.Canonical)/2 {
			t.Errorf("%s: length %d, not %d", l.Entry, r.canonicalLen(), len(l.Canonical)/2)
		}
		if oracle := oracleChain(a.Key(), chainEntries()[:i+1]); l.Chain != oracle {
			t.Errorf("%s: chain %v, the oracle says %v", l.Entry, l.Chain, oracle)
		}
		want.Links = append(want.Links, l)
	}
	const file = "testdata/chains.json"
	if *update {
		writeJSON(t, file, want)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got chainFile
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if string(g) != string(w) {
		t.Errorf("the file says %s, not %s", g, w)
	}
}
