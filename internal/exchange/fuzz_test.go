package exchange

import (
	"bytes"
	"compress/flate"
	"testing"
	"time"

	"drawmesh/canvas"
)

// A bout is an exchange that knows an honest neighbour, and another that says
// whatever is tried.
type bout struct {
	t   testing.TB
	x   *Exchange
	bo  *author
	now time.Time
}

func newBout(t testing.TB) *bout {
	b := &bout{t: t, bo: newAuthor(t, "bo"), now: time.Unix(1_800_000_000, 0)}
	b.x = New(Options{Wire: make(fakeWire), Log: newAuthor(t, "us").log})
	if _, err := b.x.Draw(segment(1), b.now); err != nil {
		t.Fatal(err)
	}
	b.x.Opened("bo", b.bo.says(), nil, b.now)
	hears(b.x, "bo", b.bo.draws(b.now, 1, 2), b.now)
	return b
}

// speaks has the other one say the same for a while.
func (b *bout) speaks(says, message []byte, text bool) {
	b.x.Opened("other", says, b.x.Capability(), b.now)
	for range 20 {
		b.x.Heard("other", message, text, b.now)
		b.now = b.now.Add(tickTime)
		b.x.Tick(b.now)
		b.x.Pump()
	}
}

// judge says what has been harmed.
func (b *bout) judge() {
	log := b.x.log
	for _, site := range []canvas.Site{log.Site(), b.bo.log.Site()} {
		if log.Void(site) != nil {
			b.t.Errorf("%v is honest, and void", site)
		}
	}
	clear := log.LastClear().T // which others may be signed in the seeds
	if have, _ := log.Holds(b.bo.log.Site()); have != 2 && clear == 0 {
		b.t.Errorf("%d of 2 strokes of an honest neighbour are there", have)
	}
	if have, _ := log.Holds(log.Site()); have != 1 && clear == 0 {
		b.t.Errorf("%d of our own strokes are there", have)
	}
	if _, err := b.x.Draw(segment(9), b.now); err != nil {
		b.t.Errorf("our pen has stopped: %v", err)
	}
	n := b.x.near.synced["other"]
	if n != nil && (len(n.have) > canvas.MaxSites || len(n.void) > canvas.MaxVoid || n.want != nil && (len(n.want.Have) > canvas.MaxSites || len(n.want.Void) > canvas.MaxVoid)) {
		b.t.Errorf("of a neighbour %d and %d sites are kept", len(n.have), len(n.void))
	}
}

// FuzzNeighbour has a peer say anything beside its description, and anything after.
// Whatever that is, what honest ones drew stays, our pen goes on, and what we hold of
// others stays bounded.
func FuzzNeighbour(f *testing.F) {
	eve := newAuthor(f, "eve")
	at := time.Unix(1_800_000_000, 0)
	live := eve.draws(at, 1, 2)
	eve.told = 0
	forwarded := eve.news(true)
	have := AppendMessage(nil, Have{All: true, Have: canvas.Vector{eve.log.Site(): 3}, Sum: canvas.Digest{5}})
	with := func(member string) []byte {
		says := eve.says()
		return append(says[:len(says)-1:len(says)-1], member+"}"...)
	}
	f.Add([]byte(nil), []byte(`{"sourceX":1,"sourceY":2,"targetX":3,"targetY":4}`), true)
	f.Add([]byte(eve.says()), append(have, "\n"+`{"event":"ping","sum":"000000000000000000000000000000ff"}`...), true)
	f.Add(with(`,"acks":true,"have":`+string(have)), []byte(`{"event":"want","have":{},"clear":0}`), true)
	f.Add(with(`,"have":{"event":"bye"}`), []byte(live), true)
	f.Add([]byte(eve.says()), []byte(forwarded), true)
	f.Add([]byte(newAuthor(f, "cy").says()), []byte(forwarded), true)
	f.Add([]byte(eve.says()), []byte(`{"event":"bye"}`), true)
	f.Add([]byte(newAuthor(f, "bo").says()), []byte(live), true) // who says that it is bo
	f.Add([]byte(eve.says()), eve.frames()[0], false)
	bo := newAuthor(f, "bo")
	bo.draws(at, 1, 2)
	bo.told = 2
	bo.draws(at, 3)
	bo.told = 2
	f.Add([]byte(eve.says()), []byte(unsigned(bo.news(true))), true)
	f.Fuzz(func(t *testing.T, says, message []byte, text bool) {
		b := newBout(t)
		b.speaks(says, message, text)
		b.judge()
		b.x.Closed("other")
	})
}

// FuzzFrame is the same with frames, of which what is deflated is tried: of runs or a
// proof.
func FuzzFrame(f *testing.F) {
	for _, frame := range [][]byte{newAuthor(f, "bo").framesOf(1, 2), newAuthor(f, "eve").framesOf(1, 2, 3), forged(f)} {
		payload := new(bytes.Buffer)
		if _, err := payload.ReadFrom(flate.NewReader(bytes.NewReader(frame[4:]))); err != nil {
			f.Fatal(err)
		}
		f.Add(payload.Bytes(), frame[2] == 2)
	}
	says := newAuthor(f, "eve").says()
	f.Fuzz(func(t *testing.T, payload []byte, proof bool) {
		frame := bytes.NewBuffer([]byte{'M', 2, 1, 0})
		if proof {
			frame.Bytes()[2] = 2
		}
		w, err := flate.NewWriter(frame, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(payload); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b := newBout(t)
		b.speaks(says, frame.Bytes(), false)
		b.judge()
	})
}

// framesOf is a frame of segments.
func (a *author) framesOf(xs ...float64) []byte {
	a.draws(time.Unix(1_800_000_000, 0), xs...)
	return a.frames()[0]
}

// forged is a frame of a proof against bo whose halves are of one story.
func forged(t testing.TB) []byte {
	bo := newAuthor(t, "bo")
	bo.framesOf(1)
	first := bo.log.Runs(bo.log.Site(), 1)[0]
	bo.framesOf(2)
	return canvas.AppendProof(nil, &canvas.Proof{First: first, Second: bo.log.Runs(bo.log.Site(), 2)[0]})
}
