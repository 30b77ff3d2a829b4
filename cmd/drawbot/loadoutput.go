package main

import (
	"context"
	"io"
	"time"

	"drawmesh/peer/loadtest"
	"drawmesh/peer/loadtest/render"
)

// loadOutput is where a load test's results go.
type loadOutput struct {
	table      io.Writer
	json, html *output // nil: nowhere
	log        *logFile
}

// failureRecord is a line of a load test's log.
type failureRecord struct {
	Type  string  `json:"type"` // "failure"
	AtMS  float64 `json:"at_ms"`
	What  string  `json:"what"`
	Bot   string  `json:"bot"`
	Peer  string  `json:"peer,omitempty"`
	Cause string  `json:"cause"`
}

// outputs checks that everything can be written, before the run.
func (c *loadCommand) outputs(ctx context.Context, e env) (*loadOutput, error) {
	o, err := newReportOutput(ctx, c.JSON, c.HTML, c.Log, nil, e)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Quiet:
		o.table = io.Discard
	case isStdout(c.Log):
		o.table = e.err
	}
	o.log, err = openLog(ctx, c.Log, e.out)
	return o, err
}

// newReportOutput checks where a report is to go that is made of these files. The
// table goes to standard output, unless that is taken.
func newReportOutput(ctx context.Context, json, html, log string, from []string, e env) (*loadOutput, error) {
	if err := checkReportFiles(json, html, log, from, e); err != nil {
		return nil, err
	}
	o := &loadOutput{table: e.out, log: new(logFile)}
	for _, f := range []struct {
		path string
		to   **output
	}{{json, &o.json}, {html, &o.html}} {
		if f.path == "" {
			continue
		}
		out, err := newOutput(ctx, f.path, e.out)
		if err != nil {
			return nil, err
		}
		if *f.to = &out; out.stdout {
			o.table = e.err
		}
	}
	return o, nil
}

// checkReportFiles checks that each file is what its name says, and one alone.
func checkReportFiles(json, html, log string, from []string, e env) error {
	if _, err := checkFormat("--json", json, "json"); err != nil {
		return err
	}
	if _, err := checkFormat("--html", html, "html", "htm"); err != nil {
		return err
	}
	if _, err := checkFormat("--log", log, "ndjson"); err != nil {
		return err
	}
	return checkDistinct(e, []filePath{{"--json", json}, {"--html", html}, {"--log", log}}, inputs(from))
}

// runRecord is the first line of each run in a load test's log.
type runRecord struct {
	Type    string    `json:"type"` // "run"
	Room    string    `json:"room"`
	Started time.Time `json:"started"`
	Seed    uint64    `json:"seed"`
}

// failed writes a failure to the log.
func (o *loadOutput) failed(f loadtest.Failure) {
	o.log.write(failureRecord{"failure", milliseconds(f.At), f.What, f.Bot, f.Peer, f.Cause.Error()})
}

// write writes the report, everywhere.
func (o *loadOutput) write(rep *loadtest.Report, u *ui) error {
	err := o.log.close()
	if err == nil && o.log.path != "" && !o.log.stdout {
		u.say("wrote %s: %s", o.log.path, count(o.log.records-1, "failure")) // and a line of the run
	}
	if rep.Ended != "failed" { // why is said anyway
		if tableErr := render.Table(o.table, rep); err == nil {
			err = tableErr
		}
	}
	for _, f := range []struct {
		to      *output
		content func(io.Writer) error
	}{{o.json, rep.Write}, {o.html, func(w io.Writer) error { return render.HTML(w, rep) }}} {
		if f.to == nil {
			continue
		}
		saveErr := f.to.save(f.content)
		if saveErr == nil {
			u.say("wrote %s", f.to.name("report"))
		} else if err == nil {
			err = saveErr
		}
	}
	return err
}
