package doctor

import (
	"fmt"
	"slices"
	"time"

	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// A Grade is how well a rule is kept.
type Grade string

// Open is the State of a link that works.
const Open = mesh.Open

// The grades.
const (
	OK      Grade = "ok"
	Lax     Grade = "lax"     // the rule is not kept to the letter; it works nevertheless
	Failed  Grade = "failed"  // people will notice
	Unknown Grade = "unknown" // it cannot be seen from here, or something else was in the way
)

// A Finding is what was seen of one rule.
type Finding struct {
	Check  Check  `json:"check"`
	Grade  Grade  `json:"grade"`
	Rule   string `json:"rule"`
	Seen   string `json:"seen"`
	Advice string `json:"advice,omitempty"` // what to do; empty where there is nothing to do
}

// A State is how a link stands, and a Candidate one end of its path.
type (
	State     = mesh.State
	Candidate = mesh.Candidate
)

// A Link is our own to somebody in the room.
type Link struct {
	Peer      signaling.ID `json:"peer"`
	Name      string       `json:"name,omitempty"`
	State     State        `json:"state"`            // "unsteady" is half-open: nothing comes back just now
	Synced    bool         `json:"synced"`           // it keeps the drawing, and not only shows it; known of who has described itself
	Local     *Candidate   `json:"local,omitempty"`  // our end; nil unless it was open
	Remote    *Candidate   `json:"remote,omitempty"` // theirs
	RoundTrip float64      `json:"round_trip_ms"`    // zero where nothing has come back
	Took      float64      `json:"took_ms"`          // to open
	Err       string       `json:"err,omitempty"`    // why it was lost
}

// A Report is what an examination has seen.
type Report struct {
	Room     string
	Started  time.Time
	Took     time.Duration
	Findings []Finding // one for each of Rules, in that order
	Links    []Link    // our own, to those in the room

	over func() bool // reports whether what is seen from now on only shows that we stop
}

// Healthy reports whether the room was looked at, and no rule has failed.
func (r *Report) Healthy() bool { return r.Count(Failed) == 0 && r.Of("room.enters").Grade == OK }

// Count is how many rules have a grade.
func (r *Report) Count(g Grade) (n int) {
	for _, f := range r.Findings {
		if f.Grade == g {
			n++
		}
	}
	return n
}

// Of is what was seen of one rule.
func (r *Report) Of(c Check) Finding {
	for _, f := range r.Findings {
		if f.Check == c {
			return f
		}
	}
	return Finding{Check: c, Grade: Unknown}
}

// note takes a finding. Of two of one rule the worse one stays, or both of equals.
func (r *Report) note(g Grade, c Check, advice, seen string, args ...any) {
	if r.over() {
		return
	}
	f := Finding{Check: c, Grade: g, Seen: fmt.Sprintf(seen, args...), Advice: advice}
	i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Check == c })
	switch {
	case i < 0:
		r.Findings = append(r.Findings, f)
	case worse(g, r.Findings[i].Grade):
		r.Findings[i] = f
	case g == r.Findings[i].Grade && f.Seen != r.Findings[i].Seen:
		r.Findings[i].Seen += "; " + f.Seen
	}
}

// worse reports whether one grade is worse than another.
func worse(a, b Grade) bool {
	order := []Grade{OK, Unknown, Lax, Failed}
	return slices.Index(order, a) > slices.Index(order, b)
}

func (r *Report) ok(c Check, seen string, args ...any)      { r.note(OK, c, "", seen, args...) }
func (r *Report) unknown(c Check, seen string, args ...any) { r.note(Unknown, c, "", seen, args...) }
func (r *Report) lax(c Check, advice, seen string, args ...any) {
	r.note(Lax, c, advice, seen, args...)
}
func (r *Report) fail(c Check, advice, seen string, args ...any) {
	r.note(Failed, c, advice, seen, args...)
}

// complete puts the findings in order. What nobody got to is not known.
func (r *Report) complete(took time.Duration) {
	r.Took = took
	var all []Finding
	for _, rule := range Rules {
		f := r.Of(rule.Check)
		f.Rule = rule.Text
		if f.Seen == "" {
			f.Seen = "not looked at"
		}
		all = append(all, f)
	}
	r.Findings = all
}
