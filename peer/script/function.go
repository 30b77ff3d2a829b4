package script

import (
	"cmp"
	"context"
	"fmt"

	"go.starlark.net/starlark"
)

// frame finds the functions that frame a run.
func (p *Program) frame() error {
	for _, f := range []struct {
		name   string
		to     **starlark.Function
		params int // at most
		rule   string
	}{{"setup", &p.setup, 0, "takes no argument"}, {"teardown", &p.teardown, 1, "takes one argument at most, what setup returned"}} {
		if p.globals[f.name] == nil {
			continue
		}
		fn, err := p.function(starlark.String(f.name))
		if err != nil {
			return err
		}
		if needed, most := params(fn); needed > f.params || most > f.params {
			return misshapen(fn, f.rule)
		}
		*f.to = fn
	}
	return nil
}

// function is one of the program's, by itself or by its name.
func (p *Program) function(v starlark.Value) (*starlark.Function, error) {
	name, byName := starlark.AsString(v)
	if byName {
		if v = p.globals[name]; v == nil {
			return nil, fmt.Errorf("the program has no function %s", cut(name))
		}
	}
	f, ok := v.(*starlark.Function)
	if !ok {
		return nil, fmt.Errorf("%s is no function of the program: it is a %s", cmp.Or(cut(name), v.String()), v.Type())
	}
	return f, nil
}

// entryOf is a function that a bot calls: with itself and, if that has a second
// parameter, what setup returned.
func (p *Program) entryOf(v starlark.Value) (*starlark.Function, error) {
	f, err := p.function(v)
	if err != nil {
		return nil, err
	}
	needed, most := params(f)
	switch {
	case most == 0 || needed > 2 || f.NumKwonlyParams() > 0:
		return nil, misshapen(f, "takes one argument, the bot, or two, the bot and what setup returned")
	case needed == 2 && p.setup == nil:
		return nil, misshapen(f, "takes two arguments, of which the second is what setup returned, and there is no setup")
	}
	return f, nil
}

// params is how many positional arguments a function needs, and how many it can
// take that have a name.
func params(f *starlark.Function) (needed, most int) {
	most = f.NumParams() - f.NumKwonlyParams()
	if f.HasVarargs() {
		most--
	}
	if f.HasKwargs() {
		most--
	}
	for i := range most {
		if f.ParamDefault(i) == nil {
			needed++
		}
	}
	return needed, most
}

func misshapen(f *starlark.Function, rule string) error {
	return &Error{Place: f.Position().String(), Message: f.Name() + " " + rule}
}

// Scenario is one of the function of that name, as if the program described no
// more of it.
func (p *Program) Scenario(function string) (Scenario, error) {
	entry, err := p.entryOf(starlark.String(function))
	return Scenario{Name: function, Bots: 1, Ramp: defaultRamp, entry: entry}, err
}

// Setup calls the program's function setup, if it has one, before any bot comes.
// What that returns is given to bots, and does not change any more. Canceling ctx
// ends it. Of its errors, an [*Error] tells where it has failed.
func (r *Run) Setup(ctx context.Context) (err error) {
	r.data, err = r.frame(ctx, r.program.setup, setupStream)
	return err
}

// Teardown calls the program's function teardown, if it has one, when all bots have
// gone, whatever has become of them.
func (r *Run) Teardown(ctx context.Context) error {
	var args []starlark.Value
	if f := r.program.teardown; f != nil && f.NumParams() > 0 {
		args = append(args, r.data)
	}
	_, err := r.frame(ctx, r.program.teardown, tearStream, args...)
	return err
}

// frame calls a function for which there is no bot.
func (r *Run) frame(ctx context.Context, f *starlark.Function, stream uint64, args ...starlark.Value) (starlark.Value, error) {
	if f == nil {
		return starlark.None, nil
	}
	t := newThread(f.Name(), &host{
		log: func(line string) { r.say(f.Name(), line) }, random: newRandom(r.opts.Seed, stream), stuck: func() { r.stuck(f.Name()) },
		limits: r.opts.limits,
	})
	defer context.AfterFunc(ctx, func() { t.end(ctx.Err()) })()
	var result starlark.Value
	err := t.run(func() (err error) {
		result, err = starlark.Call(t.Thread, f, starlark.Tuple(args), nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	result.Freeze()
	return result, nil
}
