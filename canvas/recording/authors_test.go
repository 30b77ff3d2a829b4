package recording

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
)

var cy = signer("cy").Site()

// TestAuthorsAreLinked by ids and sites that they share, in whatever order these
// are heard of.
func TestAuthorsAreLinked(t *testing.T) {
	heard := []Record{
		Who{ID: "1", Name: "Ana", Site: ana},
		Who{ID: "2", Name: "Ana", Site: ana}, // the server had forgotten her
		Who{ID: "2", Name: "Ana", Site: cy},  // and then she reloaded the page
		Who{ID: "3", Name: "Ana", Site: bo},  // another one
		Op{From: "4", Entry: canvas.Entry{By: "4", Site: bo, N: 1}},
		Op{Entry: canvas.Entry{Site: cy, N: 1}},
	}
	hers := []canvas.Site{ana, cy}
	slices.SortFunc(hers, byText)
	want := fmt.Sprintf("[1 2] %v; [3] %v; [4] []", hers, []canvas.Site{bo})
	for seed := range uint64(100) {
		var a Authors
		for _, i := range rand.New(rand.NewPCG(seed, 4)).Perm(len(heard)) {
			a.Add(heard[i], nil)
		}
		var got []string
		for _, who := range a.All() {
			slices.Sort(who.IDs)
			slices.SortFunc(who.Sites, byText)
			got = append(got, fmt.Sprint(who.IDs, " ", who.Sites))
		}
		slices.Sort(got)
		if got := strings.Join(got, "; "); got != want {
			t.Fatalf("seed %d: got %s, want %s", seed, got, want)
		}
		if a.Signed(Signature{ID: "1"}) != a.Of(canvas.Entry{Site: cy, N: 9}) || a.Of(canvas.Entry{Site: bo, N: 1, By: "4"}) == a.Signed(Signature{Site: bo}) {
			t.Errorf("seed %d: entries are others' than signatures say", seed)
		}
	}
}

func byText(a, b canvas.Site) int { return strings.Compare(a.String(), b.String()) }

func TestAuthorsNames(t *testing.T) {
	a := Authors{Clean: func(name string) string { return strings.Trim(name, "\u202e") }}
	for _, who := range []Who{{"1", "Ana", ana}, {"1", "\u202e", ana}, {"1", "Zoe\u0308\u202e", ana}, {"2", "Ana", bo}, {Name: "nobody"}} {
		a.Add(who, nil)
	}
	a.Add(Op{From: "9", Entry: canvas.Entry{Op: canvas.Undo{}}}, []canvas.Step{{Entry: canvas.Entry{Site: cy, N: 5, T: 5}}})
	if got, want := a.List(a.All()), "9, Ana, Zoe\u0308 (was Ana)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for user, want := range map[string]string{
		"Zo\u00eb": "Zoe\u0308 (was Ana)", "1": "Zoe\u0308 (was Ana)", ana.String(): "Zoe\u0308 (was Ana)",
		"Ana": "Ana, Zoe\u0308 (was Ana)", "9": "9", "nobody": "", "unknown": "",
	} {
		if got := a.List(a.Called(user)); got != want {
			t.Errorf("called %s: got %s, want %s", user, got, want)
		}
	}
	show, err := a.Filter([]string{"Ana", "9"}, []string{"2"})
	if err != nil {
		t.Fatal(err)
	}
	entries := []canvas.Entry{{Site: ana, N: 1}, {Site: bo, N: 1}, {Site: cy, N: 5, T: 5}, {Site: cy, N: 6, T: 6}}
	got := slices.DeleteFunc(slices.Clone(entries), func(e canvas.Entry) bool { return !show(e) })
	if len(got) != 2 || got[0].Site != ana || got[1].N != 5 {
		t.Errorf("shown are %v, want the first and the third of %v", got, entries)
	}
	for _, users := range [][2][]string{{{"Ana", "Eve"}, nil}, {nil, {"Eve"}}} {
		if _, err := a.Filter(users[0], users[1]); err == nil || !strings.Contains(err.Error(), "nobody called Eve drew here: there are 9, Ana, Zoe") {
			t.Errorf("filter %v: got %v, want that nobody is called Eve", users, err)
		}
	}
	if show, err := a.Filter(nil, nil); show != nil || err != nil {
		t.Error("without names there is a filter")
	}
	if n := (*Author)(nil); n.Name() != "unknown" || n.Mark() != "" || n.Before() != "" {
		t.Errorf("of whom nothing is known has the name %q", n.Name())
	}
}

func TestLabelsTellTwoOfOneNameApart(t *testing.T) {
	var a Authors
	a.Add(Who{"1", "Ana", ana}, nil)
	a.Add(Who{"2", "Ana", bo}, nil)
	a.Add(Who{"3", "Cy", cy}, nil)
	var got []string
	for who, label := range a.Labels() {
		if who != a.Signed(Signature{ID: who.id()}) {
			t.Errorf("%s is nobody", label)
		}
		got = append(got, label)
	}
	slices.Sort(got)
	want := []string{"Ana [" + ana.String() + "]", "Ana [" + bo.String() + "]", "Cy", "unknown"}
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func (w *Author) id() string {
	if w == nil {
		return ""
	}
	return w.IDs[0]
}
