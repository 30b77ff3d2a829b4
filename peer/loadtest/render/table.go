// Package render makes the reports of load tests fit to be read: as a table on a
// terminal, or as a page with pictures.
package render

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"drawmesh/peer/loadtest"
)

// A table writes rows of aligned columns.
type table struct{ *tabwriter.Writer }

func (t table) row(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) }

// Table writes the report for people who look at a terminal.
func Table(w io.Writer, r *loadtest.Report) error {
	t := table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	for _, row := range headline(r) {
		t.row(row.name, row.text)
	}
	t.row()
	t.row("", "p50", "p90", "p99", "p99.9", "max", "mean")
	for _, row := range times(r) {
		t.row(row...)
	}
	t.row()
	if rows := byTags(r); len(rows) > 0 {
		t.row(tagHead...)
		for _, row := range rows {
			t.row(row...)
		}
		t.row()
	}
	if own := measurements(r); len(own) > 0 {
		for _, m := range own {
			t.row(m.Name, m.Text)
		}
		t.row()
	}
	for _, row := range costs(r) {
		t.row(row.name, row.text)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, section := range []func(table, *loadtest.Report){failures, clocks, remarks, steps, thresholds} {
		t := table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
		section(t, r)
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// A row is a name and what there is to say of it.
type row struct{ name, text string }

// spreads are the durations that the table shows.
var spreads = []struct{ metric, name string }{
	{"latency", "operation, one way"},
	{"pace", "drawn late by"},
	{"link", "link opens"},
	{"link.signaling", "  signaling"},
	{"link.ice", "  ICE"},
	{"link.dtls", "  DTLS"},
	{"link.channel", "  channel"},
	{"token", "token"},
	{"stream", "event stream"},
	{"join", "join"},
}

// headline is what happened.
func headline(r *loadtest.Report) []row {
	s := r.Settings
	rooms := r.Room
	if s.Rooms > 1 {
		rooms = fmt.Sprintf("%d rooms from %s on", s.Rooms, r.Room)
	}
	rows := []row{
		{"room", rooms},
		{"bots", value(r, "bots.joined") + refused(r) + crowd(r)},
		{"links", value(r, "links.open") + " ends open" + unless(r, "links.lost", ", lost %s times")},
		{"full mesh", since(value(r, "mesh"), "the first bot set out")},
		{"operations", fmt.Sprintf("%s, %s delivered, %s", drawn(r), value(r, "ops.delivered"), value(r, "ops.rate"))},
		{"", fmt.Sprintf("%s lost, %s twice, %s out of order%s", number(r, "ops.lost"), number(r, "ops.duplicate"), number(r, "ops.disordered"), strangers(r))},
		{"all agreed", since(value(r, "converged"), "the last operation")},
		{"event streams", streams(r)},
	}
	if r.Ended != "done" {
		rows = append(rows, row{"ended", r.Ended})
	}
	return rows
}

// since is a time after something, if it came.
func since(took, what string) string {
	if took == never || took == notYet {
		return took
	}
	return took + " after " + what
}

// drawn is how many operations were drawn, of those that were due.
func drawn(r *loadtest.Report) string {
	if v, _ := r.Metric("ops.sent"); v.Of > 0 && !slices.ContainsFunc(r.Settings.Scenarios, func(s loadtest.ScenarioSettings) bool { return s.OwnBots }) {
		return v.String() + " due were drawn"
	}
	return number(r, "ops.sent") + " drawn"
}

func refused(r *loadtest.Report) string {
	text := unless(r, "bots.refused", ", %s refused")
	for _, p := range r.Parts {
		for _, c := range p.Failures {
			if text != "" && c.What == "join" {
				return text + ": " + c.Cause
			}
		}
	}
	return text
}

// crowd is who came and went meanwhile.
func crowd(r *loadtest.Report) (text string) {
	var came, left, failed, kills, cuts, drops int
	for _, p := range r.Parts {
		for _, b := range p.Bots {
			if b.End == "failed" {
				failed++
			}
		}
		came += p.Arrived
		left += p.Left
		kills += p.Kills
		cuts += p.Cuts
		drops += p.Drops
	}
	for _, n := range []struct {
		n    int
		text string
	}{{came, "came later"}, {left, "left"}, {failed, "failed"}, {kills, "killed"}} {
		if n.n > 0 {
			text += fmt.Sprintf("; %d %s", n.n, n.text)
		}
	}
	if cuts+drops > 0 {
		text += fmt.Sprintf("; %d event streams and %d links broken on purpose", cuts, drops)
	}
	return text
}

func strangers(r *loadtest.Report) string {
	n := 0
	for _, p := range r.Parts {
		n += p.Foreign
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %d of strangers", n)
}

func streams(r *loadtest.Report) string {
	if number(r, "streams.lost") == "0" {
		return "none lost"
	}
	return fmt.Sprintf("lost %s times; %s not back in the end", value(r, "streams.lost"), number(r, "streams.down"))
}

// costs is what it took.
func costs(r *loadtest.Report) []row {
	return []row{
		{"processors", fmt.Sprintf("%s of one while drawing (machine %s); %s a link, %s an operation delivered",
			value(r, "cpu"), value(r, "cpu.machine"), value(r, "cpu.link"), value(r, "cpu.op"))},
		{"memory", fmt.Sprintf("%s at most; %s for an end of a link", value(r, "memory"), value(r, "memory.link"))},
		{"goroutines", fmt.Sprintf("%s at most; %s for an end of a link", value(r, "goroutines"), value(r, "goroutines.link"))},
		{"bytes", fmt.Sprintf("%s sent while drawing; %s an operation delivered; %s a link, in all %s",
			value(r, "bytes.sent"), value(r, "bytes.op"), value(r, "bytes.link"), value(r, "bytes.links"))},
	}
}

// notYet stands for what is not there: it was not measured, or may yet come.
const notYet = "–"

// never stands for what was waited for, and did not come.
const never = "never"

// value is a metric for people.
func value(r *loadtest.Report, name string) string {
	v, ok := r.Metric(name)
	switch {
	case ok:
		return v.String()
	case running(r):
		return notYet
	case name == "mesh" || name == "converged":
		return never
	}
	if _, endless := r.Endless(name); endless {
		return never
	}
	return notYet
}

// number is a metric without what it is a part of.
func number(r *loadtest.Report, name string) string {
	v, known := r.Metric(name)
	if !known && running(r) {
		return notYet
	}
	v.Of = 0
	return v.String()
}

// unless is a metric in words, or nothing if it is zero.
func unless(r *loadtest.Report, name, format string) string {
	if v, _ := r.Metric(name); v.Value == 0 {
		return ""
	}
	return fmt.Sprintf(format, number(r, name))
}

// failures lists what went wrong, by cause.
func failures(t table, r *loadtest.Report) {
	first := true
	for _, p := range r.Parts {
		for _, c := range p.Failures {
			if first {
				t.row()
				t.row("failures")
				first = false
			}
			who := c.Bot
			if c.Peer != "" {
				who += " – " + c.Peer
			}
			t.row(fmt.Sprintf("  %d ×", c.Count), c.What, printable(c.Cause), fmt.Sprintf("first at %s: %s", loadtest.FormatMS(c.AtMS), printable(who)))
		}
	}
}

func clocks(t table, r *loadtest.Report) {
	if r.Parts[0].Of == 1 {
		return
	}
	t.row()
	if len(r.Parts) == 1 {
		t.row(fmt.Sprintf("part %d of %d: operations of other parts are not timed here; see drawbot report merge", r.Parts[0].Part, r.Parts[0].Of))
		return
	}
	t.row("clocks", "", "against part "+fmt.Sprint(r.Parts[0].Part))
	for _, p := range r.Parts[1:] {
		t.row("", fmt.Sprintf("part %d", p.Part), Offset(p), printable(p.Host))
	}
	if missing := r.Missing(); len(missing) > 0 {
		t.row("", fmt.Sprintf("missing: part %s", strings.Trim(fmt.Sprint(missing), "[]")))
	}
}

// Offset is how a part's clock differs from the first one's.
func Offset(p loadtest.Part) string {
	if p.WithinMS < 0 {
		return "not known: no operation went both ways"
	}
	return fmt.Sprintf("%+.3f ms, give or take %.3f ms", p.OffsetMS, p.WithinMS)
}

func remarks(t table, r *loadtest.Report) {
	for i, text := range r.Remarks {
		if i == 0 {
			t.row()
			t.row("note")
		}
		t.row("  " + printable(text))
	}
}

func steps(t table, r *loadtest.Report) {
	l := r.Limit
	if l == nil {
		return
	}
	t.row()
	t.row(l.Raised, "p50", "p99", "delivered", "machine", "")
	for _, s := range l.Steps {
		how := "well"
		if !s.Good {
			how = "broke"
		}
		t.row(fmt.Sprintf("%g", s.Value), loadtest.FormatMS(s.P50MS), loadtest.FormatMS(s.P99MS),
			fmt.Sprintf("%.0f/s", s.Rate), fmt.Sprintf("%.0f %%", 100*s.Machine), how)
	}
	t.row()
	for _, line := range Found(l) {
		t.row(line)
	}
}

// Found says what a search has found.
func Found(l *loadtest.Limit) (lines []string) {
	switch {
	case l.Bad == 0:
		return []string{fmt.Sprintf("limit: not found; %s was still well", raised(l, l.Good))}
	case l.Good == 0:
		lines = append(lines, fmt.Sprintf("limit: none; not even %s is well", raised(l, l.Bad)))
	default:
		lines = append(lines, fmt.Sprintf("limit: %s is well, %g is not", raised(l, l.Good), l.Bad))
	}
	return append(lines, "what broke: "+l.Broke, "what ran out: "+l.RanOut)
}

// raised is a value of what was raised, in words.
func raised(l *loadtest.Limit, value float64) string {
	if l.Raised == "bots" {
		return fmt.Sprintf("a crowd of %g bots", value)
	}
	return fmt.Sprintf("a rate of %g segments/s each", value)
}

func thresholds(t table, r *loadtest.Report) {
	if len(r.Thresholds) == 0 {
		return
	}
	t.row()
	for _, v := range r.Thresholds {
		how := "met"
		if !v.Met {
			how = "MISSED"
		}
		t.row(how, v.Threshold, "got "+v.Got)
	}
}
