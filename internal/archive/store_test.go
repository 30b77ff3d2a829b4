package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// A shelf is a directory of stores, and what was said about them.
type shelf struct {
	t    *testing.T
	path string
	dir  *Dir
	said []string
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, path: filepath.Join(t.TempDir(), "rooms")}
	s.open()
	return s
}

// open opens the directory, again if it was open.
func (s *shelf) open() {
	s.t.Helper()
	if s.dir != nil {
		s.dir.Close()
	}
	var err error
	s.dir, err = OpenDir(s.path, func(format string, args ...any) { s.said = append(s.said, fmt.Sprintf(format, args...)) })
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.dir.Close() })
}

// store opens a room's store, and returns it with its log.
func (s *shelf) store(room string) (*Store, *canvas.Log) {
	s.t.Helper()
	log := canvas.NewLog(canvas.NewSigner())
	st, err := s.dir.Open(room, 0, log)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { st.Close() })
	return st, log
}

// files are the names in the directory, but the lock's.
func (s *shelf) files() (names []string) {
	s.t.Helper()
	entries, err := os.ReadDir(s.path)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != lockName {
			names = append(names, e.Name())
		}
	}
	return names
}

func lend(log *canvas.Log) Lend {
	return func(look func(*canvas.Log)) {
		log.Sign()
		look(log)
	}
}

func now() uint64 { return canvas.Ticks(time.Now()) }

func save(t testing.TB, st *Store, log *canvas.Log) {
	t.Helper()
	if err := st.Save(lend(log)); err != nil {
		t.Fatal(err)
	}
}

// drawHand draws n segments of a hand's curve, in strokes of a hundred.
func drawHand(t testing.TB, log *canvas.Log, from, n int) {
	t.Helper()
	stroke := uint32(0)
	for i := from; i < from+n; i++ {
		if i%100 == 0 {
			stroke = 0
		}
		e, err := log.Draw(handSegment(i), stroke, now())
		if err != nil {
			t.Fatal(err)
		}
		stroke = e.K
	}
}

// handSegment is a piece of a curve whose points tremble by some tenths of a
// pixel, as those of hands do.
func handSegment(n int) canvas.Shape {
	at := func(n int) canvas.Point {
		s, tremble := float64(n)/40, rand.New(rand.NewPCG(uint64(n), 1))
		return canvas.Point{
			X: math.Round(10*(960+700*math.Sin(s*0.31)+9*math.Sin(s*7.3))+3*tremble.NormFloat64()) / 10,
			Y: math.Round(10*(540+400*math.Cos(s*0.23)+9*math.Cos(s*5.9))+3*tremble.NormFloat64()) / 10,
		}
	}
	force := 1 + math.Round(20*math.Sin(float64(n)/15))/100
	return canvas.Segment{From: at(n), To: at(n + 1), Force: force, Color: canvas.Color{R: 40, B: 200, A: 255}}
}

// checkSame checks that a log holds what another does. The oracle is every
// entry, not the digest alone.
func checkSame(t testing.TB, got, want *canvas.Log) {
	t.Helper()
	if g, w := state(got), state(want); g != w {
		t.Errorf("got a log of %d entries, want the %d that were drawn", got.Len(), want.Len())
	}
	if g, w := fmt.Sprint(got.Have()), fmt.Sprint(want.Have()); g != w {
		t.Errorf("got %s, want %s", g, w)
	}
}

// state is all that a log holds that somebody has signed.
func state(log *canvas.Log) string {
	return fmt.Sprintln(log.LastClear(), log.Have().Void) + entries(log)
}

func entries(log *canvas.Log) string {
	var b strings.Builder
	sites := log.Have().Sites
	for _, site := range sites.Sites() {
		_, dead := log.Holds(site)
		for n := dead + 1; n <= sites[site]; n++ {
			e, _ := log.Entry(site, n)
			fmt.Fprintln(&b, e)
		}
	}
	return b.String()
}

