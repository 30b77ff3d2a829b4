// Package script lets a Starlark program be a bot: it is loaded and frozen once,
// and then run by as many bots as wanted, each with a peer of its own.
//
//	Load       a file becomes a Program
//	Program    what it says: its functions, scenarios, thresholds, metrics
//	Run        what the bots of one run share: seed, log, what setup returned
//	Run.Bot    one bot, from its first line to its last
//	Measures   who takes what a bot observes: a load test, or a Tally
//
// A program reads from top to bottom. A bot calls one function of it, with what
// it can do as the argument, and waits there for what it wants to hear of:
//
//	def bot(bot):
//	    while bot.running():
//	        e = bot.next("stroke")
//	        if e != None:
//	            bot.stroke([(1280 - x, y) for x, y in e.points], color = e.color)
//
// The language reaches neither files nor the network, and what a program does
// without waiting is bounded in time. Its memory is not: whoever runs programs of
// strangers does so in a process that is.
package script

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"

	"go.starlark.net/lib/json"
	"go.starlark.net/lib/math"
	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// maxSource bounds a program and each file of its data, in bytes.
const (
	maxSource = 1 << 20
	maxData   = 16 << 20
)

// Entry is the function that a bot calls, unless another is asked for.
const Entry = "bot"

// dialect is Starlark with what programs that are no configuration need.
var dialect = &syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true}

// Options configures [Load]. Its zero value is a working default.
type Options struct {
	// Files are what data reads. Nil means none.
	Files fs.FS

	// Env is what env holds. It is not the process's environment, which may have
	// secrets that a program could draw.
	Env map[string]string

	// Seed is for what is random.
	Seed uint64

	// Log hears each line that the program logs while it loads, up to 1,000 of
	// them. Nil hears none.
	Log func(line string)

	// Stuck is as in [RunOptions].
	Stuck func()

	limits limits
}

// A Program has been loaded, and does not change any more.
type Program struct {
	globals         starlark.StringDict
	hears           interest
	setup, teardown *starlark.Function // nil if it has none

	scenarios  []Scenario
	thresholds []string
	metrics    []Metric
}

// Load reads and runs the file called name, for its functions and constants. Of
// its errors, an [*Error] tells where in the file. Canceling ctx ends it.
func Load(ctx context.Context, name string, source io.Reader, o Options) (*Program, error) {
	names := o.names()
	program, hears, err := compile(name, source, names)
	if err != nil {
		return nil, err
	}
	lines := 0
	log := func(line string) {
		if lines++; o.Log != nil && lines <= linesBurst {
			o.Log(cut(line))
		}
	}
	p := &Program{hears: hears}
	t := newThread(name, &host{log: log, random: newRandom(o.Seed, loadStream), loading: p, stuck: o.Stuck, limits: o.limits})
	defer context.AfterFunc(ctx, func() { t.end(ctx.Err()) })()
	err = t.run(func() (err error) {
		p.globals, err = program.Init(t.Thread, names)
		p.globals.Freeze()
		return err
	})
	if err == nil {
		err = p.frame()
	}
	if err == nil {
		err = p.plan()
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// compile reads a program, and what it may ask for.
func compile(name string, source io.Reader, names starlark.StringDict) (*starlark.Program, interest, error) {
	text, err := io.ReadAll(io.LimitReader(source, maxSource+1))
	if err != nil {
		return nil, interest{}, err
	}
	if len(text) > maxSource {
		return nil, interest{}, fmt.Errorf("%s has more than %d bytes", name, maxSource)
	}
	file, program, err := starlark.SourceProgramOptions(dialect, name, text, names.Has)
	if err != nil {
		return nil, interest{}, located(err)
	}
	hears, err := interestOf(file)
	return program, hears, located(err)
}

// names are what programs know besides Starlark's own.
func (o Options) names() starlark.StringDict {
	env := new(starlark.Dict)
	for name, value := range o.Env {
		_ = env.SetKey(starlark.String(name), starlark.String(value)) // which nothing iterates over
	}
	env.Freeze()
	names := starlark.StringDict{"env": env, "json": json.Module, "math": math.Module, "rand": randomModule, "data": o.data()}
	maps.Copy(names, module)
	return names
}

// data is the function that reads a file, and does so only while the program
// loads: nobody waits for a disk in a room.
func (o Options) data() *starlark.Builtin {
	return starlark.NewBuiltin("data", func(t *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var name string
		if err := starlark.UnpackArgs(fn.Name(), args, kwargs, "file", &name); err != nil {
			return nil, err
		}
		if hostOf(t).bot != nil {
			return nil, errors.New("data: files are read while the program loads: do it outside of functions")
		}
		text, err := readFile(o.Files, name)
		if err != nil {
			return nil, fmt.Errorf("data: %w", err)
		}
		return starlark.String(text), nil
	})
}

// readFile reads a regular file of bounded size.
func readFile(files fs.FS, name string) ([]byte, error) {
	if files == nil || !fs.ValidPath(name) {
		return nil, fmt.Errorf("%q: there are only files beside the program, and in folders there", name)
	}
	info, err := fs.Stat(files, name) // before it is opened: a pipe would wait for its writer
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", name)
	}
	if err != nil {
		return nil, err
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxData+1))
	if err == nil && len(text) > maxData {
		err = fmt.Errorf("%s has more than %d bytes", name, maxData)
	}
	return text, err
}

// located is an error of the parser or the resolver as an [*Error].
func located(err error) error {
	var syntaxError syntax.Error
	var names resolve.ErrorList
	switch {
	case errors.As(err, &syntaxError):
		return &Error{Place: syntaxError.Pos.String(), Message: syntaxError.Msg}
	case errors.As(err, &names) && len(names) > 0:
		return &Error{Place: names[0].Pos.String(), Message: names[0].Msg}
	}
	return err
}
