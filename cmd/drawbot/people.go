package main

import (
	"cmp"
	"slices"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/signaling"
)

// People are those who drew what is in recordings. A peer keeps its id when it is
// renamed, and its site when a server that has forgotten it gives it another id,
// so all that share one of these are one person.
type people struct {
	byID     map[string]*person
	bySite   map[canvas.Site]*person
	unplaced map[canvas.Key]string // the ids of who drew what has no place of its own in a log
}

// A person is one of them.
type person struct {
	ids   []string
	names []string // all that they had, the present one last
	sites []canvas.Site
}

func newPeople() *people {
	return &people{make(map[string]*person), make(map[canvas.Site]*person), make(map[canvas.Key]string)}
}

// hear takes note of what a record says of people.
func (p *people) hear(rec recording.Record) {
	switch rec := rec.(type) {
	case recording.Who:
		if who := p.meet(rec.ID, rec.Site); who != nil {
			who.rename(rec.Name)
		}
	case recording.Op:
		if rec.Entry.By != "" {
			p.meet(rec.Entry.By, canvas.Site{})
		} else {
			p.meet(rec.From, rec.Entry.Site)
		}
	}
}

// took takes note of who drew what an operation without a place in a log became.
func (p *people) took(op recording.Op, taken []canvas.Entry) {
	if op.Entry.N > 0 {
		return
	}
	for _, e := range taken {
		p.unplaced[e.Key()] = op.From
	}
}

// meet is the person with an id, a site, or both; nil without either.
func (p *people) meet(id string, site canvas.Site) *person {
	who, other := p.byID[id], p.bySite[site]
	switch {
	case who == nil:
		who = other
	case other != nil && other != who:
		p.join(other, who)
		who = other
	}
	if who == nil && (id != "" || site != canvas.Site{}) {
		who = new(person)
	}
	if id != "" && p.byID[id] == nil {
		who.ids = append(who.ids, id)
		p.byID[id] = who
	}
	if site != (canvas.Site{}) && p.bySite[site] == nil {
		who.sites = append(who.sites, site)
		p.bySite[site] = who
	}
	return who
}

// join makes two people one, for it turned out that they are.
func (p *people) join(who, same *person) {
	for _, id := range same.ids {
		p.byID[id] = who
	}
	for _, site := range same.sites {
		p.bySite[site] = who
	}
	who.ids, who.sites = append(who.ids, same.ids...), append(who.sites, same.sites...)
	for _, name := range same.names {
		who.rename(name)
	}
}

// rename takes note of what somebody is called from now on.
func (w *person) rename(name string) {
	if name = signaling.CleanName(name); name != "" {
		w.names = append(slices.DeleteFunc(w.names, func(s string) bool { return s == name }), name)
	}
}

// of is who drew e, or nil.
func (p *people) of(e canvas.Entry) *person {
	if id, ok := p.unplaced[e.Key()]; ok {
		return p.byID[id]
	}
	if e.By != "" {
		return p.byID[e.By]
	}
	return p.bySite[e.Site]
}

// An author is what an operation says of who drew it: an id, or a site.
type author struct {
	id   string
	site canvas.Site
}

func authorOf(op recording.Op) author {
	switch {
	case op.Entry.N == 0:
		return author{id: op.From}
	case op.Entry.By != "":
		return author{id: op.Entry.By}
	}
	return author{site: op.Entry.Site}
}

// author is who that is, or nil.
func (p *people) author(a author) *person {
	if a.id != "" {
		return p.byID[a.id]
	}
	return p.bySite[a.site]
}

// all are the people, each once, in the order of what they are called.
func (p *people) all() []*person {
	seen := make(map[*person]bool)
	for _, who := range p.byID {
		seen[who] = true
	}
	for _, who := range p.bySite {
		seen[who] = true
	}
	var list []*person
	for who := range seen {
		list = append(list, who)
	}
	slices.SortFunc(list, func(a, b *person) int {
		return cmp.Or(cmp.Compare(a.name(), b.name()), cmp.Compare(a.mark(), b.mark()))
	})
	return list
}

// name is what to call somebody, who may be nil.
func (w *person) name() string {
	switch {
	case w == nil:
		return "unknown"
	case len(w.names) > 0:
		return w.names[len(w.names)-1]
	}
	return w.mark()
}

// mark is what nobody else has: a site, or an id.
func (w *person) mark() string {
	switch {
	case w == nil:
		return ""
	case len(w.sites) > 0:
		return w.sites[0].String()
	}
	return w.ids[0]
}
