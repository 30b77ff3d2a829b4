package recording

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// forge writes records as somebody does who makes up sums and hashes that fit.
func forge(t *testing.T, records []Record) []byte {
	t.Helper()
	var b bytes.Buffer
	w, d := NewWriter(&b, header), NewDrawing()
	for _, rec := range records {
		d.Add(rec)
		if err := put(w, rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(time.Minute, digestOf(t, d)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestForgery has somebody write a recording anew, with sums and hashes that fit:
// what no signature covers is named, from the first entry on, or the line that
// cannot be.
func TestForgery(t *testing.T) {
	mallory := signer("mallory")
	op := func(site canvas.Site, n uint32) func(Record) bool {
		return func(rec Record) bool {
			o, ok := rec.(Op)
			return ok && o.Entry.Site == site && o.Entry.N == n
		}
	}
	head := func(site canvas.Site, n uint32) func(Record) bool {
		return func(rec Record) bool {
			h, ok := rec.(Head)
			return ok && h.Head.Site == site && h.Head.N == n
		}
	}
	base := func(site canvas.Site) func(Record) bool {
		return func(rec Record) bool {
			b, ok := rec.(Base)
			return ok && b.Key.Site() == site
		}
	}
	cleared := func(rec Record) bool {
		c, ok := rec.(Clear)
		return ok && c.From != ""
	}
	lie := func(rec Record) bool { _, ok := rec.(Lie); return ok }
	gone := func(Record) []Record { return nil }
	tests := []struct {
		name   string
		which  func(Record) bool
		change func(Record) []Record
		site   canvas.Site
		from   uint32 // the first entry of the site that is as the recorder heard it
		err    string
	}{
		{"as it was", lie, func(rec Record) []Record { return []Record{rec} }, ana, 0, ""},
		{"another color", op(ana, 3), func(rec Record) []Record {
			o := rec.(Op)
			s := o.Entry.Op.(canvas.Segment)
			s.Color.B = 1
			o.Entry.Op = s
			return []Record{o}
		}, ana, 3, ""},
		{"another time", op(ana, 1), func(rec Record) []Record { o := rec.(Op); o.Entry.T--; return []Record{o} }, ana, 1, ""},
		{"another plain peer", op(ana, 3), func(rec Record) []Record { o := rec.(Op); o.Entry.By = "p2"; return []Record{o} }, ana, 3, ""},
		{"another payload", op(ana, 6), func(rec Record) []Record {
			o := rec.(Op)
			o.Entry.Op = canvas.Other{Name: "sparkle", Payload: `{"hue":121}`}
			return []Record{o}
		}, ana, 5, ""},
		{"one is missing", op(ana, 3), gone, ana, 0, "line 29: entry 3 of site " + ana.String() + " is missing, and others follow it"},
		{"one more", head(ana, 7), func(rec Record) []Record {
			e := canvas.Entry{Site: ana, N: 8, T: canvas.Ticks(started.Add(time.Hour)), K: 8, Op: segment(9)}
			return []Record{rec, Op{At: 120750 * time.Microsecond, Entry: e}, Head{canvas.Head{Site: ana, N: 8, Sig: rec.(Head).Head.Sig}}}
		}, ana, 8, ""},
		{"the last head", head(ana, 7), func(rec Record) []Record { h := rec.(Head); h.Head.Sig[9]++; return []Record{h} }, ana, 7, ""},
		{"the last head is missing", head(ana, 7), gone, ana, 7, ""},
		{"a head that another covers", head(ana, 4), gone, ana, 0, ""},
		{"another's key", base(ana), func(Record) []Record { return []Record{Base{Key: mallory.Key()}} }, ana, 1, ""},
		{"no key", base(ana), gone, ana, 1, ""},
		{"another chain", base(bo), func(rec Record) []Record { b := rec.(Base); b.Chain[5]++; return []Record{b} }, bo, 7, ""},
		{"more of the beginning", base(bo), func(rec Record) []Record { b := rec.(Base); b.N--; return []Record{b} }, bo, 0, "line 30: entry 6 of site " + bo.String()},
		{"another clear", cleared, func(rec Record) []Record { c := rec.(Clear); c.Clear.T++; return []Record{c} }, ana, 0, "line 20: a clear that nobody signed"},
		{"another proof", lie, func(rec Record) []Record {
			l := rec.(Lie)
			p := *l.Proof
			p.Second.Sig[3]++
			l.Proof = &p
			return []Record{l}
		}, ana, 0, "line 27: the proof that an author lied proves nothing"},
		{"no proof", lie, func(rec Record) []Record {
			l := rec.(Lie)
			l.Proof = &canvas.Proof{First: l.Proof.First, Second: l.Proof.First}
			return []Record{l}
		}, ana, 0, "line 27: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			records := scene(t).records
			i := slices.IndexFunc(records, tt.which)
			records = slices.Replace(records, i, i+1, tt.change(records[i])...)
			proof, err := Prove(t.Context(), bytes.NewReader(forge(t, records)), ProveOptions{})
			if tt.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tt.err) {
					t.Errorf("got %v, want %s", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range proof.Authors {
				want := uint32(0)
				if a.Site == tt.site {
					want = tt.from
				}
				if !a.Void && a.Uncovered != want {
					t.Errorf("of %s, entry %d is the first that no signature covers, want %d", a.Site, a.Uncovered, want)
				}
			}
			if len(proof.Authors) != 3 {
				t.Errorf("got %d authors, want 3: %v", len(proof.Authors), proof.Authors)
			}
		})
	}
}

// TestForgedBeginning changes an entry, leaves out a later one, and goes on with the
// right chain from there on, as after a clear: the signature of what follows does
// not cover what was before.
func TestForgedBeginning(t *testing.T) {
	s := scene(t)
	run := s.heard.Runs(ana, 7)[0]
	var records []Record
	for _, rec := range s.records {
		if op, ok := rec.(Op); ok && op.Entry.Site == ana {
			switch op.Entry.N {
			case 1:
				op.Entry.Op = segment(9)
				rec = op
			case 6:
				continue
			case 7:
				records = append(records, Base{run.Key, 6, run.Before})
			}
		}
		records = append(records, rec)
	}
	proof, err := Prove(t.Context(), bytes.NewReader(forge(t, records)), ProveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range proof.Authors {
		if a.Site == ana && a.Uncovered != 1 {
			t.Errorf("entry %d is the first that no signature covers, want 1", a.Uncovered)
		}
	}
}

// TestChangesAreFound changes every line, here and there: what is wrong is found in
// that line, or at the next check.
func TestChangesAreFound(t *testing.T) {
	lines := bytes.SplitAfter(text(t), []byte("\n"))
	lines = lines[:len(lines)-1]
	for i, line := range lines {
		check := i
		for !bytes.HasPrefix(lines[check], []byte(`{"type":"check"`)) && !bytes.HasPrefix(lines[check], []byte(`{"type":"end"`)) {
			check++
		}
		for at := 3; at < len(line)-1; at += 1 + len(line)/5 {
			changed := slices.Clone(lines)
			changed[i] = bytes.Clone(line)
			changed[i][at] ^= 1
			_, err := Prove(t.Context(), bytes.NewReader(bytes.Join(changed, nil)), ProveOptions{Open: true})
			var bad *LineError
			if !errors.As(err, &bad) || bad.Line < i+1 || bad.Line > check+1 {
				t.Errorf("%s: got %v, want an error of line %d to %d", changed[i], err, i+1, check+1)
			}
		}
	}
}

// TestTornIsProved proves what there is of a recording that is cut off anywhere.
func TestTornIsProved(t *testing.T) {
	data := text(t)
	for n := bytes.IndexByte(data, '\n') + 1; n < len(data); n += 31 {
		proof, err := Prove(t.Context(), bytes.NewReader(data[:n]), ProveOptions{Open: true})
		if err != nil || proof.Recordings != 1 || proof.Endless != 1 {
			t.Errorf("%d of %d bytes: got %+v and %v", n, len(data), proof, err)
		}
	}
}
