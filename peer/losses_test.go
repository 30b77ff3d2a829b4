package peer

import (
	"maps"
	"math/rand/v2"
)

// losses are what the network of a soak loses.
type losses struct {
	seat    [seats + 1]string // who sits there now, by address
	dead    map[string]bool   // addresses that nobody has any more
	frozen  map[string]bool
	parted  int // a set of seats that is apart from the others
	oneWay  bool
	rate    float64 // of all packets
	pair    [2]int  // two seats that can never connect, if they are different
	seed    uint64
	changes uint64
}

func (l *losses) place(seat int, ip string) { l.seat[seat] = ip }

// step takes up what a step does to the network.
func (l *losses) step(st step) {
	switch st.what {
	case part, oneWay:
		l.parted, l.oneWay = st.seat, st.what == oneWay
	case mend:
		l.parted = 0
	case lose:
		l.rate = st.rate
	}
}

// heal ends all but what is for ever.
func (l *losses) heal() {
	clear(l.frozen)
	l.parted, l.rate = 0, 0
}

// filter is what is lost from now on, for the network.
func (l *losses) filter() func(from, to string) bool {
	l.changes++
	rng := rand.New(rand.NewPCG(l.seed, l.changes))
	gone := maps.Clone(l.dead)
	maps.Copy(gone, l.frozen)
	side := make(map[string]bool)
	for seat, ip := range l.seat {
		side[ip] = l.parted>>seat&1 == 1
	}
	pair := [2]string{l.seat[l.pair[0]], l.seat[l.pair[1]]}
	one, rate := l.oneWay, l.rate
	return func(from, to string) bool {
		return gone[from] || gone[to] ||
			side[from] != side[to] && (!one || side[from]) ||
			pair[0] != pair[1] && (pair == [2]string{from, to} || pair == [2]string{to, from}) ||
			rate > 0 && rng.Float64() < rate
	}
}
