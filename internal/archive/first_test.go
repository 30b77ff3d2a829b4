package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
)

// A firstStore is a store as the program that wrote the first log left it. In it are
// clears, one of which somebody drew against, what was undone and redone, adopted
// and adopted twice, and drawn again over something else.
type firstStore struct {
	Store  []byte
	Stages []struct {
		Size    int64    // of the file, when so much was in it
		Painted []string // who, and what: as that program painted it
	}
}

func readFirstStore(t testing.TB) (f firstStore) {
	t.Helper()
	data, err := os.ReadFile("testdata/version1.json")
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// before is what was painted when the file had size bytes.
func (f firstStore) before(size int64) (painted []string) {
	for _, s := range f.Stages {
		if s.Size <= size {
			painted = s.Painted
		}
	}
	return painted
}

// ends reports whether a record, or the header, ends after size bytes.
func (f firstStore) ends(size int64) bool {
	ends := size == int64(headerSize)
	for _, s := range f.Stages {
		ends = ends || s.Size == size
	}
	return ends
}

// paints is what a log paints: who drew it, as the log says, and what.
func paints(log *canvas.Log) (list []string) {
	for e := range log.Paint(canvas.Key{}) {
		by, _, _ := strings.Cut(e.By, "+")
		list = append(list, by+" "+string(canvas.AppendOp(nil, e.Op.(canvas.PlainOp))))
	}
	return list
}

// A room that was kept before people signed goes on as it looked, under the name of
// its keeper, who says who drew what.
func TestStoreOfTheFirstLog(t *testing.T) {
	old := readFirstStore(t)
	want := old.before(int64(len(old.Store)))
	s := newShelf(t)
	path := filepath.Join(s.path, "studio.room")
	if err := os.WriteFile(path, old.Store, 0o600); err != nil {
		t.Fatal(err)
	}
	st, log := s.store("studio")
	if got := paints(log); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for e := range log.Paint(canvas.Key{}) {
		if e.Site != log.Site() || e.Check() != nil {
			t.Errorf("got %+v, want it adopted", e)
		}
	}
	if data, _ := os.ReadFile(path); !bytes.Equal(data, old.Store) {
		t.Error("the file is not as it was before the new one is whole")
	}
	st.Close()

	// Somebody may hold what a keeper adopted who was killed before it had stored it.
	st, again := s.store("studio")
	take(t, again, log)
	if got := paints(again); !slices.Equal(got, want) {
		t.Errorf("adopted twice: got %q, want %q", got, want)
	}
	drawHand(t, again, 0, 10)
	save(t, st, again)
	if data, _ := os.ReadFile(path); data[len(magic)] != formatVersion {
		t.Errorf("got a file of version %d, want %d", data[len(magic)], formatVersion)
	}
	_, next := reopened(s, st)
	checkSame(t, next, again)
	if len(s.said) > 0 {
		t.Errorf("got %q said, want nothing", s.said)
	}
}

// Whoever comes to a room that was kept before sees what was there, through one keeper
// and the next, and draws on.
func TestARoomOfTheFirstLogGoesOn(t *testing.T) {
	path := t.TempDir()
	old := readFirstStore(t)
	want := old.before(int64(len(old.Store)))
	if err := os.WriteFile(filepath.Join(path, "studio.room"), old.Store, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		for visit := range 3 {
			h := newHouse(t, path, RoomsOptions{})
			ana := h.enter("studio")
			draw(t, ana, visit, 1)
			time.Sleep(2 * time.Second)
			var got []string
			ana.Look(func(log *canvas.Log) { got = paints(log) })
			if len(got) != len(want)+visit+1 || !slices.Equal(got[:len(want)], want) {
				t.Errorf("visit %d: got %q, want it to begin with %q", visit, got, want)
			}
			ana.Close(context.Background())
			h.rooms.Close()
			if len(h.said) > 0 {
				t.Errorf("visit %d: got %q said, want nothing", visit, h.said)
			}
		}
	})
}

// Wherever the old file is cut short, and whichever byte of it is another one, what
// was stored before is adopted, and what cannot be read is set aside as it was.
func TestStoreOfTheFirstLogIsMended(t *testing.T) {
	old := readFirstStore(t)
	for at := 0; at < len(old.Store); at += stride() + 2 {
		log, said, aside := restored(t, old.Store[:at])
		if got, want := paints(log), old.before(int64(at)); !slices.Equal(got, want) {
			t.Fatalf("cut to %d bytes: got %q, want %q", at, got, want)
		}
		if whole := old.ends(int64(at)); whole != (len(said) == 0) || (aside != nil) != (at < headerSize) {
			t.Fatalf("cut to %d bytes: got %q said, and %d bytes set aside", at, said, len(aside))
		}
		damaged := bytes.Clone(old.Store)
		damaged[at] ^= 1 << (at % 8)
		log, said, aside = restored(t, damaged)
		if got, want := paints(log), old.before(int64(at)); !slices.Equal(got, want) {
			t.Fatalf("byte %d: got %q, want %q", at, got, want)
		}
		if len(said) != 1 || !bytes.Equal(aside, damaged) {
			t.Fatalf("byte %d: got %q said, want the damaged file set aside", at, said)
		}
	}
}

var headerSize = len(appendHeader(nil, "studio"))

// What a room has no place for any more is left in the old file.
func TestStoreOfTheFirstLogThatIsTooLarge(t *testing.T) {
	old := readFirstStore(t)
	s := newShelf(t)
	if err := os.WriteFile(filepath.Join(s.path, "studio.room"), old.Store, 0o600); err != nil {
		t.Fatal(err)
	}
	log := canvas.NewLog(canvas.NewSigner())
	for err := error(nil); err == nil; {
		_, err = log.Adopt("somebody", handSegment(0), now())
	}
	st, err := s.dir.Open("studio", 0, log)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	log.Clear(now()) // which is quickly saved
	save(t, st, log)
	files := s.files()
	if len(files) != 2 || len(s.said) != 1 || !strings.Contains(s.said[0], "all but the last 47 operations are kept on") {
		t.Fatalf("got files %q and %q said, want the old one set aside", files, s.said)
	}
	if data, err := os.ReadFile(filepath.Join(s.path, files[1])); !bytes.Equal(data, old.Store) {
		t.Errorf("the old file is not as it was: %v", err)
	}
}
