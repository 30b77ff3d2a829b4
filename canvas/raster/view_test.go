package raster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"drawmesh/canvas"
)

const viewWidth, viewHeight = 120, 90

// TestViewFollowsAnyHistory lets several pens draw, undo, redo and clear. What
// they write comes in any order in which the entries of each are in order. After
// each change the view must have the bytes of one that paints all at once.
func TestViewFollowsAnyHistory(t *testing.T) {
	for seed := range uint64(12) {
		r := newRand(seed)
		steps := history(t, r, 300)
		log, view := canvas.NewUnsigned(canvas.Site{}), newView(t)
		view.kept.every, view.kept.most = 1+r.IntN(20), 1+r.IntN(6)
		var change canvas.Change
		for n := range 300 {
			s := take(r, steps)
			c, err := log.Step(s) // a clear may come before what it wipes
			if err != nil {
				t.Fatal(err)
			}
			if change = change.Join(c); r.IntN(3) == 0 {
				continue // tell the view of several at once
			}
			if r.IntN(2) == 0 {
				view.Update(log, change)
			} else {
				view.Take(log, change)
				view.Paint()
			}
			if !bytes.Equal(view.Image().Pix, fromScratch(t, log, canvas.Key{}).Pix) {
				t.Fatalf("seed %d: after %d steps, the last %+v, the picture is not that of the log", seed, n+1, s)
			}
			change = canvas.Change{}
			if r.IntN(10) == 0 {
				checkCheckpoints(t, log, view)
				checkEncoded(t, view)
			}
		}
	}
}

// TestPaintWhileTheLogChanges draws, undoes and clears while what was taken is
// painted: that must be the picture as it was. The race detector watches.
func TestPaintWhileTheLogChanges(t *testing.T) {
	for seed := range uint64(3) {
		r := newRand(seed)
		steps := history(t, r, 300)
		log, view := canvas.NewUnsigned(canvas.Site{}), newView(t)
		view.kept.every, view.kept.most = 1+r.IntN(20), 1+r.IntN(6)
		add := func(most int) (change canvas.Change) {
			for range r.IntN(most) {
				c, err := log.Step(take(r, steps))
				if err != nil {
					t.Fatal(err)
				}
				change = change.Join(c)
			}
			return change
		}
		change := add(20)
		for range 20 {
			view.Take(log, change)
			want := fromScratch(t, log, canvas.Key{})
			painted := make(chan struct{})
			go func() {
				defer close(painted)
				view.Paint()
			}()
			change = add(15)
			<-painted
			if !bytes.Equal(view.Image().Pix, want.Pix) {
				t.Fatalf("seed %d: the picture is not that of the log when it was taken", seed)
			}
		}
	}
}

// TestTakenIsOneChange takes several changes before it paints, and follows
// another without taking it.
func TestTakenIsOneChange(t *testing.T) {
	log, v := pen("Ana00000000"), newView(t)
	for i, follow := range []func(*canvas.Log, canvas.Change){v.Take, v.Take, v.Update, v.Take} {
		e, err := log.Draw(line(5, float64(5+9*i), 90, 5, 4, ink), 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		follow(log, canvas.Change{Kind: canvas.Appended, From: e.Key(), Box: canvas.Bounds(e.Op)})
	}
	v.Paint()
	v.Paint() // there is nothing more
	if !bytes.Equal(v.Image().Pix, fromScratch(t, log, canvas.Key{}).Pix) {
		t.Error("the picture is not that of the log")
	}
}

// TestRepaintsKeepCheckpoints has ten pens draw by turns that never hear of one
// another: nearly each entry comes late. What is painted again for one must not
// grow with what was drawn before.
func TestRepaintsKeepCheckpoints(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   func(pen int) canvas.Point // where a pen draws
	}{
		{"here and there", func(pen int) canvas.Point { return at(float64(pen*11), float64(pen*8)) }},
		{"in a corner", func(int) canvas.Point { return at(9, 9) }},
		{"out of sight", func(int) canvas.Point { return at(-500, -500) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const pens, turns = 10, 100
			log, v := canvas.NewUnsigned(canvas.Site{}), newView(t)
			v.kept.every, v.kept.most = 32, 4
			painted, most := 0, 0
			v.Show(func(canvas.Entry) bool { painted++; return true })
			written := turnsOf(t, pens, turns, tt.at)
			for turn := range turns {
				var change canvas.Change
				for pen := range pens {
					c, err := log.Add(written[pens-1-pen][turn])
					if err != nil {
						t.Fatal(err)
					}
					change = change.Join(c)
				}
				painted = 0
				v.Update(log, change)
				most = max(most, painted)
			}
			if limit := v.kept.every + 3*pens; most > limit {
				t.Errorf("%d operations are painted for %d new ones of %d, want at most %d", most, pens, pens*turns, limit)
			}
			if !bytes.Equal(v.Image().Pix, fromScratch(t, log, canvas.Key{}).Pix) {
				t.Error("the picture is not that of the log")
			}
			checkCheckpoints(t, log, v)
		})
	}
}

