package loadtest

// Tags tell figures apart. What an operation has are its sender's, when it was
// drawn.
type Tags struct {
	Scenario string `json:"scenario,omitempty"`
	Room     int    `json:"room,omitempty"`  // from 1
	Stage    int    `json:"stage,omitempty"` // from 1; 0: its scenario has none
	Group    string `json:"group,omitempty"` // what the bot said it was at
}

// A tagID stands for tags in one run. 0 is none.
type tagID uint16

const (
	maxTagSets = 1000 // in a part: what has others is counted as otherTags
	maxGroups  = 32   // in a run
	maxName    = 64   // bytes
)

// otherTags are those of what has too many.
var otherTags = Tags{Scenario: "other"}

// validName reports whether a name can stand in a threshold and in a report.
func validName(name string, capitals bool) bool {
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '_', c == '.', c == '-', capitals && c >= 'A' && c <= 'Z':
		default:
			return false
		}
	}
	return len(name) >= 1 && len(name) <= maxName
}

// tag is the tags that the bot has for what it does at a time, in microseconds
// since 1970. b.mu is held.
func (b *participant) tag(at int64) tagID {
	tags := Tags{Scenario: b.cast.Name, Room: b.room + 1, Stage: b.run.stage(b.cast, at), Group: b.group}
	if b.lastTag == 0 || tags != b.lastTags {
		b.lastTags, b.lastTag = tags, b.run.observed.id(tags)
	}
	return b.lastTag
}

// senderTag is the tags of what a bot in this one's room drew at a time, in
// microseconds since 1970, as far as its name tells. b.mu is held.
func (b *participant) senderTag(t *tally, at int64) tagID {
	if t.cast == nil {
		if t.cast = castOf(b.run.casts, numberOf(t.from.name)); t.cast == nil {
			return b.run.observed.id(otherTags) // it only bears the name of one
		}
	}
	stage := b.run.stage(t.cast, at)
	for len(t.stages) <= stage {
		t.stages = append(t.stages, 0)
	}
	if t.stages[stage] == 0 {
		t.stages[stage] = b.run.observed.id(Tags{Scenario: t.cast.Name, Room: b.room + 1, Stage: stage})
	}
	return t.stages[stage]
}

// stage is the number of a scenario's stage at a time, in microseconds since
// 1970; 0 if it has none.
func (r *Run) stage(c *cast, at int64) int {
	switch {
	case len(c.Stages) == 0:
		return 0
	case !r.hasBegun():
		return 1 // another part was a little earlier
	}
	return c.Stages.at(micros(at - r.clock.at(r.began)))
}

// hasBegun reports whether drawing has begun.
func (r *Run) hasBegun() bool {
	select {
	case <-r.drawing:
		return true
	default:
		return false
	}
}
