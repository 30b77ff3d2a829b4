package recording

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"drawmesh/canvas"
)

// TestDrawingInAnyOrder adds a recording's lines in random orders, and parts of
// it twice: what comes of it is the same.
func TestDrawingInAnyOrder(t *testing.T) {
	s := scene(t)
	records, want := s.records, paint(s.heard, canvas.Key{})
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		d := NewDrawing()
		for _, half := range [][]int{r.Perm(len(records))[:len(records)/2], r.Perm(len(records))} {
			for _, i := range half {
				if _, err := d.Add(records[i]); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
		}
		if got := paint(d.Log(), canvas.Key{}); !reflect.DeepEqual(got, want) || d.Early() != 0 {
			t.Fatalf("seed %d: got %v and %d early, want %v and none", seed, got, d.Early(), want)
		}
	}
}

// TestDrawingTellsOfEachChange follows the picture's changes: at each moment,
// what is painted is what the log says.
func TestDrawingTellsOfEachChange(t *testing.T) {
	records := scene(t).records
	for seed := range uint64(100) {
		d := NewDrawing()
		copied := canvas.NewUnsigned(canvas.Site{})
		var seen []canvas.Entry
		for _, i := range rand.New(rand.NewPCG(seed, 2)).Perm(len(records)) {
			change, err := d.Add(records[i])
			if err != nil {
				t.Fatal(err)
			}
			now := paint(d.Log(), canvas.Key{})
			for _, s := range d.Taken() {
				if _, err := copied.Step(s); err != nil {
					t.Fatalf("seed %d: %v: %v", seed, s, err)
				}
			}
			if got := paint(copied, canvas.Key{}); !reflect.DeepEqual(got, now) {
				t.Fatalf("seed %d: a log of what was taken paints %v, want %v", seed, got, now)
			}
			switch change.Kind {
			case canvas.Nothing:
				if !reflect.DeepEqual(now, seen) {
					t.Fatalf("seed %d: got %v as if nothing had happened to %v", seed, now, seen)
				}
			case canvas.Appended:
				if want := append(seen, paint(d.Log(), change.From)...); !reflect.DeepEqual(now, want) {
					t.Fatalf("seed %d: got %v, told of %v", seed, now, want)
				}
			}
			seen = now
		}
	}
}

func paint(log *canvas.Log, from canvas.Key) (entries []canvas.Entry) {
	for e := range log.Paint(from) {
		entries = append(entries, e)
	}
	return entries
}

// TestUnstamped draws what programs wrote down as plain peers see it.
func TestUnstamped(t *testing.T) {
	const line = `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"red"}`
	tests := []struct {
		name, in string
		want     int
	}{
		{"wire_form", line + "\n" + line, 2},
		{"no_type", `{"type":"","event":"clear"}` + "\n" + line, 1},
		{"of_version_1", `{"type":"recording","version":1}` + "\n" + `{"type":"op","from":"a","op":` + line + `}`, 1},
		{"clear", line + "\n" + `{"event":"clear"}` + "\n" + line, 1},
		{"undo", line + "\n" + line + "\n" + `{"event":"undo"}`, 1},
		{"redo", line + "\n" + `{"event":"undo"}` + "\n" + `{"type":"op","op":{"event":"redo"}}`, 1},
		{"nothing_to_undo", `{"event":"undo"}` + "\n" + `{"event":"redo"}` + "\n" + line, 1},
		{"preview", `{"event":"drawRect","origin":{"x":0,"y":0},"width":3,"height":2,"color":"lime"}`, 0},
		{"not_its_author's", strings.TrimSuffix(line, "}") + `,"n":7,"t":7,"k":7}`, 1},
		{"undo_of_the_first", stroked("1", "draw") + stroked("2", "draw") + stroked("1", "undo"), 1},
		{"undo_of_what_is_drawn_on", stroked("1", "draw") + stroked("2", "draw") + stroked("1", "draw") + stroked("1", "undo"), 1},
		{"redo_of_the_first", stroked("1", "draw") + stroked("2", "draw") + stroked("1", "undo") + stroked("2", "undo") + stroked("1", "redo"), 1},
		{"undo_of_the_unknown", stroked("1", "draw") + stroked("2", "undo"), 1},
		{"undo_of_the_cleared", stroked("1", "draw") + `{"event":"clear"}` + "\n" + line + "\n" + stroked("1", "undo"), 1},
		{"on_the_wire", stroked("1", "draw") + stroked("2", "draw") + `{"event":"undo","stroke":"Jx3kQ9aPz1M-1"}`, 1},
		{"no_stroke", `{"type":"op","stroke":null,"op":` + line + `}` + "\n" + `{"event":"undo","stroke":null}`, 0},
		{"other_records", `{"type":"peer","id":"a","name":"op","state":"joined"}` + "\n\n" + line, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, d := NewReader(strings.NewReader(tt.in)), NewDrawing()
			for {
				rec, err := r.Next()
				if err == io.EOF {
					break
				}
				if err == nil {
					_, err = d.Add(rec)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := len(paint(d.Log(), canvas.Key{})); got != tt.want || r.Ending() != Unchecked {
				t.Errorf("got %d operations and ending %d, want %d and none", got, r.Ending(), tt.want)
			}
		})
	}
}

// stroked is a line of somebody's stroke, as drawbot join writes it.
func stroked(k, event string) string {
	return `{"type":"op","from":"a","name":"Ana","stroke":"Jx3kQ9aPz1M-` + k + `","op":{"event":"` + event +
		`","lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"red"}}` + "\n"
}

// TestBadLines passes over what is wrong, names it, and goes on.
func TestBadLines(t *testing.T) {
	const clear = `{"event":"clear"}`
	tests := []struct {
		name, line, err string
	}{
		{"no_json", `{`, "message is no JSON object"},
		{"no_object", `[1]`, "message is no JSON object"},
		{"no_record", `{"type":`, "unexpected end of JSON input"},
		{"no_op", `{"type":"op","from":"a"}`, "message is no JSON object"},
		{"later_version", `{"type":"recording","version":4}`, "a recording of version 4: this program knows versions up to 3"},
		{"no_time", `{"type":"op","at_ms":-1,"op":` + clear + `}`, "at_ms is no time: -1"},
		{"no_site", `{"type":"who","name":"Ana","site":"x"}`, "site: 1 characters, not 22"},
		{"nowhere", `{"type":"check","at_ms":1,"lines":1,"ops":1,"sum":"0000000000000000","hash":""}`, ErrDamaged.Error()},
		{"no_sum", `{"type":"end","at_ms":1}`, "the check has no sum"},
		{"exchange", `{"type":"op","op":{"event":"bye"}}`, "unknown event"},
		{"no_stroke", `{"type":"op","stroke":"x","op":{"event":"undo"}}`, `"x" is no stroke's id, such as Jx3kQ9aPz1M-38`},
		{"no_stroke's_text", `{"event":"undo","stroke":38}`, `"38" is no stroke's id, such as Jx3kQ9aPz1M-38`},
		{"too_long", strings.Repeat("x", MaxLine+1), errLong.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := NewReader(strings.NewReader(clear + "\n" + tt.line + "\n" + clear + "\n"))
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
			_, err := r.Next()
			var bad *LineError
			if !errors.As(err, &bad) || bad.Line != 2 || bad.Err.Error() != tt.err {
				t.Errorf("got %v, want line 2: %s", err, tt.err)
			}
			if rec, err := r.Next(); err != nil || rec != (Clear{}) || r.Line() != 3 {
				t.Errorf("after it: got %v and %v in line %d, want a clear in line 3", rec, err, r.Line())
			}
		})
	}
}

