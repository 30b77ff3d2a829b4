package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/signaling"
)

// signed is a recording of Ana, who draws three stripes, and adopts one of Pia's, and
// of Bo, who draws one. All have signed.
func signed(t *testing.T) string {
	return tell(t, func(w *told) {
		w.Who(recording.Who{ID: "id-1", Name: "Ana", Site: siteA})
		w.Who(recording.Who{ID: "id-2", Name: "Bo", Site: siteB})
		w.draw(0, "id-1", penA, stripe(10, red))
		w.draw(0, "id-2", penB, stripe(50, green))
		w.draw(0, "id-1", penA, stripe(90, red))
		e, err := w.pen(penA).Adopt("pia", stripe(130, red), w.now(0))
		if err != nil {
			t.Fatal(err)
		}
		w.write(0, "pia", penA, e)
		w.draw(0, "id-1", penA, stripe(170, box.Color))
	})
}

// linesOf are the records of a recording, but for its end.
func linesOf(t *testing.T, path string) (records []recording.Record) {
	t.Helper()
	r := recording.NewReader(bytes.NewReader(readFile(t, path)))
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return records
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, check := rec.(recording.Check); !check {
			records = append(records, rec)
		}
	}
}

// forged writes records as somebody does who makes up sums and hashes that fit.
func forged(t *testing.T, records []recording.Record) string {
	t.Helper()
	var b bytes.Buffer
	w, d := recording.NewWriter(&b, records[0].(recording.Header)), recording.NewDrawing()
	for _, rec := range records {
		d.Add(rec) // what is wrong, the commands tell
		switch rec := rec.(type) {
		case recording.Who:
			w.Who(rec)
		case recording.Base:
			w.Base(rec)
		case recording.Op:
			w.Op(rec)
		case recording.Head:
			w.Head(rec.Head)
		case recording.Lie:
			w.Lie(rec)
		}
	}
	var sum canvas.Digest
	if err := sum.UnmarshalText([]byte(d.Sum())); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(0, sum); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "forged.ndjson")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestForgedRecordings has somebody write a recording anew, with sums and hashes that
