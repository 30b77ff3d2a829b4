package render

import (
	"cmp"
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"sync"

	"drawmesh/peer/loadtest"
)

//go:embed page.tmpl
var pageText string

//go:embed main.tmpl
var mainText string

// pages has the templates: page, and main, which is what changes while a run
// goes on.
var pages = sync.OnceValue(func() *template.Template {
	t := template.New("").Funcs(template.FuncMap{
		"ms":      loadtest.FormatMS,
		"percent": func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) },
		"offset":  Offset,
	})
	return template.Must(template.Must(t.Parse(pageText)).Parse(mainText))
})

// A page is what the template shows.
type page struct {
	Report *loadtest.Report
	Live   bool // it renews itself

	Running bool
	SoFar   string
	When    string
	What    string
	Tiles   []tile
	Found   []string

	Latency, Histogram, Operations, Waterfall, Links, Usage, Memory template.HTML

	Hears, Sends matrix

	Timed    string // operations in the histogram
	Times    [][]string
	Rows     []tile
	Failures []loadtest.Cause
	Servers  []server
}

// A tile is one figure.
type tile struct{ Name, Text, Class string }

// HTML writes the report as a page that needs nothing else.
func HTML(w io.Writer, r *loadtest.Report) error {
	return pages().ExecuteTemplate(w, "page", pageOf(r))
}

func pageOf(r *loadtest.Report) page {
	latency := r.Spread("latency")
	p := page{
		Report: r, Running: running(r), SoFar: loadtest.FormatMS(lastMS(r.Timeline())), When: r.Started.Format("2 January 2006, 15:04:05 MST"), What: what(r.Settings), Tiles: tiles(r),
		Latency: latencyOverTime(r), Histogram: histogram(latency), Operations: operations(r),
		Waterfall: waterfall(r), Links: links(r), Usage: usage(r), Memory: memory(r),
		Timed: fmt.Sprintf("%d of them", latency.Count()), Times: times(r), Servers: servers(r),
		Hears: whoHears(r), Sends: whoSends(r),
	}
	if r.Limit != nil {
		p.Found = Found(r.Limit)
	}
	for _, row := range append(headline(r), costs(r)...) {
		p.Rows = append(p.Rows, tile{Name: row.name, Text: row.text})
	}
	for _, part := range r.Parts {
		p.Failures = append(p.Failures, part.Failures...)
	}
	return p
}

// what says in words what was asked for.
func what(s loadtest.Settings) string {
	rooms := "one room"
	if s.Rooms > 1 {
		rooms = fmt.Sprintf("%d rooms", s.Rooms)
	}
	text := fmt.Sprintf("%d bots in %s for %s; seed %d.", s.Bots, rooms, loadtest.FormatMS(s.DurationMS), s.Seed)
	for _, one := range s.Scenarios {
		text += " " + scenario(one)
	}
	if s.Chaos != "" {
		text += " Chaos: " + s.Chaos + "."
	}
	return text
}

// scenario says in words what was asked for of one.
func scenario(s loadtest.ScenarioSettings) string {
	writers := "all of them draw"
	if s.Writers > 0 {
		writers = fmt.Sprintf("%d in each room draw", s.Writers)
	}
	draws := fmt.Sprintf("%s segments a second", cmp.Or(s.Rates, fmt.Sprintf("%g", s.Rate)))
	if s.OwnBots {
		draws = "as they like"
	}
	text := fmt.Sprintf("%s: %d bots, %s %s", s.Name, s.Bots, writers, draws)
	if s.Stages != "" {
		text += ", by stages " + s.Stages
	}
	if s.Arrival > 0 {
		text += fmt.Sprintf("; more arrive, %g a second", s.Arrival)
	}
	if s.StayMS > 0 {
		text += fmt.Sprintf("; each stays for %s", loadtest.FormatMS(s.StayMS))
	}
	return text + "."
}

// tiles are the figures to see first.
func tiles(r *loadtest.Report) []tile {
	bad := func(name string, whole bool) string {
		v, ok := r.Metric(name)
		if !ok || whole && v.Value < v.Of || !whole && v.Value > 0 {
			return "bad"
		}
		return ""
	}
	return []tile{
		{"latency, p50", value(r, "latency.p50"), ""},
		{"latency, p99", value(r, "latency.p99"), ""},
		{"bots joined", value(r, "bots.joined"), bad("bots.joined", true)},
		{"ends of links open", value(r, "links.open"), bad("links.open", true)},
		{"full mesh after", value(r, "mesh"), ""},
		{"operations delivered", value(r, "ops.rate"), ""},
		{"operations never drawn", number(r, "ops.unsent"), bad("ops.unsent", false)},
		{"operations lost", number(r, "ops.lost"), bad("ops.lost", false)},
		{"all agreed after", value(r, "converged"), ""},
		{"of one processor", value(r, "cpu"), ""},
		{"failures", number(r, "failures"), bad("failures", false)},
	}
}

// times are the rows of the table of spreads.
func times(r *loadtest.Report) (rows [][]string) {
	for _, s := range spreads {
		if r.Spread(s.metric).Count() == 0 {
			continue
		}
		row := []string{s.name}
		for _, part := range []string{"p50", "p90", "p99", "p99.9", "max", "mean"} {
			row = append(row, value(r, s.metric+"."+part))
		}
		rows = append(rows, row)
	}
	return rows
}