func TestStoreKeepsALog(t *testing.T) {
	s := newShelf(t)
	st, log := s.store("studio")
	save(t, st, log)
	if got := s.files(); len(got) > 0 {
		t.Fatalf("got files %q before anybody has drawn, want none", got)
	}
	for i := range 5 {
		drawHand(t, log, i*1000, 1000)
		if _, _, err := log.Undo(log.Undoable(), now()); err != nil {
			t.Fatal(err)
		}
		save(t, st, log)
		_, again := reopened(s, st)
		checkSame(t, again, log)
	}
	if _, _, err := log.Clear(now()); err != nil {
		t.Fatal(err)
	}
	drawHand(t, log, 0, 10)
	save(t, st, log)
	_, again := reopened(s, st)
	checkSame(t, again, log)
	if st.Size() > 1000 {
		t.Errorf("got %d bytes after a clear, want the file written anew", st.Size())
	}
	info, err := os.Stat(filepath.Join(s.path, "studio.room"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("got mode %v, want 0600", got)
	}
	if len(s.said) > 0 {
		t.Errorf("got complaints %q, want none", s.said)
	}
}

// reopened reads a store's file as the next process would, and leaves it open.
func reopened(s *shelf, st *Store) (canvas.Vector, *canvas.Log) {
	s.t.Helper()
	data, err := os.ReadFile(st.path())
	if err != nil {
		s.t.Fatal(err)
	}
	other := newShelf(s.t)
	if err := os.WriteFile(filepath.Join(other.path, st.name), data, 0o600); err != nil {
		s.t.Fatal(err)
	}
	next, log := other.store(st.room)
	s.said = append(s.said, other.said...)
	return next.have, log
}

// Many small pieces are put together, and what they come to is bounded.
func TestStoreStaysSmall(t *testing.T) {
	s := newShelf(t)
	st, log := s.store("studio")
	const segments = 10_000
	for i := range segments / 10 {
		drawHand(t, log, i*10, 10)
		save(t, st, log)
		if limit := int64(48<<10 + 2*log.Len()); st.Size() > limit {
			t.Fatalf("got %d bytes for %d entries, want %d at most", st.Size(), log.Len(), limit)
		}
	}
	_, again := reopened(s, st)
	checkSame(t, again, log)
}

// What was cleared need not be known to read what was stored afterwards: of many
// sites that are over, a log has forgotten the first.
func TestNothingBeforeAClearIsNeeded(t *testing.T) {
	ana, log := canvas.NewLog(canvas.NewSigner()), canvas.NewLog(canvas.NewSigner())
	drawHand(t, ana, 0, 300)
	take(t, log, ana)
	var c contents
	for range records(log, &c) {
	}
	clear, _, err := log.Clear(now())
	if err != nil {
		t.Fatal(err)
	}
	ana.TakeClear(clear, now())
	drawHand(t, ana, 300, 50)
	take(t, log, ana)
	fresh := canvas.NewLog(nil)
	for record := range records(log, &c) {
		if err := restore(fresh, record); err != nil {
			t.Fatal(err)
		}
	}
	checkSame(t, fresh, log)
	if fresh.Len() != 50 {
		t.Errorf("got %d entries, want the 50 after the clear", fresh.Len())
	}
}

// What nobody has looked at yet is not stored: it may be forged.
func TestOnlyWhatIsVerifiedIsStored(t *testing.T) {
	s := newShelf(t)
	st, log := s.store("studio")
	ana := canvas.NewLog(canvas.NewSigner())
	drawHand(t, ana, 0, 10)
	take(t, log, ana)
	save(t, st, log)
	stored := state(log)
	drawHand(t, ana, 10, 10)
	ana.Sign()
	forged := canvas.Head{Site: ana.Site(), N: 15}
	var entries []canvas.Entry
	for n := uint32(11); n <= forged.N; n++ {
		e, _ := ana.Entry(ana.Site(), n)
		entries = append(entries, e)
	}
	if v, _, _ := log.TakeLive(entries, forged, now(), true); v != canvas.Taken {
		t.Fatal(v)
	}
	save(t, st, log)
	if _, again := reopened(s, st); state(again) != stored || log.Len() != 15 {
		t.Errorf("got %d entries in the store, want the 10 that somebody signed", again.Len())
	}
	if bad, _ := log.Verify(); len(bad) != 1 {
		t.Errorf("%d forgers, want one", len(bad))
	}
	take(t, log, ana)
	save(t, st, log)
	_, again := reopened(s, st)
	checkSame(t, again, ana)
}

// fork is two logs of one site that tell two stories.
func fork() (first, second *canvas.Log) {
	liar := canvas.NewSigner()
	return canvas.NewLog(liar), canvas.NewLog(liar)
}

// A site that was proved to lie is in the store as the proof of that, for ever, and
// nothing that it drew.
func TestStoreKeepsProofs(t *testing.T) {
	s := newShelf(t)
	first, second := fork()
	drawHand(t, first, 0, 20)
	drawHand(t, second, 500, 20)
	st, log := s.store("studio")
	drawHand(t, log, 0, 200)
	take(t, log, first)
	save(t, st, log)
	before := st.Size()
	if proofs := take(t, log, second); len(proofs) != 1 {
		t.Fatalf("got %d proofs, want one", len(proofs))
	} else if v, _ := log.TakeProof(proofs[0]); v != canvas.Taken {
		t.Fatal(v)
	}
	save(t, st, log)
	if st.Size() <= before {
		t.Fatal("the proof was not added, want it behind what was there")
	}
	_, again := reopened(s, st)
	checkSame(t, again, log)
	for range 2 {
		if again.Void(first.Site()) == nil || !again.Void(first.Site()).Holds() || again.Len() != 200 {
			t.Fatalf("got %v, and %d entries, want the proof, and the others' 200", again.Void(first.Site()), again.Len())
		}
		take(t, again, second)
		if _, _, err := log.Clear(now()); err != nil { // then the file is written anew
			t.Fatal(err)
		}
		drawHand(t, log, 0, 200)
		save(t, st, log)
		_, again = reopened(s, st)
		checkSame(t, again, log)
	}
}

// take takes over what another log holds, and returns what proves that somebody lies.
func take(t testing.TB, log, from *canvas.Log) (proofs []*canvas.Proof) {
	t.Helper()
	from.Sign()
	for f := range from.Frames(nil) {
		m, err := log.Merge(f, now())
		if err != nil {
			t.Fatal(err)
		}
		proofs = append(proofs, m.Proofs...)
	}
	if clear, _ := from.Lacking(log.Have()); clear.T > 0 {
		log.TakeClear(clear, now())
	}
	return proofs
}

func TestStoreLimit(t *testing.T) {
	s := newShelf(t)
	log := canvas.NewLog(canvas.NewSigner())
	const limit = 20_000
	st, err := s.dir.Open("studio", limit, log)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	drawHand(t, log, 0, 2000)
	save(t, st, log)
	drawHand(t, log, 2000, 50_000)
	all := entries(log)
	for range 2 {
		if err := st.Save(lend(log)); !errors.Is(err, errLimit) {
			t.Fatalf("got %v, want that the limit is passed", err)
		}
		_, again := reopened(s, st)
		if got := entries(again); !strings.HasPrefix(all, got) || again.Len() < 2000 || st.Size() > limit {
			t.Errorf("got %d entries in %d bytes, want the first of them, and %d bytes at most", again.Len(), st.Size(), limit)
		}
	}
	if _, _, err := log.Clear(now()); err != nil {
		t.Fatal(err)
	}
	drawHand(t, log, 0, 10)
	save(t, st, log)
	_, again := reopened(s, st)
	checkSame(t, again, log)
	if got := s.files(); len(got) != 1 {
		t.Errorf("got files %q, want the store alone", got)
	}
}

func TestOneProcessADirectory(t *testing.T) {
	s := newShelf(t)
	_, err := OpenDir(s.path, t.Logf)
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("got %v, want that the directory is in use", err)
	}
	s.dir.Close()
	again, err := OpenDir(s.path, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func TestOpenRefuses(t *testing.T) {
	newer := appendHeader(nil, "studio")
	newer[len(magic)] = formatVersion + 1
	newer = append(newer[:len(newer)-4], le(checksum(newer[:len(newer)-4]))...)
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"another_room", appendHeader(nil, "attic"), "it is the store of room attic, not of studio"},
		{"a_later_format", newer, "it has the format 3: this program knows 1 to 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newShelf(t)
			path := filepath.Join(s.path, "studio.room")
			if err := os.WriteFile(path, tt.file, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := s.dir.Open("studio", 0, canvas.NewLog(nil))
			if want := path + ": " + tt.want; err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
			if got, _ := os.ReadFile(path); !bytes.Equal(got, tt.file) {
				t.Error("the file was changed")
			}
		})
	}
}

