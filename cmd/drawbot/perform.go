package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"drawmesh/internal/confine"
	"drawmesh/peer"
	"drawmesh/peer/script"
)

// performArg makes the program the child of drawbot run, which runs the bots.
const performArg = "perform-script"

// A scriptJob is what the child is to do.
type scriptJob struct {
	Address      string // of the room
	Trust        trust
	Name         string // of the bots; of several, with a number
	Script, Func string
	Bots         int
	For          time.Duration // 0: until all have returned
	Seed         uint64
	Env          map[string]string
	Memory       int64 // bytes
	Check, Debug bool
}

// A scriptLine is one that the child tells.
type scriptLine struct {
	Type  string     `json:"type"` // "log", "debug", "warning", "joined", "failed" or "end"
	Bot   string     `json:"bot,omitempty"`
	Text  string     `json:"text,omitempty"`
	Stack []string   `json:"stack,omitempty"` // of what failed
	End   *scriptEnd `json:"end,omitempty"`
}

// A scriptEnd is what has come of a run.
type scriptEnd struct {
	script.Stats
	Checks []script.Check
	Totals []script.Total
	cause  string // why all was ended; empty: it ended by itself
}

// A troupe is the bots of the child.
type troupe struct {
	job    scriptJob
	tell   *confine.Teller
	run    *script.Run
	entry  script.Scenario
	tally  script.Tally
	client *http.Client
	setups *peer.Setups
}

// perform is the child: it does what the parent says, and tells what comes of it.
func perform(in io.Reader, out io.Writer) {
	t := troupe{tell: confine.NewTeller(out), setups: peer.NewSetups()}
	ctx, err := confine.Job(in, &t.job)
	if err == nil {
		if err := confine.Limit(t.job.Memory); err != nil {
			t.tell.Tell(scriptLine{Type: "warning", Text: err.Error() + ": a program could take all that there is"})
		}
		err = t.perform(ctx)
	}
	t.ended(err)
}

// ended tells how it all went, and why it ended early, if it did.
func (t *troupe) ended(err error) {
	end := scriptLine{Type: "end", End: &scriptEnd{Checks: t.tally.Checks(), Totals: t.tally.Totals()}}
	if err != nil {
		end.Text, end.Stack = described(err)
	}
	if t.run != nil {
		end.End.Stats = t.run.Stats()
	}
	t.tell.Tell(end)
}

// described is an error and, if it is the program's, where it was.
func described(err error) (text string, stack []string) {
	var at *script.Error
	if errors.As(err, &at) {
		stack = at.Stack
	}
	return err.Error(), stack
}

// perform loads the program and lets its bots run, until all have ended.
func (t *troupe) perform(ctx context.Context) error {
	program, err := t.load(ctx)
	if err != nil {
		return err
	}
	t.entry, err = program.Scenario(t.job.Func)
	if err != nil && t.job.Func == script.Entry && len(program.Scenarios()) > 0 {
		err = fmt.Errorf("%w, but scenarios: run them with drawbot load --script, or one function with --func", err)
		if t.job.Check {
			err = nil
		}
	}
	if err != nil || t.job.Check {
		return err
	}
	t.run = program.Run(script.RunOptions{
		Seed:  t.job.Seed,
		Log:   func(bot, line string) { t.tell.Tell(scriptLine{Type: "log", Bot: bot, Text: line}) },
		Stuck: t.stuck,
	})
	if t.client, err = t.job.Trust.client(); err != nil {
		return err
	}
	if err := t.run.Setup(ctx); err != nil {
		return err
	}
	var bots sync.WaitGroup
	for i := range t.job.Bots {
		bots.Go(func() {
			name := t.job.Name
			if t.job.Bots > 1 {
				name = fmt.Sprintf("%s-%d", name, i+1)
			}
			if err := t.bot(ctx, name, i); err != nil {
				line := scriptLine{Type: "failed", Bot: name}
				line.Text, line.Stack = described(err)
				t.tell.Tell(line)
			}
		})
	}
	bots.Wait()
	return cmp.Or(t.run.Err(), t.run.Teardown(context.WithoutCancel(ctx)))
}

// load loads the program. The files beside it are its data.
func (t *troupe) load(ctx context.Context) (*script.Program, error) {
	info, err := os.Stat(t.job.Script)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", t.job.Script)
	}
	if err != nil {
		return nil, err
	}
	file, err := os.Open(t.job.Script)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	root, err := os.OpenRoot(filepath.Dir(t.job.Script))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return script.Load(ctx, filepath.Base(t.job.Script), file, script.Options{
		Files: root.FS(), Env: t.job.Env, Seed: t.job.Seed,
		Log:   func(line string) { t.tell.Tell(scriptLine{Type: "log", Bot: t.job.Name, Text: line}) },
		Stuck: func() { t.stuck(t.job.Name) },
	})
}

// stuck ends the process, for there is no other way to end what a bot does.
func (t *troupe) stuck(bot string) {
	t.ended(fmt.Errorf("%s is busy with one operation that does not end, and was ended with all bots", bot))
	os.Exit(exitDone) // the parent knows the rest
}

// handover bounds how long a bot that has ended waits for its last strokes to
// arrive.
const handover = 5 * time.Second

// bot lets one bot into the room, and out again when it has ended.
func (t *troupe) bot(ctx context.Context, name string, number int) error {
	var logger *slog.Logger
	if t.job.Debug {
		logger = slog.New(slog.NewTextHandler(debugLines{t.tell}, &slog.HandlerOptions{Level: slog.LevelDebug})).With("bot", name)
	}
	p, err := peer.Join(ctx, t.job.Address, peer.Options{Name: name, HTTPClient: t.client, Setups: t.setups, Logger: logger})
	if err != nil {
		return entering(t.job.Address, err)
	}
	t.tell.Tell(scriptLine{Type: "joined", Bot: name})
	defer leave(p)
	stay, cancel := limited(ctx, t.job.For)
	defer cancel()
	err = t.run.Bot(stay, p, script.Actor{Number: number, Scenario: t.entry, Measures: &t.tally})
	wait := handover
	if ctx.Err() != nil {
		wait = closeTimeout // somebody wants it to end
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
	defer cancel()
	_ = p.Flush(last) // who is not reached by then would not be by waiting
	return err
}

// debugLines is a teller as a writer of whole lines, for logs.
type debugLines struct{ tell *confine.Teller }

func (l debugLines) Write(p []byte) (int, error) {
	l.tell.Tell(scriptLine{Type: "debug", Text: strings.TrimRight(string(p), "\n")})
	return len(p), nil
}
