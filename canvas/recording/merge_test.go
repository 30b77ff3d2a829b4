package recording

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// A memory is a source in memory, which counts how often it is open.
type memory struct {
	text string
	open int
}

func (m *memory) source(name string) Source {
	return Source{name, func() (io.ReadCloser, error) {
		m.open++
		return &memoryFile{strings.NewReader(m.text), m}, nil
	}}
}

type memoryFile struct {
	io.Reader
	of *memory
}

func (f *memoryFile) Close() error {
	f.of.open--
	return nil
}

// recordedAt is a recording with an operation at each of some milliseconds since
// a start, which is so many milliseconds after that of the tests.
func recordedAt(start int, ops ...int) string {
	var b bytes.Buffer
	h := header
	h.Started = h.Started.Add(time.Duration(start) * time.Millisecond)
	w := NewWriter(&b, h)
	log := canvas.NewLog(canvas.NewSigner())
	w.Base(Base{Key: log.PublicKey()})
	for _, at := range ops {
		heard := time.Duration(at) * time.Millisecond
		e, err := log.Draw(segment(float64(at)), 0, canvas.Ticks(h.Started.Add(heard)))
		if err != nil {
			panic(err)
		}
		w.Op(Op{At: heard, From: "id", Entry: e})
	}
	log.Sign()
	w.Close(time.Duration(slices.Max(ops))*time.Millisecond, log.Digest())
	return b.String()
}

func TestMergeIsInTheOrderOfTimes(t *testing.T) {
	tests := []struct {
		name    string
		sources []string
		want    string // source and milliseconds of each operation
	}{
		{"none", nil, ""},
		{"empty", []string{""}, ""},
		{"one", []string{recordedAt(0, 1, 2, 3)}, "0:1 0:2 0:3"},
		{"interleaved", []string{recordedAt(0, 1, 4, 9), recordedAt(0, 2, 3, 10)}, "0:1 1:2 1:3 0:4 0:9 1:10"},
		{"one_begins_later", []string{recordedAt(5, 1, 4), recordedAt(0, 2, 7)}, "1:2 0:6 1:7 0:9"},
		{"three", []string{recordedAt(0, 3), recordedAt(0, 1), recordedAt(0, 2)}, "1:1 2:2 0:3"},
		{"a_clock_that_was_set_back", []string{recordedAt(9, 1) + recordedAt(0, 2, 30), recordedAt(0, 20)}, "0:10 0:10 1:20 0:30"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var sources []Source
			for i, text := range tt.sources {
				sources = append(sources, (&memory{text: text}).source(fmt.Sprint(i)))
			}
			var got []string
			var last time.Time
			for at, err := range Merge(sources...) {
				if err != nil {
					t.Fatal(err)
				}
				if at.At.Before(last) {
					t.Errorf("got %v after %v", at.At, last)
				}
				last = at.At
				if _, ok := at.Record.(Op); ok {
					got = append(got, fmt.Sprintf("%s:%d", at.Source, at.At.Sub(started).Milliseconds()))
				}
			}
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestMergeTellsWhatIsWrong with which source, goes on if it can, and leaves none
// open, however it ends.
func TestMergeTellsWhatIsWrong(t *testing.T) {
	whole := recordedAt(0, 1, 2)
	noEnd := whole[:strings.LastIndex(whole, `{"type":"end"`)]
	lines := strings.SplitAfter(whole, "\n")
	tests := []struct {
		name, text string
		want       string
		ops        int
	}{
		{"nothing", whole, "", 2},
		{"open", noEnd, "a: it has no end after line 4: its recorder was killed, or is still at work", 2},
		{"torn", noEnd[:len(noEnd)-9], "a: its last line, 4, is cut off: its recorder was killed", 1},
		{"a_line", lines[0] + "{]\n" + `{"event":"clear"}` + "\n", "a: line 2: ", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := &memory{text: tt.text}, &memory{text: recordedAt(0, 1)}
			ops, told := 0, ""
			for at, err := range Merge(a.source("a"), b.source("b")) {
				switch {
				case err != nil && !Passable(err):
					t.Fatal(err)
				case err != nil:
					told = cmp.Or(told, err.Error())
				case at.Source == "a":
					switch at.Record.(type) {
					case Op, Clear:
						ops++
					}
				}
			}
			if !strings.HasPrefix(told, tt.want) || (told == "") != (tt.want == "") || ops != tt.ops {
				t.Errorf("got %q and %d operations, want %q and %d", told, ops, tt.want, tt.ops)
			}
			if a.open != 0 || b.open != 0 {
				t.Errorf("%d and %d are open in the end, want none", a.open, b.open)
			}
		})
	}
	cause := errors.New("no such file")
	bad := Source{"bad", func() (io.ReadCloser, error) { return nil, cause }}
	good := &memory{text: whole}
	for _, err := range Merge(good.source("good"), bad) {
		if !errors.Is(err, cause) || Passable(err) || err.Error() != "bad: no such file" {
			t.Errorf("got %v, want that bad is not there", err)
		}
	}
	for range Merge(good.source("one"), good.source("two")) {
		break
	}
	if good.open != 0 {
		t.Errorf("%d are open in the end, want none", good.open)
	}
}

// TestCombineHalves tears a recording into two at random: whichever of its lines
// are in which, also in both, they come to the same drawing of the same people.
func TestCombineHalves(t *testing.T) {
	s := scene(t)
	records, sum := s.records, s.heard.Digest().String()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 3))
		var parts [2][]Record
		for _, rec := range records[1:] {
			which := r.IntN(3)
			if _, base := rec.(Base); base {
				which = 2 // no recording is without it
			}
			for i := range parts {
				if which != i {
					parts[i] = append(parts[i], rec)
				}
			}
		}
		var sources []Source
		for i, part := range parts {
			sources = append(sources, (&memory{text: unsealed(part)}).source(fmt.Sprint(i)))
		}
		c, err := Combine(t.Context(), Merge(sources...), Moment{}, nil, func(err error) {
			if !errors.As(err, new(*EndError)) {
				t.Errorf("seed %d: %v", seed, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Drawing.Sum(); got != sum {
			t.Errorf("seed %d: got sum %v, want %v", seed, got, sum)
		}
		for e := range c.Drawing.Log().Paint(canvas.Key{}) {
			want := map[canvas.Site]string{ana: `Ana "<3"`, bo: bo.String()}[e.Site]
			if e.By == "p1" {
				want = "Pia"
			}
			if got := c.Authors.Of(e).Name(); got != want {
				t.Errorf("seed %d: %s drew %v, want %s", seed, got, e, want)
			}
		}
		if got := len(c.Authors.All()); got != 4 {
			t.Errorf("seed %d: got %d people, want 4", seed, got)
		}
	}
}

// unsealed is a recording of records, without an end.
func unsealed(records []Record) string {
	var b bytes.Buffer
	w := NewWriter(&b, header)
	for _, rec := range records {
		put(w, rec)
	}
	w.Check(time.Hour, canvas.Digest{})
	return b.String()
}