// TestOneAfterAnother reads two recordings in one file: each is checked by itself.
func TestOneAfterAnother(t *testing.T) {
	both := append(text(t), text(t)...)
	got, _, err := readAll(both)
	want := scene(t).records
	if want = append(want, want...); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v and %v, want %v", got, err, want)
	}
	extra := append(text(t), `{"type":"op","op":{"event":"clear"}}`+"\n"...)
	if _, _, err := readAll(extra); err == nil {
		t.Error("got no error of what follows the end")
	}
}

// TestOffset finds where to go on with a torn file.
func TestOffset(t *testing.T) {
	data := text(t)
	cut := bytes.LastIndexByte(data[:len(data)-1], '\n') + 1
	r := NewReader(bytes.NewReader(data[:cut+9]))
	var err error
	for err == nil {
		_, err = r.Next()
	}
	if err != io.EOF || r.Offset() != int64(cut) || r.Ending() != Torn {
		t.Errorf("got %v, offset %d and ending %d, want the end, %d and %d", err, r.Offset(), r.Ending(), cut, Torn)
	}
}

// TestWriterTellsOfFailure has a disk that is full from some byte on.
func TestWriterTellsOfFailure(t *testing.T) {
	full := errors.New("disk full")
	w := NewWriter(&limited{100, full}, header)
	for range 2 {
		if err := w.Check(0, canvas.Digest{}); err != full {
			t.Errorf("got %v, want %v", err, full)
		}
	}
	for _, err := range []error{
		w.Op(Op{Entry: canvas.Entry{Op: canvas.Undo{}}}), w.Who(Who{}), w.Base(Base{}), w.Head(canvas.Head{}), w.Clear(Clear{}),
		w.Sync(), w.Close(0, canvas.Digest{}),
	} {
		if err != full {
			t.Errorf("after it: got %v, want %v", err, full)
		}
	}
}

type limited struct {
	left int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, l.err
	}
	return len(p), nil
}

// TestSync reaches the file under the compression.
func TestSync(t *testing.T) {
	disk := new(disk)
	for _, w := range []*Writer{NewWriter(disk, header), NewWriter(NewGzip(disk), header), NewWriter(io.Discard, header)} {
		if err := w.Sync(); err != nil {
			t.Error(err)
		}
	}
	if disk.synced != 2 {
		t.Errorf("got %d syncs, want 2", disk.synced)
	}
}

type disk struct {
	bytes.Buffer
	synced int
}

func (d *disk) Sync() error { d.synced++; return nil }
