package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// statsCommand tells who drew what, when and how much.
type statsCommand struct {
	Logs []string `arg:"" name:"log" help:"Recordings, which are merged; - is standard input."`
	JSON bool     `name:"json" help:"Write records, one JSON object a line, and not a table."`
	Out  string   `short:"o" placeholder:"FILE.png" help:"Also draw a timeline: who drew when."`
}

// Help is the text between the summary and the flags.
func (statsCommand) Help() string {
	return `Of each person: operations, strokes, the length of their lines in pixels of the canvas, how much of it shows in the end, undos and clears, when they began and ended, since the first recording's start, and for how many seconds they drew at all. Whoever was renamed is one person, with all names; of two with the same name a site or an id says who is who.`
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
	s, err := takeStats(ctx, in)
	if err != nil {
		return orInterrupted(ctx, err, "nothing was counted")
	}
	write := s.table
	if c.JSON {
		write = s.records
	}
	if err := write(e.out); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	if c.Out != "" {
		if err := out.save(s.timeline); err != nil {
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

// stats are those of recordings.
type stats struct {
	start   time.Time
	people  []*share
	sum     canvas.Sum
	entries int           // that the drawing consists of
	end     time.Duration // of the last operation
}

// A share is what one person did.
type share struct {
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

	label   string      // of the person, and nobody else's
	seconds map[int]int // operations, by second
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
	LastMS     float64   `json:"last_ms"`
}

// takeStats goes through the logs.
func takeStats(ctx context.Context, in *logs) (*stats, error) {
	s := &stats{}
	people, drawing := newPeople(), recording.NewDrawing()
	shares := make(map[author]*share)
	for m, err := range in.merged() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		people.hear(m.rec)
		if _, ok := m.rec.(recording.Header); ok && s.start.IsZero() {
			s.start = m.at
		}
		before := drawing.Log().Len()
		if _, err := drawing.Add(m.rec); err != nil {
			in.wrong(m.log.name, &recording.LineError{Line: m.log.Line(), Err: err})
			continue
		}
		if op, ok := m.rec.(recording.Op); ok && (len(drawing.Taken()) > 0 || drawing.Log().Len() != before) {
			s.end = max(s.end, m.at.Sub(s.start))
			people.took(op, drawing.Taken())
			a := authorOf(op)
			if shares[a] == nil {
				shares[a] = newShare()
			}
			e := op.Entry
			if taken := drawing.Taken(); e.N == 0 && len(taken) > 0 {
				e = taken[0] // where it has its place
			}
			shares[a].add(e, m.at.Sub(s.start))
		}
	}
	s.sum, s.entries = drawing.Log().Sum(), drawing.Log().Len()
	s.divide(people, shares, drawing.Log())
	return s, nil
}

// divide gives everybody what they did under all ids and sites that turned out to
// be theirs.
func (s *stats) divide(people *people, shares map[author]*share, log *canvas.Log) {
	whole := make(map[*person]*share)
	of := func(who *person) *share {
		if whole[who] == nil {
			whole[who] = newShare()
		}
		return whole[who]
	}
	for a, part := range shares {
		of(people.author(a)).join(part)
	}
	for e := range log.Paint(canvas.Key{}) {
		of(people.of(e)).Shown++
	}
	labels := people.labels()
	for _, who := range append(people.all(), nil) {
		sh := whole[who]
		if sh == nil {
			continue
		}
		sh.label, sh.Name, sh.ActiveS = labels[who]+who.before(), who.name(), len(sh.seconds)
		if who != nil {
			sh.Names, sh.Sites = who.names, who.sites
			if n := len(who.ids); n > 0 {
				sh.ID = who.ids[n-1]
			}
			if len(who.ids) > 1 {
				sh.IDs = who.ids
			}
		}
		s.people = append(s.people, sh)
	}
}

func newShare() *share { return &share{Type: "person", seconds: make(map[int]int)} }

// join adds what the same person did under another id or site.
func (s *share) join(part *share) {
	if s.Operations == 0 || part.FirstMS < s.FirstMS {
		s.FirstMS = part.FirstMS
	}
	s.LastMS = max(s.LastMS, part.LastMS)
	s.Operations += part.Operations
	s.Strokes += part.Strokes
	s.LengthPX += part.LengthPX
	s.Undos += part.Undos
	s.Redos += part.Redos
	s.Clears += part.Clears
	for second, n := range part.seconds {
		s.seconds[second] += n
	}
}

// add counts an entry that came so long after the start.
func (s *share) add(e canvas.Entry, at time.Duration) {
	if s.Operations == 0 {
		s.FirstMS = milliseconds(at)
	}
	s.LastMS = milliseconds(at)
	s.Operations++
	s.seconds[int(at/time.Second)]++
	if e.K == e.N && e.N > 0 {
		s.Strokes++
	}
	switch op := e.Op.(type) {
	case canvas.Segment:
		s.LengthPX += math.Hypot(op.To.X-op.From.X, op.To.Y-op.From.Y)
	case canvas.Rect:
		s.LengthPX += 2 * (math.Abs(op.Width) + math.Abs(op.Height))
	case canvas.Undo:
		s.Undos++
	case canvas.Redo:
		s.Redos++
	case canvas.Clear:
		s.Clears++
	}
}

// records writes one JSON object a line.
func (s *stats) records(w io.Writer) error {
	for _, p := range s.people {
		p.LengthPX = math.Round(p.LengthPX*100) / 100
		if _, err := w.Write(encode(p)); err != nil {
			return err
		}
	}
	_, err := w.Write(encode(s.total()))
	return err
}

func (s *stats) total() totalRecord {
	t := totalRecord{
		Type: "total", Started: s.start, People: len(s.people), Entries: s.entries,
		Sum: s.sum.String(), LastMS: milliseconds(s.end),
	}
	for _, p := range s.people {
		t.Operations += p.Operations
		t.Shown += p.Shown
	}
	return t
}

// table writes what people read.
func (s *stats) table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "operations\tstrokes\tlength\tshown\tundos\tclears\tfirst\tlast\tactive\t who")
	for _, p := range s.people {
		fmt.Fprintf(t, "%d\t%d\t%.0f px\t%d\t%d\t%d\t%.1f s\t%.1f s\t%d s\t %s\n", p.Operations, p.Strokes, p.LengthPX,
			p.Shown, p.Undos, p.Clears, p.FirstMS/1000, p.LastMS/1000, p.ActiveS, printable(p.label))
	}
	total := s.total()
	fmt.Fprintf(t, "%d\t\t\t%d\t\t\t\t%.1f s\t\t in all\n", total.Operations, total.Shown, total.LastMS/1000)
	return t.Flush()
}
