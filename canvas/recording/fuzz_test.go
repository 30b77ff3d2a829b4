package recording

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"

	"drawmesh/canvas"
)

// FuzzRecording reads anything. What was read, written again, reads the same;
// and a change of one byte of what was written is noticed.
func FuzzRecording(f *testing.F) {
	f.Add(text(f), uint(3), byte(1))
	f.Add(gzipped(f), uint(99), byte(128))
	for _, name := range versions {
		f.Add(version(f, name), uint(0), byte(0))
	}
	f.Add([]byte(`{"type":"recording","version":1,"room":"x"}`+"\n"+`{"type":"op","at_ms":17.25,"from":"b","op":{"event":"clear"}}`), uint(0), byte(255))
	f.Add([]byte(`{"event":"undo"}`+"\n\n[]\n"+`{"type":"op","op":{"event":"redo"}}`), uint(7), byte(2))
	f.Fuzz(func(t *testing.T, data []byte, place uint, by byte) {
		records, d := readWhatever(t, data)
		var again bytes.Buffer
		w := NewWriter(&again, Header{Started: started})
		for _, rec := range records {
			if old(rec) {
				return // which nobody writes any more
			}
			if err := put(w, rec); err != nil {
				t.Fatalf("%v: %v", rec, err)
			}
		}
		d.Add(header)
		if err := w.Close(time.Second, digestOf(t, d)); err != nil {
			t.Fatal(err)
		}
		if _, e := readWhatever(t, again.Bytes()); e.Sum() != d.Sum() || e.Early() != d.Early() || !reflect.DeepEqual(e.Signed(), d.Signed()) {
			t.Errorf("got sum %v, %d early and signed %v, wrote %v, %d and %v", e.Sum(), e.Early(), e.Signed(), d.Sum(), d.Early(), d.Signed())
		} else if got, want := paint(e.Log(), canvas.Key{}), paint(d.Log(), canvas.Key{}); !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, wrote %v", got, want)
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

// old reports whether a record is of the first log.
func old(rec Record) bool {
	switch rec := rec.(type) {
	case Op:
		return ofFirst(rec.Entry.Site)
	case Clear:
		return rec.First != nil
	case Dead, Forget:
		return true
	}
	return false
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
		if err != nil || len(records) == 1000 {
			return records, d
		}
		if _, err := d.Add(rec); err == nil {
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
