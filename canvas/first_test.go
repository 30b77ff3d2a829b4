package canvas

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A firstVector is a file of testdata/first.
type firstVector struct {
	Deliver []struct{ From, Message, Result string }
	Order   []string
	Dead    map[string]uint32
	Len     int
	Sum     string
	Frames  []string
}

// A firstLog puts together what the first log left.
type firstLog struct {
	log    *Log
	hashes map[Key]uint64 // of all entries
	dead   Vector
}

func (f *firstLog) add(e FirstEntry) error {
	_, err := f.log.AddFirst(e)
	if err == nil {
		f.hashes[Key{Site: e.Site, N: e.N}] = e.Hash()
		f.dead.Join(e.Cut)
	}
	return err
}

// check compares with what a vector says.
func (f *firstLog) check(t *testing.T, v firstVector) {
	t.Helper()
	sum, live := uint64(0), 0
	for k, h := range f.hashes {
		if k.N > f.dead[k.Site] {
			sum, live = sum+h, live+1
		}
	}
	if got := fmt.Sprintf("%016x", sum); got != v.Sum || live != v.Len || f.log.Len() != v.Len {
		t.Errorf("sum %s of %d entries, the log has %d, want %s of %d", got, live, f.log.Len(), v.Sum, v.Len)
	}
	var order []string
	for e := range f.log.Paint(Key{}) {
		order = append(order, fmt.Sprintf("%s %d", e.Site, e.N))
	}
	if !slices.Equal(order, v.Order) {
		t.Errorf("order: got %v, want %v", order, v.Order)
	}
	for site, n := range v.Dead {
		s, err := ParseSite(site)
		if have, dead := f.log.Holds(s); err != nil || dead != n || have < n {
			t.Errorf("%s: dead up to %d of %d, want %d", site, dead, have, n)
		}
	}
}

func TestFirst(t *testing.T) {
	files, err := filepath.Glob("testdata/first/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var v firstVector
			if err := json.Unmarshal(data, &v); err != nil {
				t.Fatal(err)
			}
			said := &firstLog{NewUnsigned(Site{}), map[Key]uint64{}, Vector{}}
			for _, d := range v.Deliver {
				e, err := ParseFirst([]byte(d.Message[:len(d.Message)-1] + `,"o":"` + d.From + `"}`))
				if err == nil {
					err = said.add(e)
				}
				if want := d.Result == "taken"; want != (err == nil) || errors.Is(err, ErrDuplicate) != (d.Result == "duplicate") {
					t.Errorf("%s: %v, want %s", d.Message, err, d.Result)
				}
			}
			said.check(t, v)
			framed := &firstLog{NewUnsigned(Site{}), map[Key]uint64{}, Vector{}}
			for _, f := range v.Frames {
				frame, err := hex.DecodeString(f)
				if err != nil {
					t.Fatal(err)
				}
				dead, entries, err := ReadFirst(frame)
				if err != nil {
					t.Fatal(err)
				}
				framed.dead.Join(dead)
				framed.log.MarkDead(dead)
				for _, e := range entries {
					if err := framed.add(e); err != nil {
						t.Errorf("%+v: %v", e, err)
					}
				}
				for i := range frame {
					if _, _, err := ReadFirst(frame[:i]); err == nil {
						t.Errorf("%d bytes of a frame were read", i)
					}
				}
			}
			framed.check(t, v)
		})
	}
}

func TestFirstRefuses(t *testing.T) {
	draw := `"lastPoint":{"x":1,"y":2},"x":3,"y":4,"color":"red"`
	for _, text := range []string{
		`{"event":"draw",` + draw + `,"n":1,"t":1,"k":1,"o":"Ana00000000","by":"x","h":"00000000"}`,
		`{"event":"draw",` + draw + `,"n":1,"t":1,"k":1,"o":"Ana00000000","by":"x"}`,
		`{"event":"clear","n":1,"t":1,"o":"Ana00000000"}`, `{"event":"clear","n":1,"t":1,"o":"Ana00000000","cut":[]}`,
		`{"event":"clear","n":1,"t":1,"o":"Ana00000000","cut":{"Ana00000000":1}}`, `{"event":"clear","n":1,"t":1,"o":"Ana00000000","cut":{"Bo000000000":0}}`, `{"event":"clear","n":1,"t":1,"o":"Ana00000000","cut":{"Bo000000000":1.5}}`,
		`{"event":"clear","n":1,"t":1,"o":"Ana00000000","cut":{"bSgI2PmVKJU3XEDjmLTsGw":1}}`, `{"event":"clear","n":0,"t":1,"o":"Ana00000000","cut":{}}`, `{"event":"clear","n":1,"t":0,"o":"Ana00000000","cut":{}}`,
	} {
		if e, err := ParseFirst([]byte(text)); err == nil || errors.Is(err, ErrUnknown) {
			t.Errorf("%s: got %+v, %v", text, e, err)
		}
	}
	for _, text := range []string{
		`{"event":"draw",` + draw + `}`, `{"event":"draw",` + draw + `,"n":1,"t":1,"k":1}`, `{"event":"draw",` + draw + `,"n":1,"t":1,"k":1,"o":"bSgI2PmVKJU3XEDjmLTsGw"}`,
		`{"event":"clear"}`, `{"event":"sticker","n":1,"t":1,"k":1,"o":"Ana00000000"}`,
	} {
		if e, err := ParseFirst([]byte(text)); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: got %+v, %v, want ErrUnknown", text, e, err)
		}
	}
	l := NewUnsigned(Site{})
	e := FirstEntry{Entry: Entry{Site: Site{1}, N: 1, T: 5, K: 1, Op: Undo{}}}
	if _, err := l.AddFirst(e); err == nil {
		t.Error("an undo of itself was added")
	}
	e.Op = line
	for _, step := range []struct {
		n    uint32
		t    uint64
		want string
	}{{2, 5, "2 came after 0"}, {1, 5, ""}, {1, 5, "had already"}, {2, 4, "before that of the last"}, {2, 5, ""}} {
		e.N, e.T = step.n, step.t
		if _, err := l.AddFirst(e); step.want == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), step.want) {
			t.Errorf("%d at %d: %v, want %q", step.n, step.t, err, step.want)
		}
	}
}

// FuzzFirst reads any payload of a frame of the first log.
func FuzzFirst(f *testing.F) {
	data, err := os.ReadFile("testdata/first/many.json")
	var v firstVector
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range v.Frames {
		frame, _ := hex.DecodeString(text)
		payload, err := inflateRaw(frame[frameHeader:])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		dead, entries, err := readFirst(payload)
		if err != nil && len(dead)+len(entries) > 0 {
			t.Fatal("a damaged frame has something")
		}
		l := NewUnsigned(Site{})
		l.MarkDead(dead)
		for _, e := range entries {
			if e.Op != nil && e.Check() != nil {
				t.Fatalf("%+v: %v", e, e.Check())
			}
			l.AddFirst(e)
		}
		if n := len(slices.Collect(l.Paint(Key{}))); n > l.Len() {
			t.Errorf("%d painted of %d", n, l.Len())
		}
	})
}
