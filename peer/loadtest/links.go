package loadtest

import "drawmesh/peer"

// all are the bots that ever were.
func (r *Run) all() []*participant {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]*participant(nil), r.bots...)
}

// live are those that are in their rooms.
func (r *Run) live() (live []*participant) {
	for _, b := range r.all() {
		if b.lives() != nil {
			live = append(live, b)
		}
	}
	return live
}

// links counts the ends of links that are open, and those that there should be:
// from each bot to everybody of whom any bot in its room knows.
func (r *Run) links() (open, expected int) {
	size := make([]int, len(r.cfg.Rooms)) // the peers in each
	bots := make([]int, len(r.cfg.Rooms)) // ours of them
	for _, b := range r.live() {
		o, known := b.ends()
		open += o
		bots[b.room]++
		size[b.room] = max(size[b.room], known+1)
	}
	for room, n := range bots {
		expected += n * (max(size[room], n) - 1)
	}
	return open, expected
}

// ends counts the bot's links that are open, and the members it knows of.
// Those that have gone do not count, although it may not know yet.
func (b *participant) ends() (open, known int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, m := range b.members {
		if b.run.ended(id) {
			continue
		}
		known++
		if m.link == peer.Open {
			open++
		}
	}
	return open, known
}

// joined reports how many of our first bots have got in, and how many are still
// about to.
func (r *Run) joined() (in, about int) {
	from, end := r.cfg.mine()
	about = end - from
	for _, b := range r.all() {
		if b.number >= r.cfg.Bots || b.life > 0 {
			continue
		}
		b.mu.Lock()
		switch {
		case b.peer != nil:
			in++
			about--
		case b.end != "":
			about--
		}
		b.mu.Unlock()
	}
	return in, about
}

// whole reports whether all who have begun to join have, and every link that
// there should be is open.
func (r *Run) whole() bool {
	for _, b := range r.all() {
		b.mu.Lock()
		about := b.peer == nil && b.end == ""
		b.mu.Unlock()
		if about {
			return false
		}
	}
	open, expected := r.links()
	return open >= expected
}

// together reports whether all parts' bots are there.
func (r *Run) together() bool {
	if r.cfg.Parts == 1 {
		return true
	}
	for _, b := range r.live() {
		_, known := b.ends()
		if known < r.size(b.room)-1 {
			return false
		}
	}
	return true
}

// size is how many bots, of all parts, go to a room at first.
func (r *Run) size(room int) int {
	rooms := len(r.cfg.Rooms)
	return (r.cfg.Bots - room + rooms - 1) / rooms
}
