package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// People are those who drew what is in recordings. What tells them apart is the
// peer's id, or the site of those whose id nobody has heard.
type people struct {
	byID   map[string]*person
	bySite map[canvas.Site]*person
}

// A person is one of them.
type person struct {
	ID    string
	Name  string
	Sites []canvas.Site
}

func newPeople() *people {
	return &people{make(map[string]*person), make(map[canvas.Site]*person)}
}

// hear takes note of what a record says of people.
func (p *people) hear(rec recording.Record) {
	switch rec := rec.(type) {
	case recording.Who:
		who := p.meet(rec.ID, rec.Site)
		who.Name = cmp.Or(rec.Name, who.Name)
	case recording.Op:
		if rec.Entry.By != "" {
			p.meet(rec.Entry.By, canvas.Site{})
		} else {
			p.meet(rec.From, rec.Entry.Site)
		}
	}
}

// meet is the person with an id, or with a site.
func (p *people) meet(id string, site canvas.Site) *person {
	who := p.byID[id]
	if who == nil || id == "" {
		who = p.bySite[site]
	}
	if who == nil || who.ID != "" && id != "" && who.ID != id {
		who = new(person)
	}
	if id != "" {
		who.ID = id
		p.byID[id] = who
	}
	if known := p.bySite[site]; site != (canvas.Site{}) && known != who {
		if known != nil { // so far known by the site alone
			who.Name = cmp.Or(who.Name, known.Name)
		}
		p.bySite[site] = who
		who.Sites = append(who.Sites, site)
	}
	return who
}

// of is who drew e.
func (p *people) of(e canvas.Entry) *person {
	if e.By != "" {
		return p.byID[e.By]
	}
	return p.bySite[e.Site]
}

// all are the people, each once, in the order of what they are called.
func (p *people) all() []*person {
	var list []*person
	for _, who := range p.byID {
		list = append(list, who)
	}
	for _, who := range p.bySite {
		if who.ID == "" {
			list = append(list, who)
		}
	}
	slices.SortFunc(list, func(a, b *person) int { return cmp.Or(cmp.Compare(a.label(), b.label()), cmp.Compare(a.ID, b.ID)) })
	return slices.Compact(list)
}

// label is what to call somebody.
func (w *person) label() string {
	switch {
	case w.Name != "":
		return w.Name
	case w.ID != "":
		return w.ID
	case len(w.Sites) > 0 && w.Sites[0] != (canvas.Site{}):
		return w.Sites[0].String()
	}
	return "unknown"
}

// name is what to call who drew e.
func (p *people) name(e canvas.Entry) string {
	if who := p.of(e); who != nil {
		return who.label()
	}
	return new(person).label()
}

// is reports whether somebody goes by that name, id or site.
func (w *person) is(user string) bool {
	return w != nil && (w.ID == user || w.Name == user ||
		slices.ContainsFunc(w.Sites, func(s canvas.Site) bool { return s.String() == user }))
}

// filter is whose strokes are shown: those of only, or all, but not those of
// without. It is nil if all are.
func (p *people) filter(only, without []string) (func(canvas.Entry) bool, error) {
	for _, user := range slices.Concat(only, without) {
		if !slices.ContainsFunc(p.all(), func(w *person) bool { return w.is(user) }) {
			var names []string
			for _, w := range p.all() {
				names = append(names, w.label())
			}
			return nil, fmt.Errorf("nobody called %s drew here: there are %s", user, strings.Join(names, ", "))
		}
	}
	if len(only)+len(without) == 0 {
		return nil, nil
	}
	return func(e canvas.Entry) bool {
		is := p.of(e).is
		return (len(only) == 0 || slices.ContainsFunc(only, is)) && !slices.ContainsFunc(without, is)
	}, nil
}
