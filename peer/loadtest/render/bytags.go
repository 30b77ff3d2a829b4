package render

import (
	"fmt"
	"slices"
	"strings"

	"drawmesh/peer/loadtest"
)

// tagHead names the columns of what bots and operations come to by their tags.
// Heard is how often operations came, also to bots that did not stay.
var tagHead = []string{"", "bots", "drawn", "heard", "p50", "p99"}

// maxRooms is how many rooms are told apart.
const maxRooms = 32

// byTags are the rows of that: scenarios and their stages, rooms and groups, of
// which there are several.
func byTags(r *loadtest.Report) (rows [][]string) {
	all := r.Tagged()
	add := func(name, filter string, in func(loadtest.Tags) bool) {
		drawn, heard := 0, 0
		for _, t := range all {
			if in(t.Tags) {
				drawn += t.Sent
				heard += t.Delivered
			}
		}
		bots := ""
		if !strings.Contains(filter, "stage:") && !strings.Contains(filter, "group:") { // bots go on to others
			bots = number(r, "bots.joined{"+filter+"}")
		}
		rows = append(rows, []string{name, bots, fmt.Sprint(drawn), fmt.Sprint(heard),
			value(r, "latency.p50{"+filter+"}"), value(r, "latency.p99{"+filter+"}")})
	}
	scenarios, stages := distinct(all, func(t loadtest.Tags) string { return t.Scenario }), distinct(all, func(t loadtest.Tags) int { return t.Stage })
	if len(scenarios) > 1 || len(stages) > 0 {
		for _, s := range scenarios {
			add(s, "scenario:"+s, func(t loadtest.Tags) bool { return t.Scenario == s })
			for _, n := range stages {
				if in := (func(t loadtest.Tags) bool { return t.Scenario == s && t.Stage == n }); occurs(all, in) {
					add(fmt.Sprintf("  stage %d", n), fmt.Sprintf("scenario:%s,stage:%d", s, n), in)
				}
			}
		}
	}
	if rooms := distinct(all, func(t loadtest.Tags) int { return t.Room }); len(rooms) > 1 {
		for _, n := range rooms[:min(len(rooms), maxRooms)] {
			add(fmt.Sprintf("room %d", n), fmt.Sprintf("room:%d", n), func(t loadtest.Tags) bool { return t.Room == n })
		}
	}
	for _, group := range distinct(all, func(t loadtest.Tags) string { return t.Group }) {
		add("group "+group, "group:"+group, func(t loadtest.Tags) bool { return t.Group == group })
	}
	return rows
}

func occurs(all []loadtest.Tagged, in func(loadtest.Tags) bool) bool {
	return slices.ContainsFunc(all, func(t loadtest.Tagged) bool { return in(t.Tags) })
}

// distinct are the values of a tag that occur, in order; zero is none.
func distinct[T string | int](all []loadtest.Tagged, of func(loadtest.Tags) T) (values []T) {
	var none T
	for _, t := range all {
		if v := of(t.Tags); v != none && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return values
}

// ownTimes are the rows of the bots' own trends, among the other spreads.
func ownTimes(r *loadtest.Report) (rows [][]string) {
	scenarios := distinct(r.Tagged(), func(t loadtest.Tags) string { return t.Scenario })
	for _, m := range r.OwnMetrics() {
		if m.Kind != loadtest.KindTrend {
			continue
		}
		rows = append(rows, spreadRow(r, m.Name, m.Name, ""))
		for _, s := range scenarios {
			if n := r.OwnOf(m, loadtest.Tags{Scenario: s}).Count; n > 0 && n < r.OwnOf(m, loadtest.Tags{}).Count {
				rows = append(rows, spreadRow(r, "  "+s, m.Name, "{scenario:"+s+"}"))
			}
		}
	}
	return rows
}

// spreadRow is a row of the table of spreads.
func spreadRow(r *loadtest.Report, name, metric, tags string) []string {
	row := []string{name}
	for _, part := range []string{"p50", "p90", "p99", "p99.9", "max", "mean"} {
		row = append(row, value(r, metric+"."+part+tags))
	}
	return row
}

// measurements are the bots' own counters, gauges, rates and checks. What did not
// hold is bad.
func measurements(r *loadtest.Report) (rows []tile) {
	for _, m := range r.OwnMetrics() {
		sum := r.OwnOf(m, loadtest.Tags{})
		row := tile{Name: m.Name}
		switch m.Kind {
		case loadtest.KindCounter:
			row.Text = fmt.Sprintf("%s, %s", value(r, m.Name), value(r, m.Name+".rate"))
		case loadtest.KindGauge:
			row.Text = fmt.Sprintf("%s in the end, from %s to %s", value(r, m.Name), value(r, m.Name+".min"), value(r, m.Name+".max"))
		case loadtest.KindRate:
			row.Text = fmt.Sprintf("%s (%s)", value(r, m.Name), share(sum))
		case loadtest.KindCheck:
			row.Name, row.Text = "check "+m.Name, fmt.Sprintf("%d of %d held (%s)", sum.True, sum.Count, share(sum))
			if sum.True < sum.Count {
				row.Class = "bad"
			}
		default:
			continue
		}
		rows = append(rows, row)
	}
	return rows
}

// share is how many of a rate or a check there were, rounded down: only all of
// them are 100 %.
func share(m loadtest.Measured) string {
	return fmt.Sprintf("%d %%", 100*m.True/max(m.Count, 1))
}
