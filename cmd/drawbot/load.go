package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"drawmesh/peer/loadtest"
)

// loadCommand measures what a room of many peers does.
type loadCommand struct {
	Room   string `arg:"" help:"The room: its address, or its name on --server."`
	Server string `env:"DRAWMESH_SERVER" default:"http://localhost:8081" placeholder:"URL" help:"The server, for a bare name of a room (default ${default})."`

	Bots     *int            `placeholder:"N" help:"How many bots, in all rooms and parts together (default 10, or the most of --stages)."`
	Stages   loadtest.Stages `placeholder:"TIME:BOTS,…" help:"Bots come and go while others draw: 10s:20,1m:20,5s:0 is up to 20 within ten seconds, and so on."`
	Rooms    int             `default:"1" placeholder:"N" help:"Spread them over so many rooms: ROOM-1, ROOM-2 … (default ${default})."`
	Ramp     *time.Duration  `placeholder:"DURATION" help:"Until the last bot sets out (default 1s; 0s: all at once)."`
	Duration time.Duration   `default:"10s" placeholder:"DURATION" help:"How long they draw, once every link is open (default ${default}, or as long as --stages)."`
	Rate     rateCurve       `default:"60" placeholder:"N" help:"Segments a second of each bot that draws (default ${default}); 10s:60,30s:120 is up to 60 within ten seconds, and so on."`
	Writers  int             `placeholder:"K" help:"How many bots of each room draw; the others listen (default: all)."`
	Pattern  string          `default:"walk" placeholder:"NAME" help:"What they draw: spiral, grid, flower or walk (default ${default})."`

	Script string            `placeholder:"FILE.star" help:"Let bots do what a Starlark program says, in its scenarios if it has any (docs/bots.md)."`
	Func   string            `default:"bot" placeholder:"NAME" help:"The function that each bot calls, of a program without scenarios (default ${default})."`
	Env    map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"Put this into the program's env. May be repeated."`
	Memory byteSize          `default:"512MB" placeholder:"SIZE" help:"What memory the program may take, besides what links need (default ${default})."`
	Exec   string            `placeholder:"COMMAND" help:"Let each bot be a process, such as 'python3 bot.py', which hears and draws as with drawbot join."`

	Arrival   rate           `placeholder:"N/s" help:"More bots come at this rate while others draw, as independent people do."`
	Stay      time.Duration  `placeholder:"DURATION" help:"Each bot leaves after so long; another follows, unless --arrival says who comes."`
	Reconnect bool           `help:"Who was killed or turned away comes again, a second later."`
	Chaos     loadtest.Chaos `placeholder:"WHAT" help:"Break things while they draw: kill=6/min,cut=1/s,drop=2/s for bots, event streams, links."`
	Seed      uint64         `positive:"" placeholder:"N" help:"Decides whatever is random (default: a random one)."`
	Gentle    bool           `help:"One bot joins after another, whenever they come, for servers that introduce peers badly."`
	Outward   bool           `help:"Use every network, even if the server is on this machine: for rooms with others in them."`

	Metrics string `placeholder:"URL" help:"Read the server's metrics there, over time, such as http://localhost:9090/metrics (default: /metrics beside the room, if there are any)."`

	Part    part    `placeholder:"K/N" help:"Be one of several machines that share the bots; see drawbot report merge."`
	StartAt instant `placeholder:"TIME" help:"Begin then: 15:04, 15:04:05, or 2006-01-02T15:04:05Z."`

	AllowMissing loadtest.Share       `placeholder:"N" help:"So many bots, or 5% of them, may not get in (default: none)."`
	Threshold    []loadtest.Threshold `sep:"none" placeholder:"METRIC<VALUE" help:"Exit with status 3 if this is missed, such as latency.p99<50ms; with 'abort' behind it, as soon as it is. May be repeated."`
	FindLimit    []loadtest.Threshold `sep:"none" placeholder:"METRIC<VALUE" help:"Raise the load, run by run, until this is missed; say where, and what ran out."`
	Raise        string               `placeholder:"WHAT" help:"What --find-limit raises, rate or bots (default rate)."`

	JSON string `name:"json" placeholder:"FILE" help:"Write the report as JSON, too (docs/load.md)."`
	HTML string `name:"html" placeholder:"FILE" help:"Write the report as a page with pictures, too."`
	CSV  string `name:"csv" placeholder:"FILE" help:"Write the figures over time, too: a row a slice of time, metric and tags."`
	Log  string `placeholder:"FILE.ndjson" help:"Write every failure, with its bot, peer and cause."`

	Live listenAddress `placeholder:"ADDR" help:"Show the run while it goes, at http://ADDR/, and at /metrics to Prometheus: a port of this machine, such as 9000, or HOST:PORT."`

	Quiet bool `help:"Say only what was missed or failed: no progress, no table."`

	args  []string                                 // the whole command line, which the process that runs a program reads again
	watch func(u *ui, m measurement) (stop func()) // shows how a run goes
}

// AfterApply is called by kong.
func (c *loadCommand) AfterApply(kctx *kong.Context) error {
	c.args, c.watch = kctx.Args, watchLoad
	return nil
}

// Help is the text between the summary and the flags.
func (loadCommand) Help() string {
	return `Lets bots join, each a whole peer, waits until all are linked, and lets them draw. Says how long all of that took, and how long operations were on their way: from when they were due, so that a stall counts against every operation that it delayed. Ctrl-C ends it, and what was measured so far is reported. With --script or --exec, bots do what a program of yours says (docs/bots.md).

Metrics for --threshold and --find-limit, and their values: latency, pace, token, stream, join, link, link.signaling, link.ice, link.dtls, link.channel, each with .p50 or any other percentile, .min, .mean or .max (latency.p99<50ms); mesh, converged, cpu.link, cpu.op (converged<5s); bots.joined, bots.failed, links.open, ops.sent, ops.unsent, ops.delivered, ops.lost, ops.duplicate, ops.disordered (links.open==100%, ops.lost==0); bots.refused, links.lost, streams.lost, streams.down, failures, goroutines, goroutines.link (failures==0); ops.rate (ops.rate>900/s); cpu, cpu.machine (cpu<150%); memory, memory.link, bytes.sent, bytes.links, bytes.link, bytes.op (memory<500MB). Those about bots can be told by tags: latency.p99{room:2,stage:1}<50ms (docs/load.md).`
}

func (loadCommand) examples() string {
	return `
Examples:
  $ drawbot load studio --stages 10s:20,1m:20 --threshold 'latency.p99{stage:2}<50ms abort' --threshold ops.lost==0 --html report.html
  $ drawbot load studio --bots 10 --duration 5s --find-limit 'latency.p99<100ms'
  $ drawbot load studio --script bot.star --json report.json
`
}

func (c *loadCommand) run(ctx context.Context, e env, u *ui) error {
	u.quiet = c.Quiet
	room, err := c.check()
	if err != nil {
		return err
	}
	var cfg loadtest.Config
	if c.Script == "" {
		if cfg, err = c.config(room, c.plan(room, u)); err != nil {
			return misusedFields(err)
		}
	}
	out, err := c.outputs(ctx, e)
	if err != nil {
		return err
	}
	defer out.log.close() // of no effect after the one in write
	if out.live, err = serveLive(c.Live, room, u); err != nil {
		return err
	}
	defer out.live.close() // likewise
	c.watch = out.live.during(c.watch)
	out.log.write(runRecord{"run", room, time.Now(), c.Seed})
	var rep *loadtest.Report
	if c.Script != "" {
		rep, err = c.confined(ctx, u, out)
	} else {
		cfg.OnFailure = out.failed
		rep, err = c.measure(ctx, u, cfg)
	}
	if rep == nil {
		return orInterrupted(ctx, err, "nothing was measured")
	}
	if writeErr := out.write(rep, u); writeErr != nil {
		return writeErr
	}
	return verdict(ctx, rep, err)
}

// verdict is how the command ends after a report was written.
func verdict(ctx context.Context, rep *loadtest.Report, err error) error {
	var short error
	if rep.Ended == "interrupted" {
		short = interrupted(ctx, "the report is of what was measured until then")
	}
	if rep.Limit != nil { // what was missed, and who did not get in, is what was looked for
		return cmp.Or(short, err)
	}
	if m := missed(rep); m != nil && short != nil {
		return &statusError{exitMissed, fmt.Errorf("%w; %w", m, short)}
	} else if m != nil {
		return m
	}
	return cmp.Or(short, err, troubled(rep))
}

// troubled says why what a report tells of has failed, whatever its thresholds.
func troubled(rep *loadtest.Report) error {
	if trouble := rep.Trouble(); trouble != "" {
		return errors.New(trouble)
	}
	return nil
}

// missed says which thresholds were, if any.
func missed(rep *loadtest.Report) error {
	var missed []string
	for _, v := range rep.Thresholds {
		if !v.Met {
			missed = append(missed, fmt.Sprintf("%s (got %s)", v.Threshold, v.Got))
		}
	}
	if len(missed) == 0 {
		return nil
	}
	return &statusError{exitMissed, fmt.Errorf("missed: %s", strings.Join(missed, ", "))}
}

// measure does it, and holds what came of it to the thresholds.
func (c *loadCommand) measure(ctx context.Context, u *ui, cfg loadtest.Config) (rep *loadtest.Report, err error) {
	if len(c.FindLimit) > 0 {
		return c.search(ctx, u, cfg)
	}
	rep, err = c.once(ctx, u, cfg)
	if rep != nil {
		rep.Check(cfg.Thresholds)
	}
	return rep, err
}

// once runs one load test.
func (c *loadCommand) once(ctx context.Context, u *ui, cfg loadtest.Config) (*loadtest.Report, error) {
	run, err := loadtest.New(cfg)
	if err != nil {
		return nil, err
	}
	u.say("%s in %s, --seed %d; Ctrl-C ends it, and reports", count(cfg.Bots(), "bot"), cfg.Rooms[0], cfg.Seed)
	stop := c.watch(u, run)
	defer stop()
	return run.Do(ctx)
}

// search runs many, until something breaks.
func (c *loadCommand) search(ctx context.Context, u *ui, cfg loadtest.Config) (*loadtest.Report, error) {
	what := c.Raise
	if what == "" {
		what = "rate"
	}
	stop := func() {}
	s := loadtest.Search{
		Config: cfg, Raise: what, Thresholds: c.FindLimit,
		Start: func(run *loadtest.Run, value float64) {
			u.say("%s %g, --seed %d", what, value, cfg.Seed)
			stop = c.watch(u, run)
		},
		Done: func(step loadtest.Step) {
			stop()
			how := "well"
			if !step.Good {
				how = "broke"
			}
			u.say("%s %g: %s; p99 %s, %.0f operations/s delivered, machine %.0f %% busy", what, step.Value, how,
				loadtest.FormatMS(step.P99MS), step.Rate, 100*step.Machine)
		},
	}
	defer func() { stop() }()
	return s.Find(ctx)
}
