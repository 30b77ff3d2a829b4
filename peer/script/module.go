package script

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.starlark.net/starlark"
)

// module is what programs can call anywhere, besides data and rand.
var module = starlark.StringDict{
	"now": onThread("now", now), "log": onThread("log", logLine), "check": onThread("check", check), "abort": onThread("abort", abort),
	"trend": declare(Trend), "counter": declare(Counter), "gauge": declare(Gauge), "rate": declare(Rate),
	"scenario": starlark.NewBuiltin("scenario", describe),
}

// onThread is a function that needs what is behind the thread.
func onThread(name string, do func(*host, call) (starlark.Value, error)) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(t *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return named(name)(do(hostOf(t), call{name, args, kwargs}))
	})
}

// began is when the process did: now goes on evenly even where somebody sets the
// clock.
var began = time.Now()

// now is in seconds since 1970.
func now(_ *host, c call) (starlark.Value, error) {
	at := float64(began.UnixNano())/1e9 + time.Since(began).Seconds()
	return starlark.Float(at), c.unpack()
}

// logLine says its arguments, with spaces in between.
func logLine(h *host, c call) (starlark.Value, error) {
	if len(c.kwargs) > 0 {
		return nil, errors.New("unexpected keyword arguments")
	}
	var line strings.Builder
	for i, arg := range c.args {
		if i > 0 {
			line.WriteByte(' ')
		}
		if text, ok := starlark.AsString(arg); ok {
			line.WriteString(text)
		} else {
			line.WriteString(arg.String())
		}
	}
	h.log(line.String())
	return starlark.None, nil
}

// check counts whether something is so, and returns it.
func check(h *host, c call) (starlark.Value, error) {
	var name string
	var ok starlark.Value
	if err := c.unpack("name", &name, "ok", &ok); err != nil {
		return nil, err
	}
	if h.bot == nil {
		return nil, errOnlyBots
	}
	if !goodName().MatchString(name) {
		return nil, fmt.Errorf("%q is no check's name: %s", cut(name), nameRule)
	}
	return ok.Truth(), h.bot.measures.Check(name, bool(ok.Truth()))
}

// abort ends the run for all bots.
func abort(h *host, c call) (starlark.Value, error) {
	reason := "the program says so"
	if err := c.unpack("reason?", &reason); err != nil {
		return nil, err
	}
	if h.bot == nil {
		return nil, errOnlyBots
	}
	h.bot.run.stop(reason)
	h.bot.measures.Abort(cut(reason))
	return nil, errOver
}

// errOnlyBots is for what is done while no bot is there: the program loads, or is in
// setup or teardown.
var errOnlyBots = errors.New("only a bot can: do it in the function that bots call")
