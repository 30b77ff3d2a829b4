package main

import (
	"errors"
	"fmt"

	"drawmesh/canvas/recording"
)

// A proof goes through recordings, and finds the first thing that is wrong.
type proof struct {
	*recording.Reader
	open bool // a recording may lack its end

	recordings int
	endless    int // of these, those without an end
	unchecked  int // likewise, without checks: of version 1
	drawing    *recording.Drawing
	ops        int
	last       recording.Op
	good       int // the last line with a check that was right
}

// next takes the next record.
func (p *proof) next() error {
	ending := p.Ending() // of the recording so far, if another one begins
	rec, err := p.Next()
	switch {
	case errors.Is(err, recording.ErrDamaged):
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
		return &recording.LineError{Line: p.Line(), Err: err}
	}
	return nil
}

// add says what is wrong with a record that has been read, before which the
// recording would have had that ending.
func (p *proof) add(rec recording.Record, ending recording.Ending) error {
	if _, ok := rec.(recording.Header); ok {
		if p.recordings > 0 {
			if err := p.end(ending); err != nil {
				return err
			}
		}
		p.drawing, p.last = recording.NewDrawing(), recording.Op{}
		p.recordings++
		return nil
	}
	if p.drawing == nil {
		return errors.New("no recording begins here: its first line is missing")
	}
	if op, ok := rec.(recording.Op); ok {
		p.ops++
		if op.At < p.last.At {
			return fmt.Errorf("an operation of %v after one of %v", op.At, p.last.At)
		}
		p.last = op
	}
	if _, err := p.drawing.Add(rec); err != nil {
		return err
	}
	if c, ok := rec.(recording.Check); ok {
		if err := p.gap(); err != nil {
			return err
		}
		p.good = p.Line()
		return p.drawing.Check(c)
	}
	return nil
}

// gap says which entry is missing.
func (p *proof) gap() error {
	missing := p.drawing.Missing()
	for site, n := range missing {
		return fmt.Errorf("entry %d of site %s is missing, and others follow it", n, site)
	}
	return nil
}

// finish says what is wrong with how the file ends.
func (p *proof) finish() error {
	if err := p.end(p.Ending()); err != nil {
		return err
	}
	if compressed, sealed := p.Compressed(); p.Ending() == recording.Closed && compressed && !sealed {
		return errors.New("its compressed form has been changed, or is another program's: drawbot's own ends in a seal")
	}
	return nil
}

// end says what is wrong with how a recording ends.
func (p *proof) end(ending recording.Ending) error {
	if p.drawing == nil {
		return errors.New("it is no recording: there is no first line that says so")
	}
	switch ending {
	case recording.Torn:
		if p.endless++; !p.open {
			return fmt.Errorf("its last line, %d, is cut off: its recorder was killed; what is before the last check is whole (see --open)", p.Line())
		}
	case recording.Open:
		if p.endless++; !p.open {
			return p.noEnd()
		}
	case recording.Unchecked:
		p.unchecked++
	}
	return p.gap()
}

// noEnd says that the recording that has been read, or that before the header
// that has been, lacks its end.
func (p *proof) noEnd() error {
	which := "it"
	if p.recordings > 1 {
		which = fmt.Sprintf("recording %d", p.recordings)
	}
	return fmt.Errorf("%s has no end after line %d: its recorder was killed, or is still at work; what is before the last check is whole (see --open)", which, p.Line())
}

// summary is what has been proved.
func (p *proof) summary() string {
	text := count(p.ops, "operation")
	if p.recordings > 1 {
		text = count(p.recordings, "recording") + ", " + text
	}
	of := func(n int, one, several string) string {
		if p.recordings == 1 {
			return one
		}
		return fmt.Sprintf("%d of them %s", n, several)
	}
	if p.unchecked > 0 {
		text += "; but " + of(p.unchecked, "of version 1, which has no checks: its bytes prove nothing", "of version 1, which has no checks: their bytes prove nothing")
	}
	if p.endless > 0 {
		text += "; " + of(p.endless, "it has no end", "without an end")
	}
	return text
}
