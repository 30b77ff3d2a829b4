package loadtest

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"
)

// Merge makes one report of those of several parts.
func Merge(reports ...*Report) (*Report, error) {
	if len(reports) == 0 {
		return nil, errors.New("nothing to merge")
	}
	merged := *reports[0]
	merged.Parts, merged.Thresholds, merged.Limit = nil, nil, nil
	for _, r := range reports {
		if !reflect.DeepEqual(r.Settings, reports[0].Settings) || r.Room != reports[0].Room {
			return nil, fmt.Errorf("part %d is of another run: its room or its settings are not those of part %d",
				r.Parts[0].Part, reports[0].Parts[0].Part)
		}
		if r.Ended != "done" {
			merged.Ended = r.Ended
		}
		merged.Aborted = cmp.Or(merged.Aborted, r.Aborted)
		if r.Started.Before(merged.Started) {
			merged.Started = r.Started
		}
		merged.Parts = append(merged.Parts, r.Parts...)
	}
	slices.SortFunc(merged.Parts, func(a, b Part) int { return a.Part - b.Part })
	for i, p := range merged.Parts {
		if p.Of != merged.Parts[0].Of {
			return nil, fmt.Errorf("part %d/%d is of another run than part %d/%d", p.Part, p.Of, merged.Parts[0].Part, merged.Parts[0].Of)
		}
		if i > 0 && p.Part == merged.Parts[i-1].Part {
			return nil, fmt.Errorf("part %d is there twice", p.Part)
		}
	}
	compareClocks(merged.Parts)
	merged.summarize()
	return &merged, nil
}

// Missing is the parts that a merged report lacks.
func (r *Report) Missing() (missing []int) {
	for n := 1; n <= r.Parts[0].Of; n++ {
		if !slices.ContainsFunc(r.Parts, func(p Part) bool { return p.Part == n }) {
			missing = append(missing, n)
		}
	}
	return missing
}

// compareClocks tells by how much each part's clock differs from the first
// one's. Of two that heard each other, half the difference of what the fastest
// thing seemed to take in either direction is the clocks', and half the sum is
// how far that may be off (as in NTP, RFC 5905, section 8). Parts that did not
// hear each other are compared through others.
func compareClocks(parts []Part) {
	for i := range parts {
		parts[i].OffsetMS, parts[i].WithinMS = 0, never
	}
	parts[0].WithinMS = 0
	for range parts {
		for i := range parts {
			known := &parts[i]
			if known.WithinMS < 0 {
				continue
			}
			for j := range parts {
				p := &parts[j]
				offset, within, ok := between(known, p)
				if within += known.WithinMS; j > 0 && ok && (p.WithinMS < 0 || within < p.WithinMS) {
					p.OffsetMS, p.WithinMS = known.OffsetMS+offset, within
				}
			}
		}
	}
}

// between is the clock of b less that of a, in milliseconds.
func between(a, b *Part) (offset, within float64, ok bool) {
	to, ok1 := b.clockOf(a.Part) // seemed to take from a to b
	back, ok2 := a.clockOf(b.Part)
	return (to - back) / 2, max((to+back)/2, 0), ok1 && ok2
}

func (p *Part) clockOf(part int) (leastMS float64, ok bool) {
	for _, c := range p.Clock {
		if c.Part == part {
			return float64(c.LeastUS) / 1000, true
		}
	}
	return 0, false
}

// shift is what to add to latencies that a part has of another, off which so many
// microseconds were taken. It is false if that cannot be told.
func (r *Report) shift(p *Part, of int, us int64) (time.Duration, bool) {
	if of == p.Part {
		return 0, true
	}
	for i := range r.Parts {
		from := &r.Parts[i]
		if from.Part == of && from.WithinMS >= 0 && p.WithinMS >= 0 {
			return micros(us) - duration(p.OffsetMS-from.OffsetMS), true
		}
	}
	return 0, false
}

// duration is that many milliseconds, to the microsecond.
func duration(ms float64) time.Duration {
	return time.Duration(math.Round(ms*1000)) * time.Microsecond
}

// ShiftOf is what to add to the latencies of a pair that a part has measured, in
// milliseconds. It is false if that cannot be told.
func (r *Report) ShiftOf(p Part, pair Pair) (shiftMS float64, ok bool) {
	from, _ := senderOf(namePrefix+pair.From, p.Of)
	for _, ops := range p.Operations {
		if ops.Part == from.part {
			shift, ok := r.shift(&p, ops.Part, ops.ShiftUS)
			return float64(shift.Microseconds()) / 1000, ok
		}
	}
	return 0, from.part == p.Part
}
