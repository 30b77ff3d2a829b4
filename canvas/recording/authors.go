package recording

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"drawmesh/canvas"
)

// Authors are those who drew what is in recordings. A peer keeps its id when it
// is renamed, and its site when a server that has forgotten it gives it another
// id, so all that share one of these are one person.
//
// The zero value is ready to use. It is for one goroutine at a time.
type Authors struct {
	// Clean makes a name fit to be shown. A name of which nothing is left is
	// none. Nil takes names as they are: whatever a stranger chose, or whoever
	// wrote the recording.
	Clean func(name string) string

	byID     map[string]*Author
	bySite   map[canvas.Site]*Author
	unplaced placed // what has no place of its own in a log
}

// An Author is one of them. What it consists of grows as more is read, and is not
// to be written to; of two that turn out to be one person, one is given up. Nil
// is somebody of whom nothing is known.
type Author struct {
	Names []string // all that they had, the present one last
	IDs   []string // as peers
	Sites []canvas.Site
}

// A Signature is what an operation says of who drew it: the id of a peer, or
// else a site. One person may have several.
type Signature struct {
	ID   string
	Site canvas.Site
}

// Signature is what op says of who drew it.
func (op Op) Signature() Signature {
	switch {
	case op.Entry.N == 0:
		return Signature{ID: op.From}
	case op.Entry.By != "":
		return Signature{ID: op.Entry.By}
	}
	return Signature{Site: op.Entry.Site}
}

// Signature is what a clear says of who cleared.
func (c Clear) Signature() Signature {
	switch {
	case c.First != nil:
		return Signature{Site: c.First.Site}
	case c.Clear != canvas.Clear{}:
		return Signature{Site: c.Clear.Site()}
	}
	return Signature{ID: c.From}
}

// Add takes note of what a record says of people. If a [Drawing] took it in too,
// taken is its Taken.
func (a *Authors) Add(rec Record, taken []canvas.Step) {
	switch rec := rec.(type) {
	case Who:
		if who := a.meet(Signature{rec.ID, rec.Site}); who != nil {
			who.rename(a.clean(rec.Name))
		}
	case Op:
		if rec.Entry.By != "" {
			a.meet(Signature{ID: rec.Entry.By})
		} else {
			a.meet(Signature{rec.From, rec.Entry.Site})
		}
		if rec.Entry.N == 0 {
			a.unplaced.add(rec.From, taken)
		}
	case Clear:
		a.meet(Signature{ID: rec.From, Site: rec.Signature().Site})
	}
}

// meet is who has an id, a site, or both; nil without either.
func (a *Authors) meet(s Signature) *Author {
	if a.byID == nil {
		a.byID, a.bySite = make(map[string]*Author), make(map[canvas.Site]*Author)
	}
	who, other := a.byID[s.ID], a.bySite[s.Site]
	switch {
	case who == nil:
		who = other
	case other != nil && other != who:
		a.join(other, who)
		who = other
	}
	if who == nil && s != (Signature{}) {
		who = new(Author)
	}
	if s.ID != "" && a.byID[s.ID] == nil {
		who.IDs = append(who.IDs, s.ID)
		a.byID[s.ID] = who
	}
	if s.Site != (canvas.Site{}) && a.bySite[s.Site] == nil {
		who.Sites = append(who.Sites, s.Site)
		a.bySite[s.Site] = who
	}
	return who
}

// join makes two authors one, for it turned out that they are.
func (a *Authors) join(who, same *Author) {
	for _, id := range same.IDs {
		a.byID[id] = who
	}
	for _, site := range same.Sites {
		a.bySite[site] = who
	}
	who.IDs, who.Sites = append(who.IDs, same.IDs...), append(who.Sites, same.Sites...)
	for _, name := range same.Names {
		who.rename(name)
	}
}

// Of is who drew e, as far as it is known by now.
func (a *Authors) Of(e canvas.Entry) *Author {
	if id, ok := a.unplaced.of(e); ok {
		return a.byID[id]
	}
	if e.By != "" {
		return a.byID[e.By]
	}
	return a.bySite[e.Site]
}

// Signed is whose signature s is, as far as it is known by now.
func (a *Authors) Signed(s Signature) *Author {
	if s.ID != "" {
		return a.byID[s.ID]
	}
	return a.bySite[s.Site]
}

