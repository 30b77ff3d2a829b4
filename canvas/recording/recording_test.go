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

// put writes a record that is no check.
func put(w *Writer, rec Record) error {
	switch rec := rec.(type) {
	case Who:
		return w.Who(rec)
	case Base:
		return w.Base(rec)
	case Op:
		return w.Op(rec)
	case Clear:
		return w.Clear(rec)
	case Head:
		return w.Head(rec.Head)
	case Lie:
		return w.Lie(rec)
	}
	return nil
}

// write writes records, with a check after every third, and closes the recording
// with sum.
func write(t testing.TB, w io.Writer, records []Record, sum canvas.Digest) {
	t.Helper()
	out := NewWriter(w, records[0].(Header))
	d := NewDrawing()
	var at time.Duration
	for i, rec := range records {
		switch rec := rec.(type) {
		case Op:
			at = rec.At
		case Clear:
			at = rec.At
		}
		if err := put(out, rec); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Add(rec); err != nil {
			t.Fatal(err)
		}
		if i%3 == 2 {
			if err := out.Check(at, digestOf(t, d)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := out.Close(at, sum); err != nil {
		t.Fatal(err)
	}
}

func digestOf(t testing.TB, d *Drawing) (sum canvas.Digest) {
	t.Helper()
	if err := sum.UnmarshalText([]byte(d.Sum())); err != nil {
		t.Fatal(err)
	}
	return sum
}

// text is the scene as a file.
func text(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	s := scene(t)
	write(t, &b, s.records, s.heard.Digest())
	return b.Bytes()
}

// gzipped is the same, compressed.
func gzipped(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	s := scene(t)
	z := NewGzip(&b)
	write(t, z, s.records, s.heard.Digest())
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readAll returns all records but the checks, and the first thing that is wrong.
func readAll(data []byte) (records []Record, sum string, wrong error) {
	d := NewDrawing()
	wrong = readEach(data, func(rec Record) error {
		switch rec := rec.(type) {
		case Check:
			return d.Check(rec)
		case Header:
			d = NewDrawing()
		}
		if _, err := d.Add(rec); err != nil {
			return err
		}
		records = append(records, rec)
		return nil
	})
	if wrong == nil && d.Early() > 0 {
		wrong = errors.New("entries are missing")
	}
	return records, d.Sum(), wrong
}

// readEach tells each of what there is, and returns the first thing that is wrong.
func readEach(data []byte, each func(Record) error) error {
	r := NewReader(bytes.NewReader(data))
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = each(rec)
		}
		if err != nil {
			return err
		}
	}
	switch compressed, sealed := r.Compressed(); {
	case r.Ending() != Closed:
		return errors.New("not closed")
	case compressed && !sealed:
		return errors.New("not sealed")
	}
	return nil
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	s := scene(t)
	want, sum := s.records, s.heard.Digest()
	for name, data := range map[string][]byte{"plain": text(t), "gzip": gzipped(t)} {
		t.Run(name, func(t *testing.T) {
			got, gotSum, err := readAll(data)
			if err != nil || gotSum != sum.String() || !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, %v and %v, want %v, %v", got, gotSum, err, want, sum)
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
	if want := `{"type":"recording","version":3,"raster":1,"room":"http://localhost/studio","started":"2026-05-17T12:00:00Z","width":64,"height":48,"background":"white"}` + "\n" +
		`{"type":"op","at_ms":0,"op":{"event":"clear","t":28464307200007,"key":"` + signers["bo"].Key().String() + `","sig":"`; !strings.HasPrefix(string(data), want) {
		t.Errorf("got %q, want it to begin with %q", data, want)
	}
	for _, want := range []string{
		`{"type":"who","id":"a1","name":"Ana \"<3\"","site":"` + ana.String() + `"}`,
		`{"type":"key","key":"` + signers["bo"].Key().String() + `","n":6,"chain":"`,
		`{"type":"key","key":"` + signers["ana"].Key().String() + `","n":0}`,
		`{"type":"op","at_ms":34.5,"from":"a1","op":{"event":"draw","lastPoint":{"x":1,"y":0},"x":6,"y":9.25,"force":1.5,"color":"#ff0000","n":1,"t":28464307200552,"k":1,"o":"` + ana.String() + `"}}`,
		`{"type":"op","at_ms":86.25,"from":"a1","op":{"event":"sparkle","hue":120,"n":6,"t":28464307201381,"k":6,"o":"` + ana.String() + `"}}`,
		`{"type":"head","n":2,"o":"` + ana.String() + `","sig":"`,
		`{"type":"proof","at_ms":155.25,"frame":"`,
	} {
		if !strings.Contains(string(data), "\n"+want) {
			t.Errorf("got %q, want %s in it", data, want)
		}
	}
	if ops != 14 || checks < 4 {
		t.Errorf("got %d operations and %d checks, want 14 and some", ops, checks)
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
					if err := readEach(changed, func(Record) error { return nil }); err == nil {
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
	want := scene(t).records
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
	s := scene(t)
	want, sum := s.records, s.heard.Digest()
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
			if !reflect.DeepEqual(got, tt.want) || err == nil && gotSum != sum.String() {
				t.Errorf("got %v, %v, want %v, %v", got, gotSum, tt.want, sum)
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
