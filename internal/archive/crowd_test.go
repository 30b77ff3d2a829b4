package archive

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
)

var soak = flag.Bool("soak", false, "let 100,000 writers come and go")

// A crowd comes into a room that is kept, one after another: each draws a stroke and
// leaves. Now and then somebody clears.
type crowd struct {
	t    *testing.T
	log  *canvas.Log // the keeper's
	st   *Store
	came int
	most int64 // bytes that the store had
}

// come lets so many come. They are saved in each second, of which it takes several.
func (c *crowd) come(writers int) {
	c.t.Helper()
	for i := range writers {
		w := canvas.NewLog(canvas.NewSigner())
		drawHand(c.t, w, 100*c.came, 3)
		c.came++
		if v := c.hear(w, 1); v != canvas.Taken {
			c.t.Fatalf("writer %d: %s, want it taken", c.came, v)
		}
		if i%1000 == 999 || i == writers-1 {
			save(c.t, c.st, c.log)
			c.most = max(c.most, c.st.Size())
		}
	}
}

// hear takes what a writer has written from an entry on, as it is said live.
func (c *crowd) hear(w *canvas.Log, from uint32) canvas.Verdict {
	w.Sign()
	r := w.Runs(w.Site(), from)[0]
	v, _, _ := c.log.TakeLive(slices.Collect(r.Entries()), canvas.Head{Site: r.Site, Key: r.Key, N: r.Last(), Sig: r.Sig}, now(), false)
	return v
}

// clear clears, and checks that nothing is left to be told or kept of anybody.
func (c *crowd) clear() {
	c.t.Helper()
	said, _, err := c.log.Clear(now())
	if err != nil {
		c.t.Fatal(err)
	}
	save(c.t, c.st, c.log)
	fresh := canvas.NewLog(nil)
	fresh.TakeClear(said, now())
	if h := c.log.Have(); len(h.Sites) > 0 || c.log.Sites() > 0 || h.Digest != fresh.Digest() {
		c.t.Errorf("after %d writers and a clear: %d sites are told of and %d held, want none, and the digest of an empty room", c.came, len(h.Sites), c.log.Sites())
	}
	if c.st.Size() > 300 || len(c.st.have) > 0 {
		c.t.Errorf("after %d writers and a clear: %d bytes and %d sites in the store, want hardly any", c.came, c.st.Size(), len(c.st.have))
	}
}

// However many have drawn in a room, once somebody has cleared it is as good as
// new: newcomers draw at once, and who was there goes on, too.
func TestAHundredThousandWritersHaveComeAndGone(t *testing.T) {
	writers := 10_000
	switch {
	case *soak:
		writers = 100_000
	case testing.Short():
		writers = 1000
	}
	const rounds = 10
	s := newShelf(t)
	before := heap()
	c := &crowd{t: t}
	c.st, c.log = s.store("studio")
	first := canvas.NewLog(canvas.NewSigner())
	drawHand(t, first, 0, 3)
	c.hear(first, 1)
	for range rounds {
		c.come(writers / rounds)
		c.clear()
	}
	grown := heap() - before
	t.Logf("%d writers: %d bytes of store at most, memory grown by %d KiB", c.came, c.most, grown>>10)
	if most := int64(250 * writers / rounds); c.most > most {
		t.Errorf("the store had %d bytes, want %d at most", c.most, most)
	}
	if grown > 48<<20 { // of those who are over, the latest are remembered
		t.Errorf("memory has grown by %d MiB, want 48 at most", grown>>20)
	}

	first.TakeClear(c.log.LastClear(), now())
	drawHand(t, first, 3, 2)
	if v := c.hear(first, 4); v == canvas.Gap { // it is forgotten, and says it all
		take(t, c.log, first)
	}
	if have, _ := c.log.Holds(first.Site()); have != 5 || c.log.Len() != 2 {
		t.Errorf("of the first one %d entries are held, %d live, want what it drew after the clears, too", have, c.log.Len())
	}
	c.come(500)
	_, again := reopened(s, c.st)
	checkSame(t, again, c.log)
	c.st.Close()
	s.dir.Close()
	newcomersDraw(t, s.path, c.log.Len(), time.Now())
}

// newcomersDraw lets two come into the kept room in which so much is, at a time.
func newcomersDraw(t *testing.T, path string, kept int, at time.Time) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(at)) // a bubble's time begins in 2000
		h := newHouse(t, path, RoomsOptions{})
		ana, bo := h.enter("studio"), h.enter("studio")
		if held(ana) != kept || held(bo) != kept {
			t.Errorf("they hold %d and %d entries, want the %d that were kept", held(ana), held(bo), kept)
		}
		draw(t, ana, 0, 10)
		draw(t, bo, 20, 10)
		time.Sleep(200 * time.Millisecond)
		if held(ana) != kept+20 || held(bo) != kept+20 || ana.Sum() != bo.Sum() {
			t.Errorf("they hold %d and %d entries, want %d, and the same", held(ana), held(bo), kept+20)
		}
		if _, err := ana.Draw(canvas.Clear{}); err != nil {
			t.Fatal(err)
		}
		draw(t, ana, 40, 1)
		time.Sleep(2 * time.Second)
		draw(t, bo, 41, 1)
		time.Sleep(2 * time.Second)
		if held(ana) != 2 || held(bo) != 2 || ana.Sum() != bo.Sum() {
			t.Errorf("after a clear they hold %d and %d entries, want 2, and the same", held(ana), held(bo))
		}
		if info, err := os.Stat(filepath.Join(path, fileName("studio"))); err != nil || info.Size() > 1000 {
			t.Errorf("the store has %d bytes after a clear (%v), want it small", info.Size(), err)
		}
	})
}

// heap is how many bytes are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
