package archive

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/nettest"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A house is a server that keeps its rooms, and people, in memory and in a
// bubble's time. Only the stores are real files.
type house struct {
	t      *testing.T
	path   string
	server *signaling.Server
	http   *nettest.Server
	wan    *nettest.WAN
	rooms  *Rooms

	mu   sync.Mutex
	said []string
}

func newHouse(t *testing.T, path string, opts RoomsOptions) *house {
	h := &house{t: t, path: path, wan: nettest.NewWAN(t, 10*time.Millisecond)}
	dir, err := OpenDir(path, h.say)
	if err != nil {
		t.Fatal(err)
	}
	h.server, err = signaling.NewServer(signaling.ServerOptions{
		Secrets: [][]byte{signaling.NewSecret()}, AccessRate: -1, MaxStreams: -1,
		OnJoin: func(room string) { h.rooms.Visit(room) },
	})
	if err != nil {
		t.Fatal(err)
	}
	h.http = nettest.Serve(t, h.server)
	opts.URL, opts.Say = "http://server", h.say
	opts.Peer = peer.Options{HTTPClient: h.http.Client, Net: h.wan.Host()}
	h.rooms = Keep(dir, opts)
	t.Cleanup(func() {
		if err := h.rooms.Close(); err != nil {
			t.Error(err)
		}
		h.server.Close()
	})
	return h
}

func (h *house) say(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = append(h.said, fmt.Sprintf(format, args...))
}

// enter takes somebody into a room, and waits until the keeper is there too.
func (h *house) enter(room string) *peer.Peer {
	h.t.Helper()
	return h.enterAs(room, canvas.NewSigner())
}

func (h *house) enterAs(room string, signer *canvas.Signer) *peer.Peer {
	h.t.Helper()
	p, err := peer.Join(h.t.Context(), "http://server/"+room, peer.Options{
		Name: "Ana", Log: canvas.NewLog(signer), HTTPClient: h.http.Client, Net: h.wan.Host(),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { p.Close(context.Background()) })
	time.Sleep(3 * time.Second) // fake
	return p
}

func (h *house) keepers() (rooms int) {
	h.rooms.mu.Lock()
	defer h.rooms.mu.Unlock()
	return len(h.rooms.kept)
}

// inFile is how many operations a room's file holds.
func (h *house) inFile(room string) int {
	h.t.Helper()
	data, err := os.ReadFile(filepath.Join(h.path, fileName(room)))
	if os.IsNotExist(err) {
		return -1
	}
	if err != nil {
		h.t.Fatal(err)
	}
	log, _, _ := restored(h.t, data)
	return log.Len()
}

func draw(t *testing.T, p *peer.Peer, from, n int) {
	t.Helper()
	for i := from; i < from+n; i++ {
		if _, err := p.Draw(handSegment(i)); err != nil {
			t.Fatal(err)
		}
	}
}

func held(p *peer.Peer) (n int) {
	p.Look(func(log *canvas.Log) { n = log.Len() })
	return n
}

func TestARoomOutlivesItsPeople(t *testing.T) {
	path := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, path, RoomsOptions{})
		ana := h.enter("studio")
		if got := ana.Members(); len(got) != 1 || got[0].Name != "archive" || got[0].Link != peer.Open {
			t.Errorf("got %+v in the room, want the archive alone", got)
		}
		quiet := h.enter("quiet")
		draw(t, ana, 0, 100)
		time.Sleep(2 * time.Second)
		ana.Close(context.Background())
		quiet.Close(context.Background())
		time.Sleep(lingerTime - 10*time.Second)
		if got := h.keepers(); got != 2 {
			t.Errorf("got %d keepers a moment after all have left, want 2", got)
		}
		time.Sleep(20 * time.Second)
		if got := h.keepers(); got != 0 || h.server.Stats().Rooms != 0 {
			t.Errorf("got %d keepers and %d rooms a minute after all have left, want none", got, h.server.Stats().Rooms)
		}
		if got := h.inFile("studio"); got != 100 {
			t.Errorf("got %d operations in the file, want 100", got)
		}
		if got := h.inFile("quiet"); got != -1 {
			t.Errorf("got a file with %d operations of a room that nobody drew in, want none", got)
		}
		bo := h.enter("studio")
		if got := held(bo); got != 100 {
			t.Errorf("got %d operations for whoever comes later, want 100", got)
		}
		draw(t, bo, 100, 50)
		time.Sleep(50 * time.Millisecond) // on the way
		h.rooms.Close()
		if got := h.inFile("studio"); got != 150 {
			t.Errorf("got %d operations in the file after the end, want 150", got)
		}
		if len(h.said) > 0 {
			t.Errorf("got %q said, want nothing", h.said)
		}
	})
}