// All are the authors, each once, in the order of what they are called.
func (a *Authors) All() []*Author {
	seen := make(map[*Author]bool)
	for _, who := range a.byID {
		seen[who] = true
	}
	for _, who := range a.bySite {
		seen[who] = true
	}
	var list []*Author
	for who := range seen {
		list = append(list, who)
	}
	slices.SortFunc(list, func(a, b *Author) int {
		return cmp.Or(cmp.Compare(a.Name(), b.Name()), cmp.Compare(a.Mark(), b.Mark()))
	})
	return list
}

// Called are those who go, or ever went, by that name, or have that id or site.
// Names are the same that look the same however they are composed.
func (a *Authors) Called(user string) []*Author {
	name := norm.NFC.String(a.clean(user))
	return slices.DeleteFunc(a.All(), func(w *Author) bool {
		return !slices.Contains(w.IDs, user) &&
			!slices.ContainsFunc(w.Sites, func(s canvas.Site) bool { return s.String() == user }) &&
			!slices.ContainsFunc(w.Names, func(s string) bool { return norm.NFC.String(s) == name })
	})
}

func (a *Authors) clean(name string) string {
	if a.Clean == nil {
		return name
	}
	return a.Clean(name)
}

// Filter is whose entries are to be shown: those of only, or of all if there are
// none of these, but not those of without. Users are what [Authors.Called] takes;
// one whom nobody is called is an error. The filter is nil if all are shown.
func (a *Authors) Filter(only, without []string) (func(canvas.Entry) bool, error) {
	if len(only)+len(without) == 0 {
		return nil, nil
	}
	pick := func(users []string) (map[*Author]bool, error) {
		set := make(map[*Author]bool)
		for _, user := range users {
			called := a.Called(user)
			if len(called) == 0 {
				return nil, fmt.Errorf("nobody called %s drew here: there are %s", user, a.List(a.All()))
			}
			for _, who := range called {
				set[who] = true
			}
		}
		return set, nil
	}
	shown, err := pick(only)
	if err != nil {
		return nil, err
	}
	hidden, err := pick(without)
	if err != nil {
		return nil, err
	}
	return func(e canvas.Entry) bool {
		who := a.Of(e)
		return (len(only) == 0 || shown[who]) && !hidden[who]
	}, nil
}

// Labels are what to call people so that two of one name are told apart, nil
// included.
func (a *Authors) Labels() map[*Author]string {
	list := a.All()
	named := make(map[string]int)
	for _, who := range list {
		named[norm.NFC.String(who.Name())]++
	}
	labels := map[*Author]string{nil: (*Author)(nil).Name()}
	for _, who := range list {
		labels[who] = who.Name()
		if named[norm.NFC.String(who.Name())] > 1 {
			labels[who] += " [" + who.Mark() + "]"
		}
	}
	return labels
}

// List names people in a sentence, with the names that they had before.
func (a *Authors) List(people []*Author) string {
	labels := a.Labels()
	var names []string
	for _, who := range people {
		names = append(names, labels[who]+who.Before())
	}
	return strings.Join(names, ", ")
}

// rename takes note of what somebody is called from now on.
func (w *Author) rename(name string) {
	if name != "" {
		w.Names = append(slices.DeleteFunc(w.Names, func(s string) bool { return s == name }), name)
	}
}

// Name is what to call somebody: the present name, or else the mark.
func (w *Author) Name() string {
	switch {
	case w == nil:
		return "unknown"
	case len(w.Names) > 0:
		return w.Names[len(w.Names)-1]
	}
	return w.Mark()
}

// Mark is what nobody else has: a site, or an id; empty for nil.
func (w *Author) Mark() string {
	switch {
	case w == nil:
		return ""
	case len(w.Sites) > 0:
		return w.Sites[0].String()
	}
	return w.IDs[0]
}

// Before says what somebody was called before, as " (was Ana, Bo)"; it is empty
// if they have always had one name.
func (w *Author) Before() string {
	if w == nil || len(w.Names) < 2 {
		return ""
	}
	return " (was " + strings.Join(w.Names[:len(w.Names)-1], ", ") + ")"
}
