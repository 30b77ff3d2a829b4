package recording

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// A told is an entry that was drawn so many seconds after the start of these tests,
// as its author says, and of which a recorder heard so many seconds after it began;
// or a clear.
type told struct {
	drawn, heard float64
	clear        bool
}

// seconds are so many, to the microsecond.
func seconds(s float64) time.Duration { return time.Duration(s*1e6) * time.Microsecond }

// tellingOf is a recording that began so many seconds after that start. All entries
// are by authors of their own.
func tellingOf(began float64, entries ...told) string {
	var b bytes.Buffer
	h := header
	h.Started = started.Add(seconds(began))
	w := NewWriter(&b, h)
	w.Who(Who{ID: "id", Name: "Ana"})
	for _, e := range entries {
		pen := canvas.NewLog(canvas.NewSigner())
		now := max(1, canvas.Ticks(started.Add(seconds(e.drawn))))
		if e.clear {
			c, _, _ := pen.Clear(now)
			w.Clear(Clear{At: seconds(e.heard), Clear: c})
			continue
		}
		w.Base(Base{Key: pen.PublicKey()})
		entry, err := pen.Draw(segment(1), 0, now)
		if err != nil {
			panic(err)
		}
		w.Op(Op{At: seconds(e.heard), Entry: entry})
	}
	w.Close(0, canvas.Digest{})
	return b.String()
}

const (
	longAgo = -60 * 365 * 24 * 3600 // seconds: before 1970
	night   = 12 * 3600
)

// TestTimes are those at which things were drawn, and their rhythm. What came before
// the first recording did has no pauses of more than a minute, so that no lie makes
// it longer than that.
func TestTimes(t *testing.T) {
	tests := []struct {
		name    string
		sources []string
		at      string // seconds after the start, of each header and entry
		rhythm  string
	}{
		{"as it was heard", []string{tellingOf(0, told{1, 1, false}, told{2.5, 2.5, false})}, "0 1 2.5", "0 1 2.5"},
		{"a little later", []string{tellingOf(0, told{1, 1.2, false}, told{2.5, 2.5, false})}, "0 1 2.5", "0 1 2.5"},
		{"of the future", []string{tellingOf(0, told{600, 1, false}, told{2.5, 2.5, false})}, "0 1 2.5", "0 1 2.5"},
		{"before it", []string{tellingOf(0, told{-40, 0, false}, told{-30, 0, false}, told{5, 5, false})}, "-40 -40 -30 5", "0 0 10 45"},
		{"all of it", []string{tellingOf(0, told{-40, 0, false}, told{-30, 0, false})}, "-40 -40 -30", "0 0 10"},
		{"a night before it", []string{tellingOf(0, told{-night, 0, false}, told{-30, 0, false}, told{night, night, false})}, fmt.Sprint(-night, -night, -30, night), fmt.Sprint(0, 0, 60, 90+night)},
		{"a lie of long ago", []string{tellingOf(0, told{longAgo, 0, false}, told{-30, 0, false}, told{5, 5, false})}, "1970 1970 -30 5", "0 0 60 95"},
		{"a lie later on", []string{tellingOf(0, told{1, 1, false}, told{longAgo, 2, false}, told{3, 3, false})}, "0 1 1 3", "0 1 1 3"},
		{"another, that knows no more", []string{tellingOf(0, told{1, 1, false}), tellingOf(night, told{1, 0, false}, told{night + 1, 1, false})},
			fmt.Sprint(0, 1, 1, 1, night+1), fmt.Sprint(0, 1, 1, 1, night+1)},
		{"one after another", []string{tellingOf(0, told{1, 1, false}) + tellingOf(night, told{1, 0, false}, told{7, 0, false}, told{night + 1, 1, false})},
			fmt.Sprint(0, 1, 1, 1, 7, night+1), fmt.Sprint(0, 1, 1, 1, 7, night+1)},
		{"another, that began before", []string{tellingOf(9, told{-5, 0, false}, told{10, 1, false}), tellingOf(0, told{-4, 0, false}, told{2, 2, false})},
			"-5 -5 -4 -4 2 10", "0 0 1 1 7 15"},
		{"another, that began long before", []string{tellingOf(900, told{-5, 0, false}, told{901, 1, false}), tellingOf(0, told{-4, 0, false}, told{200, 200, false})},
			"-5 -5 -4 -4 200 901", "0 0 1 1 205 906"},
		{"a clear before it", []string{tellingOf(0, told{-40, 0, true}, told{-30, 0, false}, told{4, 5, true})}, "-40 -40 -30 4", "0 0 10 44"},
		{"killed at once, and another", []string{strings.SplitAfter(tellingOf(0), "\n")[0] + tellingOf(5, told{7, 2, false})}, "0 5 7", "0 5 7"},
		{"nothing", []string{tellingOf(0)}, "0", "0"},
		{"two of nothing", []string{tellingOf(0) + tellingOf(5)}, "0 5", "0 5"},
		{"without a date", []string{`{"type":"op","at_ms":1500,"op":{"event":"clear"}}`}, "1.5", "1.5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var sources []Source
			for i, text := range tt.sources {
				sources = append(sources, (&memory{text: text}).source(fmt.Sprint(i)))
			}
			var at, times []string
			for timed, err := range Merge(sources...) {
				if err != nil && !Passable(err) {
					t.Fatal(err)
				}
				switch timed.Record.(type) {
				case Header, Op, Clear:
					since := fmt.Sprint(timed.At.Sub(started).Seconds())
					if timed.At.Year() == 1970 {
						since = "1970"
					} else if timed.At.Year() == 1 {
						since = fmt.Sprint(timed.At.Sub(time.Time{}).Seconds())
					}
					at, times = append(at, since), append(times, fmt.Sprint(timed.Since.Seconds()))
				}
			}
			if got := strings.Join(at, " "); got != tt.at {
				t.Errorf("drawn at %s, want %s", got, tt.at)
			}
			if got := strings.Join(times, " "); got != tt.rhythm {
				t.Errorf("rhythm %s, want %s", got, tt.rhythm)
			}
		})
	}
}

// TestTimesOfTheFirstLog are those at which a recorder heard of its entries.
func TestTimesOfTheFirstLog(t *testing.T) {
	for _, name := range []string{"version1", "version2"} {
		source := Source{name, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(version(t, name))), nil }}
		for timed, err := range Merge(source) {
			if err != nil {
				t.Fatal(err)
			}
			switch rec := timed.Record.(type) {
			case Op:
				if want := started.Add(rec.At); timed.At != want {
					t.Errorf("%s, line %d: got %v, want %v", name, timed.Line, timed.At, want)
				}
			case Clear:
				if want := started.Add(rec.At); timed.At != want {
					t.Errorf("%s, line %d: got %v, want %v", name, timed.Line, timed.At, want)
				}
			}
		}
	}
}
