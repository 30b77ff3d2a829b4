package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"drawmesh/internal/confine"
	"drawmesh/peer/loadtest"
	"drawmesh/peer/script"
)

// performLoadArg makes the program the child of drawbot load --script, in which the
// whole load test goes on.
const performLoadArg = "perform-load"

// A loadJob is what the child is to do: the same command line, again.
type loadJob struct {
	Args []string
	Seed uint64
}

// A loadNews is a line that the child tells.
type loadNews struct {
	// Type is "line" (for people), "log", "failure", "begin", "over" (a run),
	// "status", "snapshot", "report" or "end".
	Type    string           `json:"type"`
	Bot     string           `json:"bot,omitempty"`
	Text    string           `json:"text,omitempty"`
	Stack   []string         `json:"stack,omitempty"` // of a failure
	Misused bool             `json:"misused,omitempty"`
	Status  *loadtest.Status `json:"status,omitempty"`
	Failure *failureRecord   `json:"failure,omitempty"`
	Piece   []byte           `json:"piece,omitempty"` // of a report
	More    bool             `json:"more,omitempty"`  // pieces follow
}

// maxPiece bounds a piece of a report, in bytes: a line has a megabyte at most.
const maxPiece = 256 << 10

// How often the child tells how things stand.
const (
	statusEvery   = 200 * time.Millisecond
	snapshotEvery = time.Second
)

// A loadTroupe is the child. Methods may be called concurrently.
type loadTroupe struct {
	tell *confine.Teller
}

// performLoad is the child: it does what the parent says, and tells what comes of
// it.
func performLoad(in io.Reader, out io.Writer) {
	t := &loadTroupe{tell: confine.NewTeller(out)}
	var job loadJob
	ctx, err := confine.Job(in, &job)
	if err == nil {
		err = t.perform(ctx, job)
	}
	t.ended(err)
}

// ended tells that it is over, and why, if it did not go well.
func (t *loadTroupe) ended(err error) {
	end := loadNews{Type: "end"}
	if err != nil {
		end.Text, end.Stack = described(err)
		end.Misused = errors.As(err, new(usageError))
	}
	t.tell.Tell(end)
}

// stuck ends the process, for there is no other way to end what a bot does.
func (t *loadTroupe) stuck(bot string) {
	t.ended(fmt.Errorf("%s is busy with one operation that does not end, and was ended with all bots", bot))
	os.Exit(exitDone) // the parent knows the rest
}

func (t *loadTroupe) perform(ctx context.Context, job loadJob) error {
	cmd, _, err := parse(io.Discard, job.Args)
	c, ok := cmd.(*loadCommand)
	if err != nil || !ok {
		return cmp.Or(err, errors.New("no load test")) // which the parent has read
	}
	u := newUI(linesTold{t.tell})
	u.quiet, c.Seed, c.watch = c.Quiet, job.Seed, t.watch
	limit, err := confine.NewLimit(int64(c.Memory))
	if err != nil {
		u.warn("%v: a program could take all that there is", err)
	}
	room, err := c.check()
	if err != nil {
		return err
	}
	log := func(bot, line string) { t.tell.Tell(loadNews{Type: "log", Bot: bot, Text: line}) }
	name := programName(c.Script)
	program, err := loadProgram(ctx, c.Script, script.Options{
		Env: c.Env, Seed: c.Seed, Stuck: func() { t.stuck(name) }, Log: func(line string) { log(name, line) },
	})
	if err != nil {
		return err
	}
	run := program.Run(script.RunOptions{Seed: c.Seed, Log: log, Stuck: t.stuck})
	plan, err := c.scriptPlan(program, run)
	if err != nil {
		return err
	}
	cfg, err := c.config(room, plan)
	if wrong := new(loadtest.ConfigError); errors.As(err, &wrong) {
		err = fmt.Errorf("%s: %s: %s", c.Script, strings.ToLower(wrong.Field), wrong.Problem)
	}
	if err != nil {
		return err
	}
	_ = limit.Set(int64(c.Memory) + linkMemory(cfg)) // whether that works is known
	cfg.OnFailure = t.failed
	return t.measure(ctx, u, c, cfg, run)
}

// measure does it between the program's setup and teardown, and tells the report.
func (t *loadTroupe) measure(ctx context.Context, u *ui, c *loadCommand, cfg loadtest.Config, run *script.Run) error {
	if err := run.Setup(ctx); err != nil {
		return err
	}
	rep, err := c.measure(ctx, u, cfg)
	err = cmp.Or(err, run.Teardown(context.WithoutCancel(ctx)))
	if s := run.Stats(); s.Unsaid > 0 {
		u.say("the program logged more than 100 lines a second: %d were not shown", s.Unsaid)
	}
	if rep != nil {
		t.report("report", rep)
	}
	return err
}

// failed tells of a failure, and of a bot's own where in the program it was.
func (t *loadTroupe) failed(f loadtest.Failure) {
	record := failureOf(f)
	news := loadNews{Type: "failure", Failure: &record}
	if f.What == "bot" {
		_, news.Stack = described(f.Cause)
	}
	t.tell.Tell(news)
}

// report tells a report in pieces.
func (t *loadTroupe) report(kind string, rep *loadtest.Report) {
	var text bytes.Buffer
	if err := rep.Write(&text); err != nil {
		panic(err) // reports hold nothing that cannot be encoded
	}
	for text.Len() > 0 {
		piece := text.Next(maxPiece)
		t.tell.Tell(loadNews{Type: kind, Piece: piece, More: text.Len() > 0})
	}
}

// watch tells how a run goes, until it is stopped. Stopping twice is harmless.
func (t *loadTroupe) watch(_ *ui, run measurement) (stop func()) {
	t.tell.Tell(loadNews{Type: "begin"})
	told := time.Now()
	news := func() {
		status := run.Status()
		t.tell.Tell(loadNews{Type: "status", Status: &status})
		if status.Phase != "waiting" && time.Since(told) >= snapshotEvery {
			told = time.Now()
			t.report("snapshot", run.Snapshot())
		}
	}
	news()
	stopped := repeat(statusEvery, news)
	return sync.OnceFunc(func() {
		stopped()
		t.tell.Tell(loadNews{Type: "over"})
	})
}

// linesTold is a teller as a writer of whole lines for people.
type linesTold struct{ tell *confine.Teller }

func (l linesTold) Write(p []byte) (int, error) {
	l.tell.Tell(loadNews{Type: "line", Text: strings.TrimRight(string(p), "\n")})
	return len(p), nil
}
