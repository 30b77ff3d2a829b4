package recording

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"drawmesh/canvas"
)

// FuzzRecording reads anything. What was read, written again, reads the same;
// and a change of one byte of what was written is noticed.
func FuzzRecording(f *testing.F) {
	f.Add(text(f), uint(3), byte(1))
	f.Add(gzipped(f), uint(99), byte(128))
	f.Add([]byte(`{"type":"recording","version":1,"room":"x"}`+"\n"+`{"type":"op","at_ms":17.25,"from":"b","op":{"event":"clear"}}`), uint(0), byte(255))
	f.Add([]byte(`{"event":"undo"}`+"\n\n[]\n"+`{"type":"op","op":{"event":"redo"}}`), uint(7), byte(2))
	f.Fuzz(func(t *testing.T, data []byte, place uint, by byte) {
		records, d := readWhatever(t, data)
		var again bytes.Buffer
		w := NewWriter(&again, Header{Started: started})
		for _, rec := range records {
			var err error
			switch rec := rec.(type) {
			case Who:
				err = w.Who(rec)
			case Dead:
				err = w.Dead(rec.Dead)
			case Forget:
				err = w.Forget(rec.Site)
			case Op:
				err = w.Op(rec)
			}
			if err != nil {
				t.Fatalf("%v: %v", rec, err)
			}
		}
		if err := w.Close(time.Second, d.Log().Sum()); err != nil {
			t.Fatal(err)
		}
		if _, e := readWhatever(t, again.Bytes()); e.Log().Sum() != d.Log().Sum() || e.Early() != d.Early() {
			t.Errorf("got sum %v and %d early, wrote %v and %d", e.Log().Sum(), e.Early(), d.Log().Sum(), d.Early())
		}
		if by == 0 {
			return
		}
		changed := again.Bytes()
		changed[place%uint(len(changed))] ^= by
		if _, _, err := readAll(changed); err == nil {
			t.Errorf("byte %d was changed by %x, and nobody noticed", place%uint(len(changed)), by)
		}
	})
}

// readWhatever reads what can be read.
func readWhatever(t *testing.T, data []byte) (records []Record, d *Drawing) {
	t.Helper()
	d = NewDrawing()
	r := NewReader(bytes.NewReader(data))
	for {
		rec, err := r.Next()
		if errors.As(err, new(*LineError)) {
			continue
		}
		if err != nil {
			return records, d
		}
		if _, err := d.Add(rec); err == nil && len(records) < 1000 {
			records = append(records, rec)
		}
		if h, ok := rec.(Header); ok && h.Version > Version {
			t.Errorf("got a header of version %d", h.Version)
		}
		if e, ok := rec.(Op); ok && e.Entry.N > 0 && (e.Entry.Check() != nil || e.At < 0) {
			t.Errorf("got an entry that is out of bounds: %v", e)
		}
	}
}

// TestHostileReaders makes sure that reading ends, in bounded memory.
func TestHostileReaders(t *testing.T) {
	long := io.LimitReader(repeat('x'), 8<<20)
	if _, err := NewReader(long).Next(); !errors.Is(err, errLong) {
		t.Errorf("a line of 8 MiB: got %v, want %v", err, errLong)
	}
	r := NewReader(io.MultiReader(bytes.NewReader(text(t)), failing{io.ErrClosedPipe}))
	var err error
	for err == nil {
		_, err = r.Next()
	}
	if err != io.ErrClosedPipe {
		t.Errorf("a reader that fails: got %v, want %v", err, io.ErrClosedPipe)
	}
	d := NewDrawing()
	for n := range uint32(maxEarly + 1) {
		e := canvas.Entry{Site: ana, N: n + 2, T: 1, K: 1, Op: segment(1)}
		if _, err = d.Add(Op{Entry: e}); err != nil {
			break
		}
	}
	if err == nil || d.Early() != maxEarly {
		t.Errorf("entries that follow a missing one: got %v after %d, want an error after %d", err, d.Early(), maxEarly)
	}
}

type repeat byte

func (b repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
