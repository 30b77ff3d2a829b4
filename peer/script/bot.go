package script

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"drawmesh/peer"
)

// A bot is what a program's function is given: its peer, and what it waits for.
// Its fields belong to the goroutine that runs the program.
type bot struct {
	run      *Run
	peer     *peer.Peer
	measures Measures
	thread   *thread
	queue    *queue

	ctx  context.Context // its life; the cause is why it ends
	end  context.CancelCauseFunc
	told bool      // a wait has ended because the run is over
	due  time.Time // when pace last let it go on
}

// errOver ends a bot whose run is over.
var errOver = errors.New("the run is over")

// A method is one of a bot's.
type method func(b *bot, c call) (starlark.Value, error)

// A call is what a method is called with.
type call struct {
	name   string
	args   starlark.Tuple
	kwargs []starlark.Tuple
}

// unpack reads the arguments: pairs of a name, with a question mark if it may be
// left out, and where it goes.
func (c call) unpack(pairs ...any) error {
	return starlark.UnpackArgs(c.name, c.args, c.kwargs, pairs...)
}

// methods are what a bot can be asked for, by their names.
var methods = map[string]method{
	"running": (*bot).running, "next": (*bot).next, "sleep": (*bot).sleep, "pace": (*bot).pace, "synced": (*bot).synced,
	"stroke": (*bot).stroke, "rect": (*bot).rect, "undo": (*bot).undo, "redo": (*bot).redo, "clear": (*bot).clear,
	"turtle": (*bot).turtle, "pixel": (*bot).pixel, "picture": (*bot).picture,
	"members": (*bot).members, "sum": (*bot).sum, "agree": (*bot).agree, "group": (*bot).group, "leave": (*bot).leave,
}

func (b *bot) Attr(name string) (starlark.Value, error) {
	switch name {
	case "name":
		return starlark.String(b.peer.Name()), nil
	case "id":
		return starlark.String(b.peer.ID()), nil
	case "room":
		return starlark.String(b.peer.Room()), nil
	case "missed":
		return starlark.MakeInt(b.queue.lost()), nil
	}
	m := methods[name]
	if m == nil {
		return nil, nil
	}
	return builtin(name, func(c call) (starlark.Value, error) { return m(b, c) }), nil
}

// builtin is a function for programs, whose errors begin with its name.
func builtin(name string, do func(call) (starlark.Value, error)) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return named(name)(do(call{name, args, kwargs}))
	})
}

// named puts a function's name before its errors, if it is not there yet, as it
// is in those of unpack.
func named(name string) func(starlark.Value, error) (starlark.Value, error) {
	return func(v starlark.Value, err error) (starlark.Value, error) {
		if err != nil && err != errOver && !strings.HasPrefix(err.Error(), name+":") {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return v, err
	}
}

func (b *bot) AttrNames() []string {
	return slices.Sorted(maps.Keys(methods)) // and Attr's own, which dir need not tell
}

func (b *bot) String() string        { return "<bot " + b.peer.Name() + ">" }
func (b *bot) Type() string          { return "bot" }
func (b *bot) Freeze()               {} // it belongs to one thread
func (b *bot) Truth() starlark.Bool  { return true }
func (b *bot) Hash() (uint32, error) { return 0, errors.New("unhashable: bot") }

// log says a line in the bot's name.
func (b *bot) log(line string) { b.run.say(b.peer.Name(), line) }

// tell queues an event. The first that has no place is told to people, too.
func (b *bot) tell(e event) {
	if b.queue.put(e) && b.run.missed.Add(1) == 1 {
		b.log("misses events: more than 10,000 wait for it to ask for them")
	}
}

func (b *bot) members(c call) (starlark.Value, error) {
	if err := c.unpack(); err != nil {
		return nil, err
	}
	var list []starlark.Value
	for _, m := range b.peer.Members() {
		list = append(list, starlarkstruct.FromStringDict(starlark.String("member"), starlark.StringDict{
			"name": starlark.String(m.Name), "id": starlark.String(m.ID),
		}))
	}
	return starlark.NewList(list), nil
}

func (b *bot) sum(c call) (starlark.Value, error) {
	return starlark.String(b.peer.Sum().String()), c.unpack()
}

func (b *bot) agree(c call) (starlark.Value, error) {
	_, all := b.peer.Agree()
	return starlark.Bool(all), c.unpack()
}

// group says which part of its life the bot is in from now on.
func (b *bot) group(c call) (starlark.Value, error) {
	var name string
	if err := c.unpack("name", &name); err != nil {
		return nil, err
	}
	if name != "" && !goodName().MatchString(name) {
		return nil, fmt.Errorf("%q is no group's name: %s", cut(name), nameRule)
	}
	return starlark.None, b.measures.Group(name)
}

// leaveTime bounds handing over what was drawn last.
const leaveTime = 5 * time.Second

func (b *bot) leave(c call) (starlark.Value, error) {
	if err := c.unpack(); err != nil {
		return nil, err
	}
	b.thread.pause()
	defer b.thread.resume()
	ctx, cancel := context.WithTimeout(b.ctx, leaveTime)
	defer cancel()
	_ = b.peer.Flush(ctx) // whom it does not reach has not got it in five seconds
	b.end(errOver)
	return starlark.None, b.peer.Close(context.WithoutCancel(ctx))
}
