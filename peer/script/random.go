package script

import (
	"fmt"
	"math"
	"math/rand/v2"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// A random is where a bot's chance comes from. It belongs to its thread.
type random struct{ *rand.Rand }

// Streams of what is random in a run. The bot of number n has botStream + n.
const (
	setupStream = math.MaxUint64 - 1
	tearStream  = math.MaxUint64
	loadStream  = 0
	botStream   = 1
)

// newRandom returns one of them.
func newRandom(seed, stream uint64) *random {
	return &random{rand.New(rand.NewPCG(seed, stream))}
}

// randomModule is rand. Its functions draw from the thread's own.
var randomModule = &starlarkstruct.Module{Name: "rand", Members: starlark.StringDict{
	"int": fromThread("int", (*random).int), "float": fromThread("float", (*random).float), "choice": fromThread("choice", (*random).choice),
	"shuffle": fromThread("shuffle", (*random).shuffle), "normal": fromThread("normal", (*random).normal), "exp": fromThread("exp", (*random).exp),
}}

func fromThread(name string, do func(*random, call) (starlark.Value, error)) *starlark.Builtin {
	return onThread(name, func(h *host, c call) (starlark.Value, error) { return do(h.random, c) })
}

// int is from 0 to below n.
func (r *random) int(c call) (starlark.Value, error) {
	var n int64
	if err := c.unpack("n", &n); err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, fmt.Errorf("there is no number from 0 to below %d", n)
	}
	return starlark.MakeInt64(r.Int64N(n)), nil
}

// float is from low to below high.
func (r *random) float(c call) (starlark.Value, error) {
	low, high := number(0), number(1)
	if err := c.unpack("low?", &low, "high?", &high); err != nil {
		return nil, err
	}
	return finite(low + number(r.Float64())*(high-low))
}

// normal is from the normal distribution.
func (r *random) normal(c call) (starlark.Value, error) {
	mean, deviation := number(0), number(1)
	if err := c.unpack("mean?", &mean, "deviation?", &deviation); err != nil {
		return nil, err
	}
	return finite(mean + number(r.NormFloat64())*deviation)
}

// exp is from the exponential distribution: times between what comes by chance.
func (r *random) exp(c call) (starlark.Value, error) {
	mean := number(1)
	if err := c.unpack("mean?", &mean); err != nil {
		return nil, err
	}
	return finite(mean * number(r.ExpFloat64()))
}

func finite(x number) (starlark.Value, error) {
	if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
		return nil, fmt.Errorf("it comes to %v: the arguments are too large", x)
	}
	return starlark.Float(x), nil
}

func (r *random) choice(c call) (starlark.Value, error) {
	var from starlark.Indexable
	if err := c.unpack("from", &from); err != nil {
		return nil, err
	}
	if from.Len() == 0 {
		return nil, fmt.Errorf("there is nothing to choose from")
	}
	return from.Index(r.IntN(from.Len())), nil
}

// shuffle is a list of the same in another order.
func (r *random) shuffle(c call) (starlark.Value, error) {
	var of starlark.Iterable
	if err := c.unpack("of", &of); err != nil {
		return nil, err
	}
	var list []starlark.Value
	for v := range starlark.Elements(of) {
		list = append(list, v)
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return starlark.NewList(list), nil
}
