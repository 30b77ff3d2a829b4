package recording

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// The sites and times of these tests, so that they write the same each time.
var (
	ana     = canvas.Site([]byte("AnaAnaAnaAn"))
	bo      = canvas.Site([]byte("BoBoBoBoBoB"))
	started = time.Date(2026, 5, 17, 12, 0, 0, 0, time.UTC)
	header  = Header{Version: Version, Raster: 1, Room: "http://localhost/studio", Started: started, Width: 64, Height: 48, Background: "white"}
	red     = canvas.Color{R: 255, A: 255}
)

func segment(x float64) canvas.Shape {
	return canvas.Segment{From: canvas.Point{X: x}, To: canvas.Point{X: x + 5, Y: 9.25}, Force: 1.5, Color: red}
}

// A scene is a recording of all there is: two writers, one of a plain peer's
// strokes, an undo, a redo, a clear, something dead.
func scene(t testing.TB) (records []Record, sum canvas.Sum) {
	t.Helper()
	log := canvas.NewLog(ana)
	must := func(e canvas.Entry, err error) canvas.Entry {
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	var at time.Duration
	op := func(e canvas.Entry, from string) {
		at += 17250 * time.Microsecond
		records = append(records, Op{At: at, From: from, Entry: e})
	}
	dead := canvas.Vector{bo: 7}
	if _, err := log.MarkDead(dead); err != nil {
		t.Fatal(err)
	}
	records = append(records, header, Dead{dead}, Who{"a1", `Ana "<3"`, ana}, Who{ID: "p1", Name: "Pia"})
	late := canvas.Entry{Site: bo, N: 8, T: 3, K: 8, Op: canvas.Rect{Width: 9, Height: 9, LineWidth: 2, Color: red}}
	if _, err := log.Add(late); err != nil {
		t.Fatal(err)
	}
	op(late, "")
	first := must(log.Draw(segment(1), 0))
	op(first, "a1")
	op(must(log.Draw(segment(2), first.K)), "a1")
	op(must(log.Adopt("p1", segment(3))), "p1")
	undo, _, err := log.Undo(first.K)
	op(must(undo, err), "a1")
	redo, _, err := log.Redo(first.K)
	op(must(redo, err), "a1")
	clears, _, err := log.Clear()
	op(must(clears[0], err), "a1")
	op(must(log.Draw(segment(4), 0)), "a1")
	other := canvas.Entry{Site: bo, N: 9, T: 11, K: 9, Op: segment(5)}
	op(other, "")
	records = append(records, Forget{bo})
	other.Op = segment(6)
	op(other, "")
	if _, err := log.Add(other); err != nil {
		t.Fatal(err)
	}
	return records, log.Sum()
}

// write writes records, with a check after every third, and closes the recording
// with sum.
func write(t testing.TB, w io.Writer, records []Record, sum canvas.Sum) {
	t.Helper()
	out := NewWriter(w, records[0].(Header))
	var err error
	d := NewDrawing()
	var at time.Duration
	for i, rec := range records {
		switch rec := rec.(type) {
		case Who:
			err = out.Who(rec)
		case Dead:
			err = out.Dead(rec.Dead)
		case Forget:
			err = out.Forget(rec.Site)
		case Op:
			at = rec.At
			err = out.Op(rec)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Add(rec); err != nil {
			t.Fatal(err)
		}
		if i%3 == 2 {
			if err := out.Check(at, d.Log().Sum()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := out.Close(at, sum); err != nil {
		t.Fatal(err)
	}
}

// text is the scene as a file.
func text(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	records, sum := scene(t)
	write(t, &b, records, sum)
	return b.Bytes()
}

// gzipped is the same, compressed.
func gzipped(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	records, sum := scene(t)
	z := NewGzip(&b)
	write(t, z, records, sum)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readAll returns all records but the checks, and the first thing that is wrong.
func readAll(data []byte) (records []Record, sum canvas.Sum, wrong error) {
	r := NewReader(bytes.NewReader(data))
	d := NewDrawing()
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return records, 0, err
		}
		if c, ok := rec.(Check); ok {
			if err := d.Check(c); err != nil {
				return records, 0, err
			}
			continue
		}
		if _, ok := rec.(Header); ok {
			d = NewDrawing()
		}
		if _, err := d.Add(rec); err != nil {
			return records, 0, err
		}
		records = append(records, rec)
	}
	switch compressed, sealed := r.Compressed(); {
	case r.Ending() != Closed:
		wrong = errors.New("not closed")
	case d.Early() > 0:
		wrong = errors.New("entries are missing")
	case compressed && !sealed:
		wrong = errors.New("not sealed")
	}
	return records, d.Log().Sum(), wrong
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	want, sum := scene(t)
	for name, data := range map[string][]byte{"plain": text(t), "gzip": gzipped(t)} {
		t.Run(name, func(t *testing.T) {
			got, gotSum, err := readAll(data)
			if err != nil || gotSum != sum || !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, %x and %v, want %v, %x", got, gotSum, err, want, sum)
			}
		})
	}
}

// TestFormat holds the writer to the format by hand: hashes as sha256sum makes
// them of the bytes before.
func TestFormat(t *testing.T) {
	data := text(t)
	lines := strings.SplitAfter(string(data), "\n")
	before, ops, checks := "", 0, 0
	for i, line := range lines[:len(lines)-1] {
		kind, _, _ := strings.Cut(strings.TrimPrefix(line, `{"type":"`), `"`)
		if kind == "op" {
			ops++
		}
		if kind == "check" || kind == "end" {
			checks++
			const tail = 64 + len("\"}\n")
			sum := sha256.Sum256([]byte(before + line[:len(line)-tail]))
			if got, want := line[len(line)-tail:], hex.EncodeToString(sum[:])+"\"}\n"; got != want {
				t.Errorf("line %d: got %q, want %q", i+1, got, want)
			}
		}
		before += line
	}
	if want := `{"type":"recording","version":2,"raster":1,"room":"http://localhost/studio","started":"2026-05-17T12:00:00Z","width":64,"height":48,"background":"white"}` + "\n" +
		`{"type":"dead","dead":{"BoBoBoBoBoB":7}}` + "\n" +
		`{"type":"who","id":"a1","name":"Ana \"<3\"","site":"AnaAnaAnaAn"}` + "\n" +
		`{"type":"check","at_ms":0,"lines":3,"ops":0,"sum":"0000000000000000","hash":"`; !strings.HasPrefix(string(data), want) {
		t.Errorf("got %q, want it to begin with %q", data, want)
	}
	want := `{"type":"op","at_ms":34.5,"from":"a1","op":{"event":"draw","lastPoint":{"x":1,"y":0},"x":6,"y":9.25,"force":1.5,"color":"#ff0000","n":1,"t":4,"k":1,"o":"AnaAnaAnaAn"}}`
	if !strings.Contains(string(data), want) {
		t.Errorf("got %q, want %s in it", data, want)
	}
	if ops != 10 || checks < 4 {
		t.Errorf("got %d operations and %d checks, want 10 and some", ops, checks)
	}
}

// TestEveryChangeIsNoticed changes every single byte: each bit, and more.
func TestEveryChangeIsNoticed(t *testing.T) {
	for name, data := range map[string][]byte{"plain": text(t), "gzip": gzipped(t)} {
		t.Run(name, func(t *testing.T) {
			changed, ways := bytes.Clone(data), []byte{1, 2, 4, 8, 16, 32, 64, 128, 255}
			if testing.Short() {
				ways = []byte{1, 32, 255}
			}
			for i := range data {
				for _, by := range ways {
					changed[i] = data[i] ^ by
					if _, _, err := readAll(changed); err == nil {
						t.Errorf("byte %d of %d: %q for %q went unnoticed", i, len(data), changed[i], data[i])
					}
				}
				changed[i] = data[i]
			}
		})
	}
}

// TestTornAnywhere cuts a recording off after every byte: what is left is a
// beginning of what was recorded, and is no whole recording.
func TestTornAnywhere(t *testing.T) {
	want, _ := scene(t)
	for name, data := range map[string][]byte{"plain": text(t), "gzip": gzipped(t)} {
		t.Run(name, func(t *testing.T) {
			most := 0
			for n := range data {
				r := NewReader(bytes.NewReader(data[:n]))
				var got []Record
				for {
					rec, err := r.Next()
					if err == io.EOF {
						break
					}
					if err != nil {
						t.Fatalf("%d of %d bytes: %v", n, len(data), err)
					}
					if _, ok := rec.(Check); !ok {
						got = append(got, rec)
					}
				}
				if len(got) > len(want) || len(got) > 0 && !reflect.DeepEqual(got, want[:len(got)]) {
					t.Fatalf("%d of %d bytes: got %v, want a beginning of %v", n, len(data), got, want)
				}
				if _, sealed := r.Compressed(); r.Ending() == Closed && (name == "plain" || sealed) {
					t.Errorf("%d of %d bytes: got a closed recording", n, len(data))
				}
				if len(got) < most {
					t.Errorf("%d of %d bytes: got %d records, and %d of fewer bytes", n, len(data), len(got), most)
				}
				most = max(most, len(got))
			}
			if most != len(want) {
				t.Errorf("got %d records at most, want %d", most, len(want))
			}
		})
	}
}

// TestByteOrderMark passes over a mark where a file begins, also one that was
// joined to another, and nowhere else.
func TestByteOrderMark(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	plain, compressed := text(t), gzipped(t)
	want, sum := scene(t)
	second := bytes.IndexByte(plain, '\n') + 1
	tests := []struct {
		name string
		data string
		want []Record
		err  error
	}{
		{"at_the_beginning", mark + string(plain), want, nil},
		{"compressed", string(regzip(t, []byte(mark+string(plain)))), want, errors.New("not sealed")},
		{"of_a_second_recording", string(plain) + mark + string(plain), append(append([]Record{}, want...), want...), nil},
		{"of_another_line", string(plain[:second]) + mark + string(plain[second:]), want[:1], errors.New("line 2: ")},
		{"twice", mark + mark + string(plain), nil, errors.New("line 1: ")},
		{"before_the_compression", mark + string(compressed), nil, errors.New("line 1: ")},
		{"utf16", "\xff\xfe{\x00", nil, errors.New("it is in UTF-16: save it as UTF-8")},
		{"utf16_compressed", string(regzip(t, []byte("\xfe\xff\x00{"))), nil, errors.New("it is in UTF-16: save it as UTF-8")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, gotSum, err := readAll([]byte(tt.data))
			if (err == nil) != (tt.err == nil) || err != nil && !strings.HasPrefix(err.Error(), tt.err.Error()) {
				t.Fatalf("got %v, want %v", err, tt.err)
			}
			if !reflect.DeepEqual(got, tt.want) || err == nil && gotSum != sum {
				t.Errorf("got %v, %x, want %v, %x", got, gotSum, tt.want, sum)
			}
		})
	}
}

// regzip compresses data as any program does.
func regzip(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