// Somebody who comes just as the keeper goes finds one all the same.
func TestComingAsTheKeeperGoes(t *testing.T) {
	for _, late := range []time.Duration{-1100, -600, -100, -20, 0, 20, 100, 500, 1000} {
		t.Run(fmt.Sprint(late*time.Millisecond), func(t *testing.T) {
			path := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t, path, RoomsOptions{})
				ana := h.enter("studio")
				draw(t, ana, 0, 10)
				time.Sleep(2 * time.Second)
				ana.Close(context.Background())
				time.Sleep(lingerTime + time.Second + late*time.Millisecond)
				bo := h.enter("studio")
				time.Sleep(5 * time.Second)
				if got := held(bo); got != 10 || len(bo.Members()) != 1 {
					t.Errorf("got %d operations and %d others, want 10 and the archive", got, len(bo.Members()))
				}
			})
		})
	}
}

// While a keeper leaves, a visit is remembered.
func TestVisitWhileTheKeeperLeaves(t *testing.T) {
	path := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, path, RoomsOptions{})
		h.enter("studio")
		h.rooms.mu.Lock()
		k := h.rooms.kept["studio"]
		k.stopping = true
		k.stop()
		h.rooms.mu.Unlock()
		h.rooms.Visit("studio")
		time.Sleep(5 * time.Second)
		if got := h.keepers(); got != 1 {
			t.Errorf("got %d keepers, want one again", got)
		}
	})
}

// Somebody tells two stories, under one key, before and after the keeper is started
// again. Whoever comes to a later keeper still has the proof, and nothing of theirs;
// what the others drew is there, and goes on.
func TestAKeptRoomWithALiar(t *testing.T) {
	path := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		liar := canvas.NewSigner()
		for visit, want := range []int{15, 20, 30} { // entries, when Ana has drawn ten more
			h := newHouse(t, path, RoomsOptions{})
			ana := h.enter("studio")
			draw(t, ana, 10*visit, 10)
			if visit < 2 {
				time.Sleep(time.Second)
				again := h.enterAs("studio", liar)
				draw(t, again, 100*visit, 5)
				time.Sleep(2 * time.Second)
				again.Close(context.Background())
			}
			time.Sleep(2 * time.Second)
			var proof *canvas.Proof
			ana.Look(func(log *canvas.Log) { proof = log.Void(liar.Site()) })
			if held(ana) != want || (proof != nil) != (visit > 0) || proof != nil && !proof.Holds() {
				t.Errorf("visit %d: got %d entries, and the proof %v, want %d", visit, held(ana), proof, want)
			}
			ana.Close(context.Background())
			h.rooms.Close()
			if got := h.inFile("studio"); got != want {
				t.Errorf("visit %d: got %d entries in the file, want %d", visit, got, want)
			}
		}
	})
}

// What was drawn a second ago has been stored, at any time.
func TestStoredWithinASecond(t *testing.T) {
	path := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, path, RoomsOptions{})
		ana := h.enter("studio")
		for i := range 300 {
			draw(t, ana, i, 1)
			time.Sleep(30 * time.Millisecond)
			// One second between attempts, and 20 ms on the way.
			if got, want := h.inFile("studio"), i+1-(1020+29)/30; i%20 == 19 && got < want {
				t.Errorf("got %d operations in the file when %d were drawn, want at least %d", got, i+1, want)
			}
		}
	})
}

