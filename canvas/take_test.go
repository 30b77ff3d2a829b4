package canvas

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// took takes runs in, and is the verdicts.
func took(l *Log, runs ...Run) (verdicts []Verdict) {
	for _, r := range runs {
		v, _, _ := l.Take(r, vectorNow)
		verdicts = append(verdicts, v)
	}
	return verdicts
}

func wantVerdicts(t *testing.T, got []Verdict, want ...Verdict) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func liveOf(r Run) ([]Entry, Head) {
	return slices.Collect(r.Entries()), Head{Site: r.Site, Key: r.Key, N: r.Last(), Sig: r.Sig}
}

// Whoever has one's own key even cannot make one accept anything about oneself.
func TestNobodyTellsMeOfMyself(t *testing.T) {
	a := newAuthor("ana")
	l := NewLog(a.Signer)
	if _, err := l.Draw(at(1), 0, t0); err != nil {
		t.Fatal(err)
	}
	l.Sign()
	other := a.upTo(0).write(at(2), t0, 1).write(at(3), t0+1, 1)
	wantVerdicts(t, took(l, other.run(1, 2), other.run(2, 2), other.run(1, 1).head(other.chains[1])), Known, Known, Known)
	entries, head := liveOf(other.run(2, 2))
	if v, _, _ := l.TakeLive(entries, head, vectorNow, true); v != Known {
		t.Errorf("live: %v", v)
	}
	mine := l.Runs(a.Site(), 1)[0]
	if v, _ := l.TakeProof(&Proof{mine.head(mine.chains()[1]), other.run(2, 2)}); v != Bad {
		t.Errorf("a proof: %v", v)
	}
	if l.Len() != 1 || l.Lacks(Have{Sites: Vector{a.Site(): 9}}) {
		t.Errorf("%d entries, of one", l.Len())
	}
}

// A neighbour without the key of a site, a wrong one, one of somebody else.
func TestKeys(t *testing.T) {
	a, b := newAuthor("ana").write(at(1), t0, 1).write(at(2), t0+1, 1), newAuthor("bo")
	without, wrong := a.run(1, 1), a.run(1, 1)
	without.Key, wrong.Key = PublicKey{}, b.Key()
	foreign := a.run(1, 1)
	foreign.Site = b.Site()
	l := NewLog(nil)
	wantVerdicts(t, took(l, without, wrong, foreign, a.run(1, 1), without), Gap, Bad, Bad, Taken, Known)
	next := a.run(2, 2)
	next.Key = PublicKey{}
	wantVerdicts(t, took(l, next), Taken)
	entries, head := liveOf(a.write(at(3), t0+2, 1).run(3, 3))
	head.Key = b.Key()
	if v, _, _ := l.TakeLive(entries, head, vectorNow, true); v != Bad {
		t.Errorf("live with another key: %v", v)
	}
}

// A run that is not formed as it must, signed or not.
func TestUnformed(t *testing.T) {
	a := newAuthor("ana")
	for i := range 4 {
		a.write(at(float64(i)), t0+uint64(i), 1)
	}
	genesisless := a.run(1, 2)
	genesisless.Before[0]++
	elsewhere := &author{a.Signer, nil, []Chain{{1}}}
	signed := elsewhere.write(at(1), t0, 1).run(1, 1) // but not from the beginning of the key's chain
	empty := a.run(1, 1)
	empty.rows = nil
	nowhere := a.run(1, 1)
	nowhere.First = 0
	back := newAuthor("back").write(at(1), t0, 1).write(at(2), t0, 1).run(1, 2)
	beyond := a.run(1, 2)
	beyond.First = MaxN
	nobody := a.run(1, 2)
	nobody.Site = Site{}
	wantVerdicts(t, took(NewLog(newAuthor("me").Signer), genesisless, signed, empty, nowhere, back, beyond, nobody), Bad, Bad, Bad, Bad, Bad, Bad, Bad)
	if _, _, p := NewLog(nil).Take(back, vectorNow); p != nil {
		t.Error("a run that nobody can hold is no proof")
	}
}

// What lives cannot be skipped, what is dead can.
func TestNobodySkipsWhatLives(t *testing.T) {
	a := newAuthor("ana")
	for i := range 6 {
		a.write(at(float64(i)), t0+uint64(i), 1)
	}
	l := NewLog(newAuthor("me").Signer)
	wantVerdicts(t, took(l, a.run(2, 3), a.run(1, 1), a.run(3, 4)), Gap, Taken, Gap)
	l.wipe(a.clear(t0 + 2))
	wantVerdicts(t, took(l, a.run(4, 5)), Gap)   // 3 is dead, but it does not say so
	wantVerdicts(t, took(l, a.run(3, 4)), Taken) // it does
	if have, dead := l.Holds(a.Site()); have != 4 || dead != 3 {
		t.Errorf("holds up to %d, dead up to %d", have, dead)
	}
	wantVerdicts(t, took(l, a.run(6, 6), a.run(1, 2), a.run(5, 6)), Gap, Known, Taken)
	if err := sound(l, true); err != nil {
		t.Error(err)
	}
}