// turnsOf are strokes that pens draw without hearing of one another, by pen.
func turnsOf(t *testing.T, pens, turns int, at func(pen int) canvas.Point) [][]canvas.Entry {
	t.Helper()
	written := make([][]canvas.Entry, pens)
	for i := range written {
		log := pen(fmt.Sprintf("Site00000%02d", i))
		for turn := range turns {
			from := at(i)
			e, err := log.Draw(line(from.X, from.Y, from.X+5, from.Y+float64(turn%7), 2, opaque(newRand(uint64(turn)))), 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			written[i] = append(written[i], e)
		}
	}
	return written
}

// checkCheckpoints paints each checkpoint from scratch.
func checkCheckpoints(t *testing.T, log *canvas.Log, v *View) {
	t.Helper()
	if n := len(v.kept.list) + len(v.kept.spare); n > v.kept.most {
		t.Fatalf("memory of %d checkpoints, want at most %d", n, v.kept.most)
	}
	for i, c := range v.kept.list {
		if !bytes.Equal(c.im.Pix, fromScratch(t, log, c.key).Pix) {
			t.Fatalf("checkpoint %d of %d is not the picture up to its key", i, len(v.kept.list))
		}
	}
}

// TestUndoIsEncoded undoes a stroke on rows that nothing else touches.
func TestUndoIsEncoded(t *testing.T) {
	log, v := pen("Ana00000000"), newView(t)
	v.kept.every = 1
	for _, op := range []canvas.Op{line(5, 5, 90, 5, 4, ink), line(5, 80, 90, 80, 4, ink)} {
		e, err := log.Draw(op.(canvas.Shape), 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		v.Update(log, canvas.Change{Kind: canvas.Appended, From: e.Key(), Box: canvas.Bounds(e.Op)})
		checkEncoded(t, v)
	}
	_, change, err := log.Undo(log.Undoable(), 0)
	if err != nil {
		t.Fatal(err)
	}
	v.Update(log, change)
	checkEncoded(t, v)
}

// checkEncoded encodes the picture by an encoder that knows nothing of it.
func checkEncoded(t *testing.T, v *View) {
	t.Helper()
	var got, want bytes.Buffer
	if err := v.EncodePNG(&got); err != nil {
		t.Fatal(err)
	}
	if err := newEncoder(v.board.im, true).encode(&want); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Fatal("the PNG is not that of the picture")
	}
}

// fromScratch paints log up to a key, the zero one for all of it.
func fromScratch(t *testing.T, log *canvas.Log, upTo canvas.Key) *image.RGBA {
	b := newBoard(t, viewWidth, viewHeight, white)
	for e := range log.Paint(canvas.Key{}) {
		if upTo != (canvas.Key{}) && e.Key().Compare(upTo) > 0 {
			break
		}
		b.Apply(e.Op)
	}
	return b.im
}

// history is n steps or more that four pens take, by pen. They hear of one
// another by and by.
func history(t *testing.T, r *rand.Rand, n int) [][]canvas.Step {
	pens := make([]*canvas.Log, 4)
	written := make([][]canvas.Step, len(pens))
	for i := range pens {
		pens[i] = pen(fmt.Sprintf("Site000000%d", i))
	}
	for n > 0 {
		i := r.IntN(len(pens))
		steps := scribble(t, r, pens[i])
		written[i] = append(written[i], steps...)
		n -= len(steps)
		if heard := written[r.IntN(len(pens))]; r.IntN(4) == 0 {
			for _, s := range heard {
				if _, err := pens[i].Step(s); err != nil && !errors.Is(err, canvas.ErrDuplicate) {
					t.Fatal(err)
				}
			}
		}
	}
	return written
}

// scribble writes something, most likely a stroke.
func scribble(t *testing.T, r *rand.Rand, pen *canvas.Log) []canvas.Step {
	t.Helper()
	var steps []canvas.Step
	wrote := func(e canvas.Entry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, canvas.Step{Entry: e})
	}
	switch n := r.IntN(20); {
	case n == 0 && r.IntN(3) == 0:
		c, _, err := pen.Clear(0)
		if err != nil {
			t.Fatal(err)
		}
		return []canvas.Step{{Clear: c}}
	case n <= 3 && pen.Undoable() > 0:
		e, _, err := pen.Undo(pen.Undoable(), 0)
		wrote(e, err)
	case n <= 5 && pen.Redoable() > 0:
		e, _, err := pen.Redo(pen.Redoable(), 0)
		wrote(e, err)
	case n <= 7:
		wrote(pen.Draw(rect(r.Float64()*viewWidth, r.Float64()*viewHeight, r.NormFloat64()*30, r.NormFloat64()*30, 5*r.Float64()+.1, glass), 0, 0))
	case n == 8:
		wrote(pen.Adopt("plain", anyStroke(r, viewWidth), 0))
	default:
		k := uint32(0)
		for range 1 + r.IntN(5) {
			stroke := anyStroke
			if r.IntN(3) == 0 {
				stroke = anyHairline
			}
			wrote(pen.Draw(stroke(r, viewWidth), k, 0))
			k = steps[0].Entry.N
		}
	}
	return steps
}

// take takes away the next step of one of the pens.
func take(r *rand.Rand, written [][]canvas.Step) canvas.Step {
	for {
		if i := r.IntN(len(written)); len(written[i]) > 0 {
			s := written[i][0]
			written[i] = written[i][1:]
			return s
		}
	}
}

func newView(t *testing.T) *View {
	t.Helper()
	v, err := NewView(viewWidth, viewHeight, white)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestCheckpointsThin asserts that the young are kept densely, the old sparsely.
func TestCheckpointsThin(t *testing.T) {
	c := newCheckpoints(image.NewRGBA(image.Rect(0, 0, 1, 1)))
	c.most = 8
	const adds = 1000
	for i := range adds {
		c.add(canvas.Key{}, (i+1)*c.every)
	}
	ages := make([]int, len(c.list)) // in checkpoints
	for i, kept := range c.list {
		ages[i] = adds - kept.done/c.every
	}
	for i := range ages[1:] {
		// Each is a few times as old as the next younger one.
		if ages[i] > 4*ages[i+1]+4 {
			t.Errorf("checkpoints are %v old, want gaps in proportion to age", ages)
			break
		}
	}
	if len(ages) != c.most || ages[len(ages)-1] != 0 || ages[0] < 100 {
		t.Errorf("checkpoints are %v old, want %d of all ages from 0 on", ages, c.most)
	}
}