func le(v uint32) []byte { return []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)} }

// A directory that goes away, and comes back empty or with other files, costs
// nothing that memory holds and nothing that is there.
func TestDirectoryGoesAway(t *testing.T) {
	s := newShelf(t)
	st, log := s.store("studio")
	drawHand(t, log, 0, 10)
	save(t, st, log)
	away := s.path + ".away"
	if err := os.Rename(s.path, away); err != nil {
		t.Fatal(err)
	}
	drawHand(t, log, 10, 10)
	for range 2 {
		if err := st.Save(lend(log)); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("got %v, want that there is no directory", err)
		}
	}
	if err := os.Mkdir(s.path, 0o700); err != nil {
		t.Fatal(err)
	}
	strange := []byte("somebody's notes")
	if err := os.WriteFile(st.path(), strange, 0o600); err != nil {
		t.Fatal(err)
	}
	save(t, st, log)
	_, again := reopened(s, st)
	checkSame(t, again, log)
	files := s.files()
	if len(files) != 2 || !strings.HasPrefix(files[1], "studio.room.aside-") {
		t.Fatalf("got files %q, want the store and what was in its place", files)
	}
	if got, _ := os.ReadFile(filepath.Join(s.path, files[1])); !bytes.Equal(got, strange) {
		t.Errorf("got %q set aside, want what was there", got)
	}
	if len(s.said) != 1 || !strings.Contains(s.said[0], "another file has come in its place") {
		t.Errorf("got %q said, want that another file was there", s.said)
	}
	if _, err := OpenDir(s.path, t.Logf); !errors.Is(err, ErrInUse) {
		t.Errorf("got %v, want that the new directory is in use, too", err)
	}
}