// What is void is taken no more, and forgotten in all its forms.
func TestVoid(t *testing.T) {
	a, l := newAuthor("ana").write(at(1), t0, 1), NewLog(newAuthor("me").Signer)
	b := a.upTo(0).write(at(2), t0, 1)
	wantVerdicts(t, took(l, a.run(1, 1)), Taken)
	_, _, p := l.Take(b.run(1, 1), vectorNow)
	if p == nil || !p.Holds() || p.Site() != a.Site() {
		t.Fatalf("%+v", p)
	}
	borrowed := *p // somebody else's proof under this name
	borrowed.First.Site, borrowed.Second.Site = Site{7}, Site{7}
	if v, _ := l.TakeProof(&borrowed); v != Bad {
		t.Errorf("a proof against somebody else: %v", v)
	}
	version := l.Version()
	if v, c := l.TakeProof(p); v != Taken || c.Kind != Everything || l.Len() != 0 {
		t.Errorf("%v, %v, %d entries", v, c.Kind, l.Len())
	}
	if v, _ := l.TakeProof(p); v != Known {
		t.Errorf("again: %v", v)
	}
	h, whole := l.HaveSince(version)
	if !whole || !slices.Equal(h.Void, []Site{a.Site()}) || len(h.Sites) != 0 {
		t.Errorf("told: %+v, %v", h, whole)
	}
	wantVerdicts(t, took(l, a.run(1, 1), b.write(at(3), t0+5, 1).run(2, 2)), Known, Known)
	entries, head := liveOf(b.run(2, 2))
	if v, _, _ := l.TakeLive(entries, head, vectorNow, true); v != Known {
		t.Errorf("live: %v", v)
	}
	_, proofs := l.Lacking(Have{})
	if len(proofs) != 1 || !proofs[0].Holds() || proofs[0].Site() != a.Site() {
		t.Errorf("%d proofs for who has none, want the one", len(proofs))
	}
	if _, proofs = l.Lacking(h); len(proofs) != 0 {
		t.Errorf("%d proofs for who has it", len(proofs))
	}
	if l.Lacks(Have{Sites: Vector{a.Site(): 2}}) || l.Lacks(h) || !l.Lacks(Have{Void: []Site{b.Site(), newAuthor("bo").Site()}}) {
		t.Error("what is void is not lacking, what is not known to be is")
	}
}

// Somebody who is void to be while something of his is not verified yet, and over.
func TestVoidWhilePending(t *testing.T) {
	a, l := newAuthor("ana").write(at(1), t0, 1).write(at(2), t0+1, 1), NewLog(nil)
	wantVerdicts(t, took(l, a.run(1, 1)), Taken)
	entries, head := liveOf(a.run(2, 2))
	if v, _, _ := l.TakeLive(entries, head, vectorNow, true); v != Taken || !l.Unverified() {
		t.Fatal(v)
	}
	b := a.upTo(1).write(at(5), t0+1, 1)
	l.TakeProof(&Proof{a.run(1, 2).head(a.chains[2]), b.run(1, 2).head(b.chains[2])})
	if l.Unverified() || l.Len() != 0 {
		t.Errorf("%d entries, unverified: %v", l.Len(), l.Unverified())
	}
	if err := sound(l, true); err != nil {
		t.Error(err)
	}
}

// Lazily is what goes on where the site ends; all else is verified at once.
func TestLazily(t *testing.T) {
	a := newAuthor("ana")
	for i := range 6 {
		a.write(at(float64(i)), t0+uint64(i), 1)
	}
	spoilt := func(r Run) Run { r.Sig[1] ^= 1; return r }
	live := func(l *Log, r Run, lazily bool) Verdict {
		entries, head := liveOf(r)
		v, _, _ := l.TakeLive(entries, head, vectorNow, lazily)
		return v
	}
	l := NewLog(nil)
	for i, step := range []struct {
		run    Run
		lazily bool
		want   Verdict
	}{
		{spoilt(a.run(1, 1)), true, Gap}, // the first is never taken unseen
		{a.run(1, 1), true, Taken},
		{spoilt(a.run(2, 2)), false, Gap},
		{spoilt(a.run(2, 2)), true, Taken},
		{a.run(2, 3), false, Taken}, // which takes the spoilt one back
		{spoilt(a.run(4, 4)), true, Taken},
		{a.upTo(4).write(at(9), t0+3, 1).run(5, 5), true, Gap}, // time does not go on: verified, and what came before taken back
		{a.run(4, 4), true, Taken},
		{a.run(5, 5), true, Taken},
	} {
		if got := live(l, step.run, step.lazily); got != step.want {
			t.Errorf("%d: got %v, want %v", i, got, step.want)
		}
	}
	if have := l.Have().Sites[a.Site()]; have != 3 || l.Len() != 5 {
		t.Errorf("%d of %d entries count, want 3 of 5", have, l.Len())
	}
	if bad, _ := l.Verify(); len(bad) != 2 || l.Have().Sites[a.Site()] != 5 { // taken back twice, told once it is asked
		t.Errorf("bad %v, %d count", bad, l.Have().Sites[a.Site()])
	}
	if v := live(l, spoilt(a.run(6, 6)), true); v != Taken {
		t.Error(v)
	}
	bad, change := l.Verify()
	if !slices.Equal(bad, []Site{a.Site()}) || change.Kind != Everything || l.Len() != 5 || l.Unverified() {
		t.Errorf("bad %v, %v, %d entries", bad, change.Kind, l.Len())
	}
	if err := sound(l, true); err != nil {
		t.Error(err)
	}
}

