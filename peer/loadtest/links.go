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
	for _, ends := range r.ends() {
		open += ends.open
		expected += ends.expected
	}
	return open, expected
}

// linkEnds are those of one bot.
type linkEnds struct{ open, expected int }

// ends are the ends of links of all bots that are in their rooms.
func (r *Run) ends() map[*participant]linkEnds {
	size := make([]int, len(r.cfg.Rooms)) // the peers in each
	bots := make([]int, len(r.cfg.Rooms)) // ours of them
	ends := make(map[*participant]linkEnds)
	for _, b := range r.live() {
		open, known := b.ends()
		ends[b] = linkEnds{open: open}
		bots[b.room]++
		size[b.room] = max(size[b.room], known+1)
	}
	for b, e := range ends {
		e.expected = max(size[b.room], bots[b.room]) - 1
		ends[b] = e
	}
	return ends
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

// endsOf are a bot's ends of links when drawing had ended.
func (r *Run) endsOf(b *participant) linkEnds {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.drawn.ends[b]
}

// joined counts our bots that have got in, each number once: of those that were to
// come, and of those that arrived.
func (r *Run) joined() (in int) {
	numbers := make(map[int]bool)
	for _, b := range r.all() {
		if b.hasJoined() {
			numbers[b.number] = true
		}
	}
	return len(numbers)
}

// hasJoined reports whether the bot was in its room.
func (b *participant) hasJoined() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.peer != nil
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
func (r *Run) size(room int) (size int) {
	for _, c := range r.casts {
		size += c.in(room, c.early())
	}
	return size
}
