package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"time"

	"drawmesh/internal/confine"
)

// runCommand lets the bots of a program into a room. They run in a process of
// their own: see perform.
type runCommand struct {
	Room   string   `arg:"" help:"The room: its address, or its name on --server."`
	Script string   `arg:"" optional:"" placeholder:"FILE" help:"The program, such as bot.star."`
	Server string   `env:"DRAWMESH_SERVER" default:"http://localhost:8081" placeholder:"URL" help:"The server, for a bare name of a room (default ${default})."`
	Name   nickname `placeholder:"NAME" help:"What the others see (default: the file's name; of several bots, with a number)."`

	Bots   int               `default:"1" placeholder:"N" help:"How many bots run the program, each for itself (default ${default})."`
	Func   string            `default:"bot" placeholder:"NAME" help:"The function that each bot calls (default ${default})."`
	For    time.Duration     `placeholder:"DURATION" help:"Let them end after so long (default: when all have returned, or at Ctrl-C)."`
	Seed   uint64            `positive:"" placeholder:"N" help:"Decides whatever is random (default: a random one)."`
	Env    map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"Put this into the program's env. May be repeated."`
	Memory byteSize          `default:"512MB" placeholder:"SIZE" help:"What memory all bots together may take, with their links (default ${default})."`
	Check  bool              `help:"Only load the program, and say what is wrong with it. It needs no room."`
	Debug  bool              `help:"Say what happens inside, on standard error."`
	Quiet  bool              `help:"Say only what was missed or failed."`

	trust
}

// Help is the text between the summary and the flags.
func (runCommand) Help() string {
	return `Lets bots into a room that do what a Starlark program says, one function from its first line to its last: docs/bots.md has what they can do. A line that they log goes to standard error, and what they check is counted and told in the end.

A program reaches no files but those beside it, while it loads, and no network. It runs in a process with a limit for its memory. A bot that fails ends, and the others go on; so does one that is busy for 5 seconds without waiting.`
}

func (runCommand) examples() string {
	return `
Examples:
  $ drawbot run studio docs/bots/mirror.star
  $ drawbot run studio docs/bots/flock.star --bots 12 --for 1m --seed 7
  $ drawbot run --check bot.star
`
}

// Bounds of the flags.
const (
	maxBots   = 1000
	minMemory = 64e6 // bytes: Go takes them in pieces of that size
	maxMemory = 1e12
)

func checkMemory(size byteSize) error {
	if size < minMemory || size > maxMemory {
		return misused("--memory %v: %v to %v", size, byteSize(minMemory), byteSize(maxMemory))
	}
	return nil
}

// scriptGrace is how long the bots may take to leave: as long as one may be busy,
// and two that never end can take to be found out, and then some.
const scriptGrace = 20 * time.Second

func (c *runCommand) run(ctx context.Context, _ env, u *ui) error {
	u.quiet = c.Quiet
	job, err := c.job()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if !c.Check {
		u.say("running %s as %s, --seed %d; Ctrl-C ends it", c.Script, count(c.Bots, "bot"), job.Seed)
	}
	h := &hearing{u: u, of: c}
	err = confine.Run(ctx, exec.Command(self, performArg), job, scriptGrace, h.hear)
	switch {
	case ctx.Err() != nil && (h.joined == 0 || c.Check):
		return interrupted(ctx, "before a bot was in the room")
	case h.end == nil && err != nil:
		return fmt.Errorf("%s was ended: %w%s", c.Script, err, memoryHint(err, c.Memory))
	case h.end == nil:
		return fmt.Errorf("%s was ended, and nothing says why", c.Script)
	}
	return h.verdict()
}

// memoryHint says what to do about the death of a child.
func memoryHint(err error, limit byteSize) string {
	if errors.Is(err, confine.ErrMemory) {
		return fmt.Sprintf(" (--memory %v)", limit)
	}
	return ""
}

// job checks the flags.
func (c *runCommand) job() (*scriptJob, error) {
	if c.Check && c.Script == "" {
		c.Script = c.Room // which is not needed
	}
	var err error
	var address string
	if !c.Check {
		if address, err = (room{Room: c.Room, Server: c.Server}).url(); err == nil {
			_, err = c.trust.client()
		}
	}
	switch {
	case c.Script == "":
		return nil, misused("which program? Give a file, such as docs/bots/mirror.star")
	case err != nil:
		return nil, err
	case c.Bots < 1 || c.Bots > maxBots:
		return nil, misused("--bots %d: 1 to %d", c.Bots, maxBots)
	}
	if err := cmp.Or(checkMemory(c.Memory), checkFor(c.For)); err != nil {
		return nil, err
	}
	if c.Seed == 0 {
		c.Seed = 1 + uint64(rand.IntN(1_000_000))
	}
	name := cmp.Or(string(c.Name), programName(c.Script))
	return &scriptJob{
		Address: address, Trust: c.trust, Name: name, Script: c.Script, Func: c.Func, Bots: c.Bots,
		For: c.For, Seed: c.Seed, Env: c.Env, Memory: int64(c.Memory), Check: c.Check, Debug: c.Debug,
	}, nil
}