func TestMostRooms(t *testing.T) {
	path := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, path, RoomsOptions{Most: 3})
		kept := func() string {
			h.rooms.mu.Lock()
			defer h.rooms.mu.Unlock()
			var names []string
			for _, room := range []string{"a", "b", "c", "d", "e", "f"} {
				if h.rooms.kept[room] != nil {
					names = append(names, room)
				}
			}
			return strings.Join(names, " ")
		}
		a := h.enter("a")
		draw(t, a, 0, 5)
		b := h.enter("b")
		draw(t, b, 0, 5)
		c := h.enter("c")
		time.Sleep(2 * time.Second)
		steps := []struct{ name, enter, want string }{
			{"the one without a drawing goes first", "d", "a b d"},
			{"and again", "e", "a b e"},
		}
		for _, s := range steps {
			h.enter(s.enter)
			if got := kept(); got != s.want {
				t.Fatalf("%s: got %s kept, want %s", s.name, got, s.want)
			}
		}
		b.Close(context.Background())
		time.Sleep(2 * time.Second)
		draw(t, a, 5, 5)
		f := h.enter("f")
		if got := kept(); got != "a e f" {
			t.Fatalf("got %s kept, want a e f: the one with nobody in it goes first", got)
		}
		draw(t, f, 0, 5)
		e := h.enter("e")
		draw(t, e, 0, 5)
		time.Sleep(2 * time.Second)
		b = h.enter("b")
		if got := kept(); got != "b e f" {
			t.Fatalf("got %s kept, want b e f: the one drawn in longest ago goes", got)
		}
		if got := held(b); got != 5 {
			t.Errorf("got %d operations of b, want the 5 that were stored", got)
		}
		if got := strings.Join(h.said, "\n"); strings.Count(got, "kept no longer") != 1 {
			t.Errorf("got %q said, want that one room with people and a drawing is kept no longer", got)
		}
		if got := held(c); got != 0 {
			t.Errorf("got %d operations of c, want none", got)
		}
	})
}

func TestRoomsExpire(t *testing.T) {
	path := t.TempDir()
	write := func(room string, used time.Time) {
		dir, err := OpenDir(path, t.Logf)
		if err != nil {
			t.Fatal(err)
		}
		defer dir.Close()
		log := canvas.NewLog(canvas.NewSigner())
		st, err := dir.Open(room, 0, log)
		if err != nil {
			t.Fatal(err)
		}
		drawHand(t, log, 0, 5)
		save(t, st, log)
		st.Close()
		if err := os.Chtimes(filepath.Join(path, fileName(room)), used, used); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		const day = 24 * time.Hour
		start := time.Now()
		for room, days := range map[string]int{"old": 31, "middle": 20, "visited": 20, "young": 1} {
			write(room, start.Add(-time.Duration(days)*day))
		}
		h := newHouse(t, path, RoomsOptions{For: 30 * day})
		left := func() string {
			names, err := filepath.Glob(filepath.Join(path, "*.room"))
			if err != nil {
				t.Fatal(err)
			}
			for i := range names {
				names[i] = strings.TrimSuffix(filepath.Base(names[i]), ".room")
			}
			return strings.Join(names, " ")
		}
		if got := left(); got != "middle visited young" {
			t.Errorf("got %s at the start, want middle visited young", got)
		}
		h.enter("visited").Close(context.Background())
		time.Sleep(9 * day)
		if got := left(); got != "middle visited young" {
			t.Errorf("got %s after 9 days, want middle visited young", got)
		}
		time.Sleep(3 * day)
		if got := left(); got != "visited young" {
			t.Errorf("got %s after 12 days, want visited young", got)
		}
		want := "deleted drawings that nobody has opened for 720h0m0s: 1"
		if len(h.said) != 2 || h.said[0] != want || h.said[1] != want {
			t.Errorf("got %q said, want twice %q", h.said, want)
		}
	})
}
