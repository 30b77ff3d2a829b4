package loadtest

import (
	"cmp"
	"slices"
	"sync"
)

// An observed is what all bots of a run have sent, heard and measured, by tags:
// since the last slice of time, and before that. Methods may be called
// concurrently; whoever holds a bot's mutex may call them.
type observed struct {
	mu     sync.Mutex
	ids    map[Tags]tagID
	tags   []Tags // by tagID - 1
	groups map[string]bool
	own    map[string]OwnMetric // by kind and name, a check's apart
	now    record
	before record
}

// A record is figures by tags.
type record struct {
	operations map[sentBy]*Operations
	own        map[ownTagged]*Measured
}

// sentBy is whose operations are counted together.
type sentBy struct {
	part int
	tag  tagID
}

func newRecord() record {
	return record{make(map[sentBy]*Operations), make(map[ownTagged]*Measured)}
}

func newObserved(own []OwnMetric) *observed {
	o := &observed{
		ids: make(map[Tags]tagID), groups: make(map[string]bool), own: make(map[string]OwnMetric),
		now: newRecord(), before: newRecord(),
	}
	for _, m := range own {
		o.own[m.key()] = m
	}
	return o
}

// id stands for tags from now on.
func (o *observed) id(tags Tags) tagID {
	o.mu.Lock()
	defer o.mu.Unlock()
	id := o.ids[tags]
	if id == 0 && len(o.ids) >= maxTagSets {
		tags = otherTags
		id = o.ids[tags]
	}
	if id == 0 {
		o.tags = append(o.tags, tags)
		id = tagID(len(o.tags))
		o.ids[tags] = id
	}
	return id
}

// A note is something that happened to one operation.
type note struct {
	what noteKind
	part uint16 // the sender's
	tag  tagID  // likewise
	took int64  // microseconds on its way or, if it was sent, late; below 0: not known
}

// A noteKind is what happened.
type noteKind uint8

const (
	noteSent noteKind = iota
	noteDelivered
	noteLate // delivered, and a later one had come before
	noteTwice
)

// notes are what one bot has to hand in. Together they cost less than one by one.
// The bot's mutex guards them.
type notes struct {
	to      *observed
	waiting []note
}

const maxNotes = 128

func (n *notes) add(x note) {
	if n.waiting = append(n.waiting, x); len(n.waiting) == maxNotes {
		n.handIn()
	}
}

// handIn lets what waits be counted.
func (n *notes) handIn() {
	if len(n.waiting) > 0 {
		n.to.take(n.waiting)
		n.waiting = n.waiting[:0]
	}
}

func (o *observed) take(notes []note) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range notes {
		ops := o.now.of(sentBy{int(n.part), n.tag}, o)
		switch n.what {
		case noteSent:
			ops.Sent++
			if n.took >= 0 {
				ops.Pace.add(n.took)
			}
			continue
		case noteTwice:
			ops.Twice++
			continue
		case noteLate:
			ops.Late++
		}
		ops.Delivered++
		if n.took >= 0 {
			ops.Latency.add(n.took)
		}
	}
}

// of is the operations of a sender. o.mu is held.
func (r *record) of(by sentBy, o *observed) *Operations {
	ops := r.operations[by]
	if ops == nil {
		ops = &Operations{Part: by.part}
		if by.tag > 0 {
			ops.Tags = o.tags[by.tag-1]
		}
		r.operations[by] = ops
	}
	return ops
}

// cut ends a slice of time, and returns what was observed in it.
func (o *observed) cut() ([]Operations, []Measured) {
	o.mu.Lock()
	defer o.mu.Unlock()
	slice := o.now
	o.now = newRecord()
	o.before.add(&slice, o)
	return slice.lists()
}

// all is what was observed so far.
func (o *observed) all() ([]Operations, []Measured) {
	o.mu.Lock()
	defer o.mu.Unlock()
	sum := newRecord()
	sum.add(&o.before, o)
	sum.add(&o.now, o)
	return sum.lists()
}

// add takes what another record has. o.mu is held.
func (r *record) add(s *record, o *observed) {
	for by, from := range s.operations {
		r.of(by, o).merge(from)
	}
	for key, from := range s.own {
		if to := r.own[key]; to == nil {
			r.own[key] = from.clone()
		} else {
			to.merge(from, 0)
		}
	}
}

func (ops *Operations) merge(from *Operations) {
	ops.Sent += from.Sent
	ops.Delivered += from.Delivered
	ops.Late += from.Late
	ops.Twice += from.Twice
	ops.Latency.Merge(&from.Latency, 0)
	ops.Pace.Merge(&from.Pace, 0)
}

// lists are the record's figures in order.
func (r *record) lists() (operations []Operations, own []Measured) {
	for _, ops := range r.operations {
		operations = append(operations, *ops)
	}
	for _, m := range r.own {
		own = append(own, *m)
	}
	slices.SortFunc(operations, func(a, b Operations) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), a.Tags.compare(b.Tags))
	})
	slices.SortFunc(own, func(a, b Measured) int {
		return cmp.Or(cmp.Compare(a.key(), b.key()), a.Tags.compare(b.Tags))
	})
	return operations, own
}

func (t Tags) compare(u Tags) int {
	return cmp.Or(cmp.Compare(t.Scenario, u.Scenario), cmp.Compare(t.Room, u.Room), cmp.Compare(t.Stage, u.Stage), cmp.Compare(t.Group, u.Group))
}
