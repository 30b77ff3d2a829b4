package main

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// labels are what to call people so that two of one name are told apart.
func (p *people) labels() map[*person]string {
	list := p.all()
	named := make(map[string]int)
	for _, who := range list {
		named[norm.NFC.String(who.name())]++
	}
	labels := map[*person]string{nil: (*person)(nil).name()}
	for _, who := range list {
		labels[who] = who.name()
		if named[norm.NFC.String(who.name())] > 1 {
			labels[who] += " [" + who.mark() + "]"
		}
	}
	return labels
}

// is reports whether somebody goes, or ever went, by that name, or has that id or
// site. Names are the same that look the same however they are composed.
func (w *person) is(user string) bool {
	name := norm.NFC.String(signaling.CleanName(user))
	return w != nil && (slices.Contains(w.ids, user) ||
		slices.ContainsFunc(w.sites, func(s canvas.Site) bool { return s.String() == user }) ||
		slices.ContainsFunc(w.names, func(s string) bool { return norm.NFC.String(s) == name }))
}

// called are those that is says it of.
func (p *people) called(user string) []*person {
	return slices.DeleteFunc(p.all(), func(w *person) bool { return !w.is(user) })
}

// filter is whose strokes are shown: those of only, or all, but not those of
// without. It is nil if all are. Of a name that several people had it warns.
func (p *people) filter(only, without []string, warn func(format string, args ...any)) (func(canvas.Entry) bool, error) {
	for _, user := range slices.Concat(only, without) {
		switch called := p.called(user); {
		case len(called) == 0:
			return nil, fmt.Errorf("nobody called %s drew here: there are %s", user, p.list(p.all()))
		case len(called) > 1:
			warn("%s is the name of %d people, and means all of them: %s", user, len(called), p.list(called))
		}
	}
	if len(only)+len(without) == 0 {
		return nil, nil
	}
	picked := func(users []string) map[*person]bool {
		set := make(map[*person]bool)
		for _, user := range users {
			for _, who := range p.called(user) {
				set[who] = true
			}
		}
		return set
	}
	shown, hidden := picked(only), picked(without)
	return func(e canvas.Entry) bool {
		who := p.of(e)
		return (len(only) == 0 || shown[who]) && !hidden[who]
	}, nil
}

// list names people in a sentence.
func (p *people) list(people []*person) string {
	labels := p.labels()
	var names []string
	for _, who := range people {
		names = append(names, labels[who]+who.before())
	}
	return strings.Join(names, ", ")
}

// before says what somebody was called before.
func (w *person) before() string {
	if w == nil || len(w.names) < 2 {
		return ""
	}
	return " (was " + strings.Join(w.names[:len(w.names)-1], ", ") + ")"
}