// A clear does not make a witness of what is not verified.
func TestClearVerifies(t *testing.T) {
	a, l := newAuthor("ana").write(at(1), t0, 1).write(at(2), t0+10, 1), NewLog(nil)
	wantVerdicts(t, took(l, a.run(1, 1)), Taken)
	entries, head := liveOf(a.run(2, 2))
	head.Sig[3]++
	if v, _, _ := l.TakeLive(entries, head, vectorNow, true); v != Taken {
		t.Fatal(v)
	}
	if v, _ := l.TakeClear(newAuthor("bo").clear(t0+20), vectorNow); v != Taken {
		t.Fatal(v)
	}
	if have, _ := l.Holds(a.Site()); have != 1 {
		t.Errorf("%d entries are known to be dead, want 1", have)
	}
	if bad, _ := l.Verify(); len(bad) != 1 {
		t.Errorf("bad %v", bad)
	}
}

// A head of a milestone is verified like the last one, for it is sent on.
func TestLazyMilestones(t *testing.T) {
	a := newAuthor("ana")
	for i := range 300 {
		a.write(at(float64(i)), t0+uint64(i), 1)
	}
	l := NewLog(nil)
	wantVerdicts(t, took(l, a.run(1, 100)), Taken)
	mile := a.run(101, 256)
	mile.Sig[3]++
	for _, r := range []Run{mile, a.run(257, 300)} {
		entries, head := liveOf(r)
		if v, _, _ := l.TakeLive(entries, head, vectorNow, true); v != Taken {
			t.Fatal(v)
		}
	}
	if bad, _ := l.Verify(); len(bad) != 1 || l.Len() != 100 {
		t.Errorf("bad %v, %d entries are left, want 100", bad, l.Len())
	}
}

// The times of a run and of a clear may be ahead so far and no further.
func TestTolerance(t *testing.T) {
	a := newAuthor("ana").write(at(1), vectorNow+Tolerance, 1).write(at(2), vectorNow+Tolerance+1, 1)
	l := NewLog(newAuthor("me").Signer)
	wantVerdicts(t, took(l, a.run(1, 1), a.run(2, 2)), Taken, Early)
	if v, _ := l.TakeClear(a.clear(vectorNow+Tolerance+1), vectorNow); v != Early {
		t.Errorf("clear: %v", v)
	}
	if next := l.Next(vectorNow); next != vectorNow+Tolerance+1 {
		t.Errorf("the next entry is at %d, want one tick after the last", next-vectorNow)
	}
	if v, _ := l.TakeClear(a.clear(vectorNow+Tolerance), vectorNow); v != Taken || l.Len() != 0 {
		t.Errorf("clear: %v", v)
	}
}

// A clear that a sponsor signs has the time at which it was heard, and signed again
// later wipes nothing more.
func TestClearAt(t *testing.T) {
	l, other := NewLog(NewSigner()), NewLog(NewSigner())
	drawn(t, l, 1)
	heard := l.Next(vectorNow)
	drawn(t, l, 1)
	if err := copyAll(other, l, vectorNow); err != nil {
		t.Fatal(err)
	}
	c, change, err := l.ClearAt(heard)
	if err != nil || l.Len() != 0 || change.Kind != Everything { // the second came within the same tick
		t.Errorf("%d entries, %v, %v", l.Len(), change.Kind, err)
	}
	late, _, err := other.ClearAt(heard)
	if err != nil || other.Len() != 0 || !late.Signed() || !c.Signed() {
		t.Errorf("%d entries, %v", other.Len(), err)
	}
	for _, c := range []Clear{c, late} {
		l.TakeClear(c, vectorNow)
		other.TakeClear(c, vectorNow)
	}
	if l.LastClear() != other.LastClear() {
		t.Error("they hold different clears")
	}
	fresh := NewLog(NewSigner())
	if fresh.TakeClear(l.LastClear(), vectorNow); fresh.Next(0) != heard+1 {
		t.Errorf("after a clear at %d the next entry is at %d", heard, fresh.Next(0))
	}
	if again, change, err := l.ClearAt(heard - 1); err != nil || again != l.LastClear() || change.Kind != Nothing {
		t.Errorf("an older one: %+v, %v, %v", again, change, err)
	}
}

