package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"drawmesh/canvas/recording"
	"drawmesh/peer/script"
)

// Observations takes what a bot measures out of what it says: lines of the types
// metric, check, group and abort, in whose place the reader finds empty lines. It belongs
// to the goroutine that reads.
type observations struct {
	in   *bufio.Reader
	to   script.Measures
	fail func(error) // hears of lines that are wrong

	line int    // that is being read, from 1
	rest []byte // of what is passed on
	tail bool   // the next piece belongs to the same line
}

func newObservations(in io.Reader, to script.Measures, fail func(error)) *observations {
	return &observations{in: bufio.NewReader(in), to: to, fail: fail}
}

// Read is io.Reader's.
func (o *observations) Read(p []byte) (int, error) {
	for len(o.rest) == 0 {
		piece, err := o.in.ReadSlice('\n')
		if len(piece) == 0 {
			return 0, err
		}
		first, end := !o.tail, piece[len(piece)-1] == '\n'
		if first {
			o.line++
		}
		o.rest, o.tail = piece, !end
		if first && (end || err == io.EOF) && o.observe(piece) {
			o.rest = piece[len(bytes.TrimRight(piece, "\n")):]
		}
	}
	n := copy(p, o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// An observation is a line of what a bot measures.
type observation struct {
	Type  string      `json:"type"`
	Name  string      `json:"name"`
	Kind  script.Kind `json:"kind"` // of a metric; empty: trend
	Unit  string      `json:"unit"`
	Value *float64    `json:"value"` // in that unit; of a rate 0 or 1
	OK    *bool       `json:"ok"`    // of a check
	Cause string      `json:"cause"` // of an abort
}

// observe reports whether a line is what a bot measures, and takes it.
func (o *observations) observe(line []byte) bool {
	if !bytes.Contains(line, []byte(`"type"`)) {
		return false
	}
	var of observation
	err := json.Unmarshal(line, &of)
	switch of.Type {
	case "metric", "check", "group", "abort":
	default:
		return false // another's, who knows better what is wrong with it
	}
	if err == nil {
		err = of.give(o.to)
	}
	if err != nil {
		o.fail(&recording.LineError{Line: o.line, Err: fmt.Errorf("%s: %w", of.Type, err)})
	}
	return true
}

func (of observation) give(to script.Measures) error {
	switch of.Type {
	case "group":
		return to.Group(of.Name)
	case "abort":
		to.Abort(of.Cause)
		return nil
	case "check":
		if of.OK == nil {
			return errors.New(`"ok" is missing: whether it is so`)
		}
		return to.Check(of.Name, *of.OK)
	}
	m := script.Metric{Name: of.Name, Kind: of.Kind, Unit: of.Unit}
	if m.Kind == "" {
		m.Kind = script.Trend
	}
	if of.Value == nil || math.IsInf(*of.Value, 0) {
		return errors.New(`"value" is missing`)
	}
	return to.Add(m, *of.Value/m.PerSecond())
}
