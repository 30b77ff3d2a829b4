package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording/stats"
)

// statsCommand tells who drew what, when and how much.
type statsCommand struct {
	Logs []string `arg:"" name:"log" placeholder:"FILE" help:"Recordings, which are merged; - is standard input."`
	JSON bool     `name:"json" help:"Write records, one JSON object a line, and not a table."`
	Out  string   `short:"o" placeholder:"FILE.png" help:"Also draw a timeline: who drew when."`
}

// Help is the text between the summary and the flags.
func (statsCommand) Help() string {
	return `Of each person: operations, strokes, the length of their lines in pixels of the canvas, how much of it shows in the end, undos and clears, when they began and ended, since the first recording's start or what it has of before, and for how many seconds they drew at all. Whoever was renamed is one person, with all names; of two with the same name a site or an id says who is who.`
}

func (statsCommand) examples() string {
	return `
Examples:
  $ drawbot stats studio.ndjson -o timeline.png
  $ drawbot stats monday.ndjson tuesday.ndjson.gz --json | jq -r 'select(.type == "person") | .name'
`
}

func (c *statsCommand) run(ctx context.Context, e env, u *ui) error {
	if err := c.check(e); err != nil {
		return err
	}
	var out output
	if c.Out != "" {
		var err error
		if out, err = newOutput(ctx, c.Out, nil); err != nil {
			return err
		}
	}
	in, err := openLogs(ctx, c.Logs, e.in, u.warn)
	if err != nil {
		return err
	}
	s, err := stats.Count(ctx, in.merged(), newAuthors(), in.tell)
	if err != nil {
		return orInterrupted(ctx, err, "nothing was counted")
	}
	write := printStats
	if c.JSON {
		write = writeStats
	}
	if err := write(e.out, s); err != nil {
		return notWritable("standard output", err)
	}
	if c.Out != "" {
		if err := out.save(func(w io.Writer) error { return timeline(w, s) }); err != nil {
			return err
		}
		u.say("wrote %s", out.name("timeline"))
	}
	return in.result()
}

// check checks where the timeline goes.
func (c *statsCommand) check(e env) error {
	if isStdout(c.Out) {
		return misused("-o %s: standard output holds the table", c.Out)
	}
	if _, err := checkFormat("-o", c.Out, "png"); err != nil {
		return err
	}
	return checkDistinct(e, []filePath{{"the table on standard output", "-"}, {"-o", c.Out}}, inputs(c.Logs))
}

// A personRecord is what one person did.
type personRecord struct {
	Type       string        `json:"type"`            // "person"
	Name       string        `json:"name"`            // the present one
	Names      []string      `json:"names,omitempty"` // all of them, the present one last
	ID         string        `json:"id,omitempty"`    // the latest one
	IDs        []string      `json:"ids,omitempty"`   // all of them, if there are several
	Sites      []canvas.Site `json:"sites,omitempty"`
	Operations int           `json:"operations"`
	Strokes    int           `json:"strokes"`
	LengthPX   float64       `json:"length_px"`
	Shown      int           `json:"shown"` // operations that the picture has in the end
	Undos      int           `json:"undos"`
	Redos      int           `json:"redos"`
	Clears     int           `json:"clears"`
	FirstMS    float64       `json:"first_ms"`
	LastMS     float64       `json:"last_ms"`
	ActiveS    int           `json:"active_s"` // seconds in which something was drawn
}

// A totalRecord is the last of the records.
type totalRecord struct {
	Type       string    `json:"type"` // "total"
	Started    time.Time `json:"started"`
	People     int       `json:"people"`
	Operations int       `json:"operations"`
	Shown      int       `json:"shown"`
	Entries    int       `json:"entries"`
	Sum        string    `json:"sum"`
	BeforeMS   float64   `json:"before_ms,omitempty"` // drawn before the first recording, in which times count, too
	LastMS     float64   `json:"last_ms"`
}

// recordOfShare is what the records say of a person.
func recordOfShare(s *stats.Share) personRecord {
	r := personRecord{
		Type: "person", Name: s.Author.Name(),
		Operations: s.Operations, Strokes: s.Strokes, LengthPX: math.Round(s.Length*100) / 100, Shown: s.Shown,
		Undos: s.Undos, Redos: s.Redos, Clears: s.Clears,
		FirstMS: milliseconds(s.First), LastMS: milliseconds(s.Last), ActiveS: len(s.BySecond),
	}
	if who := s.Author; who != nil {
		r.Names, r.Sites = who.Names, who.Sites
		if n := len(who.IDs); n > 0 {
			r.ID = who.IDs[n-1]
		}
		if len(who.IDs) > 1 {
			r.IDs = who.IDs
		}
	}
	return r
}

// totalOf is what all did.
func totalOf(s *stats.Stats) totalRecord {
	t := totalRecord{
		Type: "total", Started: s.Started, People: len(s.Shares), Entries: s.Entries,
		Sum: s.Sum, BeforeMS: milliseconds(s.Before), LastMS: milliseconds(s.Last),
	}
	for _, share := range s.Shares {
		t.Operations += share.Operations
		t.Shown += share.Shown
	}
	return t
}

// writeStats writes one JSON object a line.
func writeStats(w io.Writer, s *stats.Stats) error {
	for _, share := range s.Shares {
		if _, err := w.Write(encode(recordOfShare(share))); err != nil {
			return err
		}
	}
	_, err := w.Write(encode(totalOf(s)))
	return err
}

// printStats writes a table, which people read.
func printStats(w io.Writer, s *stats.Stats) error {
	labels := s.Authors.Labels()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "operations\tstrokes\tlength\tshown\tundos\tclears\tfirst\tlast\tactive\t who")
	for _, p := range s.Shares {
		fmt.Fprintf(t, "%d\t%d\t%.0f px\t%d\t%d\t%d\t%.1f s\t%.1f s\t%d s\t %s\n", p.Operations, p.Strokes, p.Length,
			p.Shown, p.Undos, p.Clears, p.First.Seconds(), p.Last.Seconds(), len(p.BySecond), printable(labels[p.Author]+p.Author.Before()))
	}
	total := totalOf(s)
	fmt.Fprintf(t, "%d\t\t\t%d\t\t\t\t%.1f s\t\t in all\n", total.Operations, total.Shown, s.Last.Seconds())
	return t.Flush()
}