// What changed since a version is what somebody needs to know who was told that.
func TestHaveSince(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	l := NewLog(NewSigner())
	told := Have{Sites: Vector{}}
	var version uint64
	authors := []*author{newAuthor("ana"), newAuthor("bo"), newAuthor("cy")}
	for i := range 200 {
		a := authors[rnd.IntN(3)]
		switch rnd.IntN(8) {
		case 0:
			l.Clear(t0 + uint64(10*i))
		case 1, 2:
			drawn(t, l, 1)
			l.Sign()
		default:
			a.write(at(1), max(t0+uint64(10*i), l.Next(0)), 1)
			if v := took(l, a.run(a.have(), a.have())); v[0] != Taken {
				t.Fatal(v)
			}
		}
		if rnd.IntN(3) > 0 {
			continue
		}
		h, whole := l.HaveSince(version)
		if whole {
			told = h
		} else {
			told.Sites.Join(h.Sites)
			told.Digest = h.Digest
		}
		version = l.Version()
		if want := l.Have(); !maps.Equal(told.Sites, want.Sites) || told.Clear != want.Clear || told.Digest != want.Digest || !slices.Equal(told.Void, want.Void) {
			t.Fatalf("%d: told %+v, want %+v", i, told, want)
		}
		if h, whole := l.HaveSince(version); whole || len(h.Sites) > 0 {
			t.Fatalf("%d: nothing has changed, and %+v", i, h)
		}
	}
}

// What a run says as text is taken as the run, by who knows the site and who does
// not.
func TestLive(t *testing.T) {
	a := newAuthor("ana").write(at(1), t0, 1).write(Other{"x", `{"a":1}`}, t0+1, 0).write(at(2), t0+2, 1)
	l := NewLog(nil)
	for _, step := range []struct {
		run       Run
		forwarded bool
		want      string
	}{
		{a.run(2, 3), true, "gap"}, {a.run(1, 1), true, "taken"}, {a.run(2, 2), true, "taken"}, {a.run(3, 3), false, "taken"}, {a.run(1, 3), false, "known"},
	} {
		from := newAuthor("forwarder")
		if !step.forwarded {
			from = a
		}
		if got := receiveText(l, delivery{From: from.Key().String(), Text: string(step.run.Live(nil, step.forwarded))}, vectorNow); got != step.want {
			t.Errorf("%d to %d, forwarded %v: got %s, want %s", step.run.First, step.run.Last(), step.forwarded, got, step.want)
		}
	}
	if err := sound(l, true); err != nil || l.Len() != 3 {
		t.Errorf("%d entries, %v", l.Len(), err)
	}
}

// What comes late of a site that is over is known, and what follows is taken.
func TestLiveAfterAClear(t *testing.T) {
	a := newAuthor("ana").write(at(1), t0, 1).write(at(2), t0+1, 1).write(at(3), t0+9, 1)
	l := NewLog(nil)
	wantVerdicts(t, took(l, a.run(1, 2)), Taken)
	l.wipe(a.clear(t0 + 5))
	for _, step := range []struct {
		run  Run
		want Verdict
	}{{a.run(2, 2), Known}, {a.run(1, 2), Known}, {a.run(3, 3), Taken}} {
		entries, head := liveOf(step.run)
		if v, _, _ := l.TakeLive(entries, head, vectorNow, false); v != step.want {
			t.Errorf("%d to %d: got %v, want %v", step.run.First, step.run.Last(), v, step.want)
		}
	}
}

// What came as text is put where the next text goes; a proof made of it is kept.
func TestProofOutlivesText(t *testing.T) {
	a, b := newAuthor("ana").write(at(1), t0, 1).write(at(2), t0+1, 1), newAuthor("bo").write(at(7), t0, 1).write(at(8), t0+1, 1)
	l := NewLog(nil)
	text := func(r Run) (Verdict, *Proof) {
		entries, head := liveOf(r)
		v, _, proof := l.TakeLive(entries, head, vectorNow, false)
		return v, proof
	}
	text(a.run(1, 2))
	v, proof := text(a.upTo(1).write(at(9), t0+1, 1).write(at(10), t0+2, 1).run(2, 3))
	if v != Forked {
		t.Fatalf("%v, want forked", v)
	}
	text(b.run(1, 2))
	if !proof.Holds() {
		t.Error("the proof holds no more")
	}
}
