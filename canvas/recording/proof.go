package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"drawmesh/canvas"
)

// A Proof is what [Prove] has found to be as it was written.
type Proof struct {
	Recordings int
	Endless    int // of these, those without an end
	Unchecked  int // likewise, those of version 1: without checks, their bytes prove nothing
	Unsigned   int // likewise, those of version 2: what is in them is as the recorder heard it
	Ops        int // in all of them

	// Authors are those who have signed what they drew, or should have, and those who
	// lied: of the first log there are none.
	Authors []Signed
}

// A Signed says how far an author has signed what is in a recording. What no head
// covers is as the recorder heard it.
type Signed struct {
	canvas.Signed
	Name string // what they are called, if it says so
}

// ProveOptions configures [Prove].
type ProveOptions struct {
	// Open accepts a recording without an end, as one has whose recorder was
	// killed or is still at work.
	Open bool
}

// Prove reads recordings to their end, and proves them: no byte has been changed,
// no line is missing, no entry of anybody is, and the operations come to the
// drawing that the recorder had. The error is the first thing that is wrong: among
// others an [EndError], a [LineError] or [ErrDamaged].
func Prove(ctx context.Context, r io.Reader, o ProveOptions) (Proof, error) {
	p := prover{Reader: NewReader(r), open: o.Open}
	for {
		err := ctx.Err()
		if err == nil {
			err = p.step()
		}
		if err == io.EOF {
			err = p.finish()
			return p.Proof, err
		}
		if err != nil {
			return p.Proof, err
		}
	}
}

// A prover goes through recordings, and finds the first thing that is wrong.
type prover struct {
	*Reader
	Proof
	open    bool
	drawing *Drawing
	last    time.Duration          // when the last operation came
	good    int                    // the last line with a check that was right
	names   map[canvas.Site]string // what they were called last
}

// step takes the next record.
func (p *prover) step() error {
	ending := p.Ending() // of the recording so far, if another one begins
	rec, err := p.Next()
	switch {
	case errors.Is(err, ErrDamaged):
		if p.drawing != nil && p.gap() != nil {
			err = fmt.Errorf("%w: %w", err, p.gap())
		}
		if p.good > 0 {
			err = fmt.Errorf("%w; up to line %d it is as it was", err, p.good)
		}
		return err
	case err != nil:
		return err
	}
	if err := p.add(rec, ending); err != nil {
		return &LineError{Line: p.Line(), Err: err}
	}
	return nil
}

// add says what is wrong with a record that has been read, before which the
// recording would have had that ending.
func (p *prover) add(rec Record, ending Ending) error {
	if h, ok := rec.(Header); ok {
		if p.Recordings > 0 {
			if err := p.end(ending); err != nil {
				return err
			}
		}
		p.drawing, p.last, p.names = NewDrawing(), 0, make(map[canvas.Site]string)
		if p.Recordings++; h.Version == 2 {
			p.Unsigned++
		}
		_, err := p.drawing.Add(rec)
		return err
	}
	if p.drawing == nil {
		return errors.New("no recording begins here: its first line is missing")
	}
	switch rec := rec.(type) {
	case Who:
		p.names[rec.Site] = rec.Name
	case Op:
		if err := p.op(rec.At); err != nil {
			return err
		}
	case Clear:
		if err := p.op(rec.At); err != nil {
			return err
		}
	}
	if _, err := p.drawing.Add(rec); err != nil {
		return err
	}
	if c, ok := rec.(Check); ok {
		if err := p.gap(); err != nil {
			return err
		}
		p.good = p.Line()
		return p.drawing.Check(c)
	}
	return nil
}

// op counts an operation, which came at a time.
func (p *prover) op(at time.Duration) error {
	p.Ops++
	if at < p.last {
		return fmt.Errorf("an operation of %v after one of %v", at, p.last)
	}
	p.last = at
	return nil
}

// gap says which entry is missing.
func (p *prover) gap() error {
	for site, n := range p.drawing.Missing() {
		return fmt.Errorf("entry %d of site %s is missing, and others follow it", n, site)
	}
	return nil
}

// finish says what is wrong with how the file ends.
func (p *prover) finish() error {
	if err := p.end(p.Ending()); err != nil {
		return err
	}
	if compressed, sealed := p.Compressed(); p.Ending() == Closed && compressed && !sealed {
		return errors.New("its compressed form has been changed, or is another program's: drawbot's own ends in a seal")
	}
	return nil
}

// end says what is wrong with how a recording ends: the one that has been read, or
// that before the header that has been.
func (p *prover) end(ending Ending) error {
	if p.drawing == nil {
		return errors.New("it is no recording: there is no first line that says so")
	}
	switch ending {
	case Torn, Open:
		if p.Endless++; !p.open {
			err := &EndError{Ending: ending, Line: p.Line()}
			if p.Recordings > 1 {
				err.Recording = p.Recordings
			}
			return err
		}
	case Unchecked:
		p.Unchecked++
	}
	for _, s := range p.drawing.Signed() {
		if s.First > 0 || s.Void {
			p.Authors = append(p.Authors, Signed{s, p.names[s.Site]})
		}
	}
	return p.gap()
}