// fit. Who looks at it with verify learns of whom it has what they have not signed;
// and the other commands show what there is.
func TestForgedRecordings(t *testing.T) {
	ana, bo := "Ana ["+siteA.String()+"]", "Bo ["+siteB.String()+"]"
	signedA, signedB := "  "+ana+": signed\n", "  "+bo+": signed\n"
	nth := func(records []recording.Record, n uint32) int { // where Ana's entry n is
		return slices.IndexFunc(records, func(rec recording.Record) bool {
			op, ok := rec.(recording.Op)
			return ok && op.Entry.Site == siteA && op.Entry.N == n
		})
	}
	change := func(n uint32, do func(*canvas.Entry)) func([]recording.Record) []recording.Record {
		return func(records []recording.Record) []recording.Record {
			op := records[nth(records, n)].(recording.Op)
			do(&op.Entry)
			records[nth(records, n)] = op
			return records
		}
	}
	recolor := func(e *canvas.Entry) {
		s := e.Op.(canvas.Segment)
		s.Color = green
		e.Op = s
	}
	headless := func(records []recording.Record) []recording.Record {
		return slices.DeleteFunc(records, func(rec recording.Record) bool {
			h, ok := rec.(recording.Head)
			return ok && h.Head.Site == siteA && h.Head.N > 1
		})
	}
	stripes := func(second, third canvas.Color) []canvas.Op {
		return []canvas.Op{stripe(10, red), stripe(50, green), stripe(90, second), stripe(130, third), stripe(170, box.Color)}
	}
	tests := []struct {
		name   string
		forge  func([]recording.Record) []recording.Record
		verify int
		says   []string // verify
		shown  []canvas.Op
		code   int // of render and stats
		counts string

		replayed []canvas.Op // nil: what is shown
	}{
		{"as_it_was", slices.Clone[[]recording.Record], exitDone, []string{" is whole: 5 operations\n" + signedA + signedB}, stripes(red, red), exitDone, `"people":3,"operations":5,"shown":5,`, nil},
		{"color", change(2, recolor), exitFailed,
			[]string{": " + ana + " has not signed what is there: entry 2 is the first that may be another\n"}, stripes(green, red), exitDone, `"people":3,"operations":5,"shown":5,`, nil},
		{"by", change(3, func(e *canvas.Entry) { e.By = "per" }), exitFailed,
			[]string{": " + ana + " has not signed what is there: entry 3 is the first that may be another\n"}, stripes(red, red), exitDone, `"people":3,"operations":5,"shown":5,`, nil},
		{"color_without_heads", func(records []recording.Record) []recording.Record { return headless(change(2, recolor)(records)) }, exitDone,
			[]string{" is whole: 5 operations\n  " + ana + ": signed up to entry 1, as the recorder heard it from entry 2 on, which no signature covers\n" + signedB},
			stripes(green, red), exitDone, `"people":3,"operations":5,"shown":5,`, nil},
		{"no_key", func(records []recording.Record) []recording.Record {
			return slices.DeleteFunc(records, func(rec recording.Record) bool {
				b, ok := rec.(recording.Base)
				return ok && b.Key.Site() == siteA
			})
		}, exitDone, []string{"  " + ana + ": as the recorder heard it: no signature covers entry 1, the first, nor what follows\n" + signedB},
			stripes(red, red), exitDone, `"people":3,"operations":5,"shown":5,`, nil},
		{"removed_line", func(records []recording.Record) []recording.Record {
			return slices.Delete(records, nth(records, 2), nth(records, 2)+1)
		}, exitFailed, []string{"entry 2 of site " + siteA.String() + " is missing, and others follow it"},
			[]canvas.Op{stripe(10, red), stripe(50, green)}, exitFailed, `"people":2,"operations":2,"shown":2,`, slices.Delete(stripes(red, red), 2, 3)},
		{"lie", func(records []recording.Record) []recording.Record {
			return append(records, recording.Lie{Proof: lieOf(t, penA)})
		}, exitDone, []string{" is whole: 5 operations\n  " + ana + ": told two stories, which is proved: what they drew is gone\n" + signedB},
			[]canvas.Op{stripe(50, green)}, exitDone, `"people":3,"operations":5,"shown":1,`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			log := forged(t, tt.forge(linesOf(t, signed(t))))
			_, said := do(t, tt.verify, "verify", log)
			for _, want := range tt.says {
				if !strings.Contains(said, want) {
					t.Errorf("verify: got %q, want %q in it", said, want)
				}
			}
			if whole := strings.Contains(said, "is whole"); whole != (tt.verify == exitDone) {
				t.Errorf("verify: got %q with exit status %d", said, tt.verify)
			}
			png := filepath.Join(t.TempDir(), "out.png")
			do(t, tt.code, "render", log, "-o", png)
			checkFile(t, png, pictureOf(t, tt.shown...))
			do(t, tt.verify, "verify", log, png)
			if records, _ := do(t, tt.code, "stats", log, "--json"); !strings.Contains(records, tt.counts) {
				t.Errorf("stats: got %s, want %s in it", records, tt.counts)
			}
			room := serve(t, signaling.ServerOptions{}).URL + "/studio"
			guest := enter(t, room)
			do(t, exitDone, "replay", log, room, "--speed", "1000")
			var got, want []string
			if tt.replayed == nil {
				tt.replayed = tt.shown
			}
			for _, op := range tt.replayed {
				want = append(want, wire(op))
			}
			slices.Sort(want)
			for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
				if got = shown(guest); slices.Equal(got, want) {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("replay: got %q, want %q", got, want)
			}
		})
	}
}

// TestVerifyNamesManyAuthors, but not all of thousands: first those who have not
// signed all.
func TestVerifyNamesManyAuthors(t *testing.T) {
	log := tell(t, func(w *told) {
		for i := range byte(2*maxAuthors + 10) {
			w.draw(0, "", canvas.NewSignerFromSeed([32]byte{i, 1}), stripe(10, red))
		}
	})
	records := linesOf(t, log)
	heads := 0
	records = slices.DeleteFunc(records, func(rec recording.Record) bool {
		if _, head := rec.(recording.Head); !head {
			return false
		}
		heads++
		return heads%2 == 0
	})
	_, said := do(t, exitDone, "verify", forged(t, records))
	unsigned := strings.Count(said, ": as the recorder heard it: no signature covers entry 1, the first, nor what follows\n")
	rest := fmt.Sprintf("  and %d authors: %d signed, %d as the recorder heard it\n", maxAuthors+10, maxAuthors+5, 5)
	if unsigned != maxAuthors || !strings.HasSuffix(said, rest) {
		t.Errorf("got %d authors that have not signed, want %d, and then %q: %s", unsigned, maxAuthors, rest, said)
	}
}

// TestEveryVersionIsRead for ever, and its picture is what it was.
func TestEveryVersionIsRead(t *testing.T) {
	for version, says := range map[int]string{
		1: "of version 1, which has no checks: its bytes prove nothing",
		2: "as the recorder heard it, for it is of version 2, which nobody signs",
		3: ": signed\n",
	} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			log := fmt.Sprintf("../../canvas/recording/testdata/version%d.ndjson", version)
			if _, said := do(t, exitDone, "verify", log); !strings.Contains(said, says) {
				t.Errorf("got %q, want %q in it", said, says)
			}
			png := filepath.Join(t.TempDir(), "out.png")
			do(t, exitDone, "render", log, "-o", png)
			do(t, exitDone, "verify", log, png)
			do(t, exitDone, "stats", log)
		})
	}
}
