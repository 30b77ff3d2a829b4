package archive

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drawmesh/canvas"
)

// A stage is how far a store had come once.
type stage struct {
	size  int64
	state string
}

// stored returns the bytes of a store with every kind of record, and the stages at
// which these end.
func stored(t testing.TB) (data []byte, stages []stage) {
	t.Helper()
	dir, err := OpenDir(t.TempDir(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	log := canvas.NewLog(canvas.NewSigner())
	st, err := dir.Open("studio", 0, log)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	stages = []stage{{int64(len(appendHeader(nil, "studio"))), state(log)}}
	liar, liarToo := fork()
	for i, happens := range []func(){
		func() { drawHand(t, log, 0, 7) },
		func() { drawHand(t, liar, 7, 3); take(t, log, liar) },
		func() { drawHand(t, liarToo, 20, 3); log.TakeProof(take(t, log, liarToo)[0]) },
		func() { drawHand(t, log, 7, 7) },
		func() { log.Clear(now()) },
		func() { drawHand(t, log, 14, 7) },
	} {
		happens()
		if i == 0 {
			save(t, st, log)
		} else if err := st.append(lend(log), 0); err != nil { // lest it be written anew
			t.Fatal(err)
		}
		stages = append(stages, stage{st.Size(), state(log)})
	}
	if data, err = os.ReadFile(st.path()); err != nil {
		t.Fatal(err)
	}
	return data, stages
}

// restored opens and saves a store that consists of data. It returns what could
// be read, what was said, and what was set aside.
func restored(t testing.TB, data []byte) (log *canvas.Log, said []string, aside []byte) {
	t.Helper()
	path := t.TempDir()
	if err := os.WriteFile(filepath.Join(path, "studio.room"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	dir, err := OpenDir(path, func(format string, args ...any) { said = append(said, format) })
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	log = canvas.NewLog(canvas.NewSigner())
	st, err := dir.Open("studio", 0, log)
	if err != nil {
		t.Fatalf("got %v, want what can be read", err)
	}
	save(t, st, log)
	st.Close()
	again := canvas.NewLog(canvas.NewSigner())
	if st, err = dir.Open("studio", 0, again); err != nil {
		t.Fatal(err)
	}
	st.Close()
	checkSame(t, again, log)
	names, err := filepath.Glob(filepath.Join(path, "*.aside-*"))
	if err != nil || len(names) > 1 {
		t.Fatalf("got %q set aside, %v, want one file at most", names, err)
	}
	for _, name := range names {
		if aside, err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return log, said, aside
}

// stride is how many bytes a test of every byte goes on at a time.
func stride() int {
	if testing.Short() {
		return 5
	}
	return 1
}

// Whichever byte is another one: the file is set aside as it is, that is said,
// and what was stored before the damage is kept on.
func TestEveryByteIsVouchedFor(t *testing.T) {
	t.Parallel() // the disk is what takes long
	data, stages := stored(t)
	for at := 0; at < len(data); at += stride() {
		damaged := bytes.Clone(data)
		damaged[at] ^= 1 << (at % 8)
		log, said, aside := restored(t, damaged)
		if !bytes.Equal(aside, damaged) {
			t.Fatalf("byte %d: the damaged file was not set aside as it was", at)
		}
		if len(said) != 1 || !strings.Contains(said[0], "IS DAMAGED") {
			t.Fatalf("byte %d: got %q said, want that the file is damaged", at, said)
		}
		if got, want := state(log), before(stages, int64(at)); got != want {
			t.Fatalf("byte %d: got %q, want what was stored before it: %q", at, got, want)
		}
	}
}

// before is what had been stored when the file had size bytes.
func before(stages []stage, size int64) (state string) {
	state = stages[0].state
	for _, s := range stages {
		if s.size <= size {
			state = s.state
		}
	}
	return state
}

// Wherever a crash cuts the file short: what is whole is kept on, in the same
// file, and it is said if something is lost.
func TestEveryCutIsMended(t *testing.T) {
	t.Parallel() // the disk is what takes long
	data, stages := stored(t)
	ends := make(map[int64]bool)
	for _, s := range stages {
		ends[s.size] = true
	}
	for at := 0; at <= len(data); at += stride() {
		log, said, aside := restored(t, data[:at])
		if got, want := state(log), before(stages, int64(at)); got != want {
			t.Fatalf("cut to %d bytes: got %q, want %q", at, got, want)
		}
		want := "ended in the middle"
		switch {
		case int64(at) < stages[0].size: // no crash leaves that
			want = "IS DAMAGED"
			if !bytes.Equal(aside, data[:at]) {
				t.Fatalf("cut to %d bytes: the file was not set aside as it was", at)
			}
		case aside != nil:
			t.Fatalf("cut to %d bytes: got a file set aside, want none", at)
		case ends[int64(at)]:
			want = ""
		}
		if got := strings.Join(said, ""); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Fatalf("cut to %d bytes: got %q said, want %q", at, got, want)
		}
	}
}

// Two damaged files of one room within a second are two files aside.
func TestNothingSetAsideIsReplaced(t *testing.T) {
	s := newShelf(t)
	for _, junk := range []string{"first", "second", "third"} {
		path := filepath.Join(s.path, "studio.room")
		if err := os.WriteFile(path, []byte(junk), 0o600); err != nil {
			t.Fatal(err)
		}
		st, log := s.store("studio")
		if log.Len() != 0 {
			t.Fatalf("got %d entries out of junk", log.Len())
		}
		st.Close()
	}
	all := ""
	for _, name := range s.files() {
		data, err := os.ReadFile(filepath.Join(s.path, name))
		if err != nil {
			t.Fatal(err)
		}
		all += string(data) + " "
	}
	if all != "first second third " {
		t.Errorf("got %q set aside, want all three", all)
	}
}

// Whatever a file holds, it is read, or refused for what it says of itself, or
// set aside as it was; never is it lost.
func FuzzStore(f *testing.F) {
	data, _ := stored(f)
	f.Add(data)
	f.Add(data[:len(data)-1])
	f.Add(append(bytes.Clone(data), 0))
	f.Add(append(bytes.Clone(data), make([]byte, 100)...))
	f.Add(appendRecord(appendHeader(nil, "studio"), nil))
	f.Add(appendRecord(appendHeader(nil, "studio"), []byte("M\x01\x01\x00\x03\x00")))
	f.Add(readFirstStore(f).Store)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		path := t.TempDir()
		file := filepath.Join(path, "studio.room")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var said []string
		dir, err := OpenDir(path, func(format string, args ...any) { said = append(said, format) })
		if err != nil {
			t.Fatal(err)
		}
		defer dir.Close()
		log := canvas.NewLog(canvas.NewSigner())
		st, err := dir.Open("studio", 0, log)
		if err != nil {
			if left, _ := os.ReadFile(file); !bytes.Equal(left, data) {
				t.Fatalf("refused (%v), and changed", err)
			}
			return
		}
		defer st.Close()
		first := st.first // which is written anew
		save(t, st, log)
		left, _ := os.ReadFile(file)
		asides, _ := filepath.Glob(file + ".aside-*")
		for _, name := range asides {
			if set, _ := os.ReadFile(name); !bytes.Equal(set, data) {
				t.Fatal("what was set aside is not what was there")
			}
		}
		if len(asides) == 0 && !first && !bytes.HasPrefix(data, left) {
			t.Fatal("what was there is gone")
		}
		if (len(asides) > 0 || len(left) < len(data) && !first) && len(said) == 0 {
			t.Fatal("something was lost or set aside, and nothing said")
		}
	})
}