func TestExpire(t *testing.T) {
	s := newShelf(t)
	now := time.Now()
	for room, days := range map[string]int{"old": 40, "used": 40, "fresh": 2, "Old.er": 50} {
		st, log := s.store(room)
		drawHand(t, log, 0, 3)
		save(t, st, log)
		then := now.Add(-time.Duration(days) * 24 * time.Hour)
		if err := os.Chtimes(st.path(), then, then); err != nil {
			t.Fatal(err)
		}
		st.Close()
	}
	aside := filepath.Join(s.path, "old.room.aside-20200101T000000Z")
	if err := os.WriteFile(aside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(aside, now.Add(-5000*time.Hour), now.Add(-5000*time.Hour)); err != nil {
		t.Fatal(err)
	}
	st, _ := s.store("used") // opening is use
	st.Close()
	gone, err := s.dir.Expire(now.Add(-30*24*time.Hour), func(string) bool { return false })
	if got := fmt.Sprint(gone, err); got != "[Old.er old] <nil>" {
		t.Errorf("got %s, want Old.er and old", got)
	}
	want := []string{"fresh.room", filepath.Base(aside), "used.room"}
	if got := s.files(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got files %q, want %q", got, want)
	}
	gone, err = s.dir.Expire(now.Add(time.Hour), func(room string) bool { return room == "fresh" })
	if got := fmt.Sprint(gone, err); got != "[used] <nil>" {
		t.Errorf("got %s, want used, for fresh is spared", got)
	}
}

func TestFileNames(t *testing.T) {
	tests := []struct{ room, file string }{
		{"studio", "studio.room"},
		{"Studio", "^studio.room"},
		{"STUDIO", "^s^t^u^d^i^o.room"},
		{"-a", "^-a.room"},
		{"...", "^....room"},
		{"a.room", "a.room.room"},
		{"~x_Y-9", "^~x_^y-9.room"},
	}
	for _, tt := range tests {
		if got := fileName(tt.room); got != tt.file {
			t.Errorf("%s: got file %s, want %s", tt.room, got, tt.file)
		}
		if got, ok := roomName(tt.file); !ok || got != tt.room {
			t.Errorf("%s: got room %s, %v, want %s", tt.file, got, ok, tt.room)
		}
	}
	for _, file := range []string{"lock", "studio", "studio.room.new", "studio.room.aside-20200101T000000Z", "Studio.room",
		"^^s.room", "s^.room", ".a.room", "^1.room", "^.room", ".room", "connect.room", "a b.room"} {
		if room, ok := roomName(file); ok {
			t.Errorf("%s: got room %s, want none", file, room)
		}
	}
}

// No two rooms share a file, not even where upper and lower case are one.
func FuzzFileName(f *testing.F) {
	f.Add("Studio", "studio")
	f.Add("^.", ".")
	f.Fuzz(func(t *testing.T, a, b string) {
		if !signaling.ValidRoom(a) || !signaling.ValidRoom(b) {
			return // no file is made for it
		}
		fileA, fileB := fileName(a), fileName(b)
		if room, ok := roomName(fileA); ok && room != a {
			t.Errorf("%s comes back as %s", a, room)
		}
		_, okA := roomName(fileA)
		_, okB := roomName(fileB)
		if okA && okB && a != b && strings.EqualFold(fileA, fileB) {
			t.Errorf("%s and %s share the file %s", a, b, fileA)
		}
	})
}
