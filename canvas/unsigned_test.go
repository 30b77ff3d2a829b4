package canvas

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// An unsignedModel is what a log of NewUnsigned has to hold.
type unsignedModel struct {
	have, dead Vector
	entries    []Entry
	clear      uint64
}

// paint are the entries that live, in their order, and of adoptions with one content
// the first.
func (m *unsignedModel) paint() (list []Entry) {
	all := slices.SortedFunc(slices.Values(m.entries), func(a, b Entry) int { return a.Key().Compare(b.Key()) })
	seen := make(map[string]bool)
	for _, e := range all {
		if e.N <= m.dead[e.Site] || e.T <= m.clear {
			continue
		}
		if content := fmt.Sprint(e.By, e.Op); e.By != "" && seen[content] {
			continue
		} else {
			seen[content] = true
		}
		list = append(list, e)
	}
	return list
}

// Sites of which nothing lives are forgotten, and go on where they were: the log, and
// a snapshot of it, have at each moment what lives.
func TestUnsignedForgetsWhatIsOver(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		l, m := NewUnsigned(Site{}), unsignedModel{have: make(Vector), dead: make(Vector)}
		var snapshot Snapshot
		now := uint64(1000)
		for range 200 {
			now += 10
			site := Site{byte(1 + r.IntN(9))}
			var s Step
			switch r.IntN(12) {
			case 0:
				s.Clear = Clear{T: now - uint64(r.IntN(60))}
				m.clear = max(m.clear, s.Clear.T)
			case 1:
				s.Dead = Vector{site: 1 + r.Uint32N(m.have[site]+1)}
				m.dead.Join(s.Dead)
				m.have.Join(s.Dead)
			default:
				e := Entry{Site: site, N: m.have[site] + 1, T: now - uint64(r.IntN(9)), K: 1, Op: at(float64(r.IntN(3)))}
				if r.IntN(2) == 0 {
					e.By, e.K = "plain", e.N
				}
				if r.IntN(4) == 0 {
					e.T = max(1, m.clear) // too late, but its number counts
				}
				if i := slices.IndexFunc(m.entries, func(o Entry) bool { return o.Site == site && o.N > m.dead[site] && o.T > m.clear && o.T > e.T }); i >= 0 {
					continue // time goes on
				}
				s.Entry = e
				m.have[site]++
				m.entries = append(m.entries, e)
			}
			if _, err := l.Step(s); err != nil {
				t.Fatalf("seed %d: %+v: %v", seed, s, err)
			}
			snapshot.Take(l)
			want := m.paint()
			for name, got := range map[string][]Entry{"log": slices.Collect(l.Paint(Key{})), "snapshot": slices.Collect(snapshot.Paint(Key{}))} {
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Fatalf("seed %d: after %+v the %s has %v, want %v", seed, s, name, got, want)
				}
			}
			if have, _ := l.Holds(site); have != m.have[site] {
				t.Fatalf("seed %d: after %+v it holds %d of the site, want %d", seed, s, have, m.have[site])
			}
		}
	}
}
