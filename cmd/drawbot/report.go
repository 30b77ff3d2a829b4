package main

import (
	"cmp"
	"context"
	"fmt"

	"drawmesh/peer/loadtest"
)

// reportCommands are about the reports that load writes.
type reportCommands struct {
	Merge mergeCommand `cmd:"" help:"Make one report of those of several machines."`
	Show  showCommand  `cmd:"" help:"Show a report again."`
}

// reportFiles is what both write.
type reportFiles struct {
	JSON      string               `name:"json" placeholder:"FILE" help:"Write the report as JSON, too (docs/load.md)."`
	HTML      string               `name:"html" placeholder:"FILE" help:"Write the report as a page with pictures, too."`
	CSV       string               `name:"csv" placeholder:"FILE" help:"Write the figures over time, too: a row a slice of time, metric and tags."`
	Threshold []loadtest.Threshold `sep:"none" placeholder:"METRIC<VALUE" help:"Exit with status 3 if this is missed, such as latency.p99<50ms. May be repeated."`
}

// mergeCommand makes one report of several.
type mergeCommand struct {
	Files []string `arg:"" placeholder:"FILE" help:"The reports, which load wrote with --json."`
	reportFiles
}

// Help is the text between the summary and the flags.
func (mergeCommand) Help() string {
	return `Merges what the parts of one load test measured: counts are added, histograms merged, and what one part drew and another did not hear is lost. The clocks of the machines are compared by the fastest operations and probes in both directions, as NTP does; how they differ, and how far that may be off, is stated.`
}

func (mergeCommand) examples() string {
	return `
Examples:
  $ drawbot report merge part-*.json --html report.html
  $ drawbot report merge one.json two.json --json all.json --threshold 'latency.p99<50ms'
`
}

func (c *mergeCommand) run(ctx context.Context, e env, u *ui) error {
	var reports []*loadtest.Report
	for _, path := range c.Files {
		rep, err := readReport(ctx, path, e)
		if err != nil {
			return err
		}
		reports = append(reports, rep)
	}
	merged, err := loadtest.Merge(reports...)
	if err != nil {
		return err
	}
	if err := c.write(ctx, merged, c.Files, e, u); err != nil {
		return err
	}
	if missing := merged.Missing(); len(missing) > 0 {
		return &statusError{exitIncomplete, fmt.Errorf("of %d parts, %d are missing: what they heard and drew is not in the report", merged.Parts[0].Of, len(missing))}
	}
	return troubled(merged)
}

// showCommand shows a report again.
type showCommand struct {
	File string `arg:"" placeholder:"FILE" help:"A report that load wrote with --json; - is standard input."`
	reportFiles
}

func (showCommand) examples() string {
	return `
Examples:
  $ drawbot report show report.json
  $ drawbot report show report.json --html report.html --threshold ops.lost==0
`
}

func (c *showCommand) run(ctx context.Context, e env, u *ui) error {
	rep, err := readReport(ctx, c.File, e)
	if err != nil {
		return err
	}
	return c.write(ctx, rep, []string{c.File}, e, u)
}

// write writes the report, which is made of these files, and says whether it keeps to the thresholds.
func (f reportFiles) write(ctx context.Context, rep *loadtest.Report, from []string, e env, u *ui) error {
	out, err := newReportOutput(ctx, reportPaths{json: f.JSON, html: f.HTML, csv: f.CSV}, from, e)
	if err != nil {
		return err
	}
	if len(f.Threshold) > 0 {
		rep.Check(f.Threshold)
	}
	if err := out.write(rep, u); err != nil {
		return err
	}
	if len(f.Threshold) == 0 {
		return nil
	}
	return cmp.Or(missed(rep), troubled(rep))
}

func readReport(ctx context.Context, path string, e env) (*loadtest.Report, error) {
	src, err := openSource(ctx, path, e.in)
	if err != nil {
		return nil, orInterrupted(ctx, fmt.Errorf("%s: %w", src.Name, causeOnPath(err)), "%s was not read", src.Name)
	}
	f, err := src.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.Name, causeOnPath(err))
	}
	defer f.Close()
	rep, err := loadtest.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", src.Name, err)
	}
	return rep, nil
}
