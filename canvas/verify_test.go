package canvas

import (
	"slices"
	"testing"
)

// TestVerifierCovers says of heads what Head does, and takes nothing in.
func TestVerifierCovers(t *testing.T) {
	a := newAuthor("ana")
	for i := range 6 {
		a.write(at(float64(i)), t0+uint64(i), 1)
	}
	entries := slices.Collect(a.run(1, 6).Entries())
	forged := slices.Clone(entries)
	forged[4].Op = at(99)
	head := Head{Site: a.Site(), Key: a.Key(), N: 6, Sig: a.run(6, 6).Sig}
	another := head
	another.Key = newAuthor("bo").Key()
	var none, some, other Verifier
	some.Base(a.Key(), 0, Chain{})
	other.Base(a.Key(), 3, a.chains[3])
	for _, e := range entries[:3] {
		some.Add(e)
	}
	tests := []struct {
		name    string
		of      *Verifier
		head    Head
		entries []Entry
		want    bool
	}{
		{"all", &none, head, entries, true},
		{"the rest", &some, head, entries[3:], true},
		{"the rest of what is not there", &other, head, entries[3:], true},
		{"not the rest", &some, head, entries[4:], false},
		{"not all of the rest", &some, head, entries[3:5], false},
		{"one is another", &some, head, forged[3:], false},
		{"another's key", &none, another, entries, false},
		{"not from the beginning", &none, head, entries[1:], false},
	}
	for _, tt := range tests {
		for range 2 {
			if got := tt.of.Covers(tt.head, tt.entries); got != tt.want {
				t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
			}
		}
	}
}

func TestVerifier(t *testing.T) {
	a := newAuthor("ana")
	for i := range 6 {
		a.write(at(float64(i)), t0+uint64(i), 1)
	}
	entries := slices.Collect(a.run(1, 6).Entries())
	head := func(n uint32) Head { return Head{Site: a.Site(), N: n, Sig: a.run(n, n).Sig} }
	forged := entries[3]
	forged.Op = at(99)
	tests := []struct {
		name string
		do   func(*Verifier)
		want Signed
	}{
		{"all is signed", func(v *Verifier) {
			v.Base(a.Key(), 0, Chain{})
			for i, e := range entries {
				v.Add(e)
				if i%2 == 1 && !v.Head(head(e.N)) {
					t.Errorf("the head at %d does not cover", e.N)
				}
			}
		}, Signed{Key: a.Key(), First: 1, Last: 6}},
		{"the end is not", func(v *Verifier) {
			v.Base(a.Key(), 0, Chain{})
			for _, e := range entries {
				if v.Add(e); e.N == 4 {
					v.Head(head(4))
				}
			}
		}, Signed{Key: a.Key(), First: 1, Last: 6, Uncovered: 5}},
		{"one is another", func(v *Verifier) {
			v.Base(a.Key(), 0, Chain{})
			for _, e := range entries {
				if e.N == 4 {
					e = forged
				}
				if v.Add(e); v.Head(head(e.N)) != (e.N < 4) {
					t.Errorf("the head at %d covers, or does not", e.N)
				}
			}
		}, Signed{Key: a.Key(), First: 1, Last: 6, Uncovered: 4, Refuted: 4}},
		{"from the middle", func(v *Verifier) {
			v.Base(a.Key(), 2, a.chains[2])
			for _, e := range entries[2:] {
				v.Add(e)
			}
			v.Head(head(6))
		}, Signed{Key: a.Key(), First: 3, Last: 6}},
		{"from the middle, after what is another", func(v *Verifier) {
			v.Base(a.Key(), 0, Chain{})
			v.Add(entries[0])
			v.Head(head(1))
			e := forged
			e.N = 2
			v.Add(e)
			v.Base(a.Key(), 3, a.chains[3])
			for _, e := range entries[3:] {
				v.Add(e)
			}
			if !v.Head(head(6)) {
				t.Error("the head at 6 does not cover what it can")
			}
		}, Signed{Key: a.Key(), First: 1, Last: 6, Uncovered: 2}},
		{"without a key", func(v *Verifier) { v.Add(entries[0]); v.Head(head(1)) }, Signed{First: 1, Last: 1, Uncovered: 1}},
		{"one is missing", func(v *Verifier) {
			v.Base(a.Key(), 0, Chain{})
			v.Add(entries[0])
			v.Add(entries[2])
			v.Head(head(3))
		}, Signed{Key: a.Key(), First: 1, Last: 3, Uncovered: 1}},
		{"twice", func(v *Verifier) {
			v.Base(a.Key(), 0, Chain{})
			v.Add(entries[0])
			v.Add(entries[0])
			v.Head(head(1))
		}, Signed{Key: a.Key(), First: 1, Last: 1}},
		{"a head of what has not come", func(v *Verifier) {
			v.Base(a.Key(), 0, Chain{})
			v.Add(entries[0])
			v.Head(head(2))
		}, Signed{Key: a.Key(), First: 1, Last: 1, Uncovered: 1}},
		{"proved", func(v *Verifier) {
			b := a.upTo(1).write(at(9), t0+1, 1)
			if !v.Proof(&Proof{a.run(1, 2).head(a.chains[2]), b.run(1, 2).head(b.chains[2])}) || v.Proof(&Proof{a.run(1, 1), a.run(2, 2)}) {
				t.Error("a proof does not hold, or what is none does")
			}
		}, Signed{Void: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var v Verifier
			tt.do(&v)
			tt.want.Site = a.Site()
			if got := v.Authors(); len(got) != 1 || got[0] != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
