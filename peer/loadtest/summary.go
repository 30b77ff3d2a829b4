package loadtest

import (
	"maps"
	"strings"
)

// Spread is the durations of a metric, such as latency, perhaps with tags, such as
// latency{scenario:writers}; none if there is no such metric.
func (r *Report) Spread(name string) *Histogram {
	name, tags, braced := strings.Cut(name, "{")
	var f filter
	if braced {
		s, err := selectorOf(name + ".max{" + tags)
		if err != nil {
			return new(Histogram)
		}
		f = s.filter
	}
	return r.spread(name, f)
}

func (r *Report) spread(name string, f filter) *Histogram {
	h := new(Histogram)
	for i := range r.Parts {
		p := &r.Parts[i]
		switch name {
		case "latency":
			h.heard(r, p, p.Operations, f)
		case "pace":
			for _, ops := range p.Operations {
				if f.lets(ops.Tags) {
					h.Merge(&ops.Pace, 0)
				}
			}
		case "token", "stream", "join":
			for _, b := range p.Bots {
				if v := b.took(name); v > 0 && f.bot(b) {
					h.Add(duration(v))
				}
			}
		default:
			through := p.through(f)
			for _, l := range p.Links {
				if through[l.Bot] {
					h.Add(duration(l.part(name)))
				}
			}
		}
	}
	return h
}

// heard adds the latencies of operations that a part has heard, by the first
// part's clock.
func (h *Histogram) heard(r *Report, p *Part, operations []Operations, f filter) {
	for i := range operations {
		ops := &operations[i]
		if shift, ok := r.shift(p, ops.Part, ops.ShiftUS); ok && f.lets(ops.Tags) {
			h.Merge(&ops.Latency, shift)
		}
	}
}

// through are the bots of a part that a filter lets through.
func (p *Part) through(f filter) map[string]bool {
	through := make(map[string]bool)
	for _, b := range p.Bots {
		if f.bot(b) {
			through[b.Name] = true
		}
	}
	return through
}

// part is one of the link.… metrics.
func (l Link) part(name string) float64 {
	switch name {
	case "link.signaling":
		return l.SignalingMS
	case "link.ice":
		return l.ICEMS
	case "link.dtls":
		return l.DTLSMS
	case "link.channel":
		return l.ChannelMS
	}
	return l.SignalingMS + l.ICEMS + l.DTLSMS + l.ChannelMS
}

// summarize works out the metrics from what the parts measured.
func (r *Report) summarize() {
	r.Metrics = make(map[string]Value)
	for _, f := range spreads {
		h, absent := r.spread(f.name, filter{}), r.absent(f.name, filter{})
		for _, part := range []string{"min", "mean", "p50", "p90", "p99", "p99.9", "max"} {
			if v, ok := h.of(part, absent); ok {
				r.Metrics[f.name+"."+part] = v
			}
		}
	}
	r.sumTimes()
	maps.Copy(r.Metrics, r.counts(filter{}))
	r.sumUsage()
	r.sumOwn()
	r.Remarks = r.remarks()
}

func (r *Report) set(name string, value, of float64) { set(r.Metrics, name, value, of) }

// set sets a metric of the load test's own.
func set(metrics map[string]Value, name string, value, of float64) {
	s, err := named(name)
	if err != nil {
		panic(err) // there is none
	}
	metrics[name] = Value{value, s.unit, of}
}

// sumTimes takes the part that was last for the whole.
func (r *Report) sumTimes() {
	start, mesh := r.Parts[0].time(0), r.Parts[0].time(0)
	for _, p := range r.Parts {
		start = min(start, p.time(0))
	}
	drawn, last, agreed, whole, same := false, 0.0, 0.0, true, r.agreed()
	for _, p := range r.Parts {
		whole = whole && p.MeshMS >= 0
		mesh = max(mesh, p.time(p.MeshMS))
		if p.LastMS > 0 {
			drawn = true
			last = max(last, p.time(p.LastMS))
			same = same && p.ConvergeMS >= 0
			agreed = max(agreed, p.time(p.LastMS+p.ConvergeMS))
		}
	}
	if whole {
		r.set("mesh", mesh-start, 0)
	}
	if drawn && same {
		r.set("converged", max(agreed-last, 0), 0)
	}
}

// time is a time of the part's, in milliseconds by the first part's clock.
func (p Part) time(at float64) float64 { return float64(p.StartUS)/1000 + at - p.OffsetMS }

// agreed reports whether each room's drawing came to the same everywhere.
func (r *Report) agreed() bool {
	sums := make(map[int]string)
	for _, p := range r.Parts {
		if p.Joined == 0 {
			continue
		}
		for _, s := range p.Sums {
			if before, known := sums[s.Room]; s.Sum == "" || known && before != s.Sum {
				return false
			}
			sums[s.Room] = s.Sum
		}
	}
	return true
}

func (r *Report) sumUsage() {
	var u Usage
	var ends, all, timed, carried, carriers float64
	for _, p := range r.Parts {
		u.Cores += p.Usage.Cores
		u.Machine = max(u.Machine, p.Usage.Machine)
		u.SetupMS += p.Usage.SetupMS
		u.DrawMS += p.Usage.DrawMS
		u.PeakRSS += p.Usage.PeakRSS
		u.MeshRSS += p.Usage.MeshRSS
		u.PeakGoroutines += p.Usage.PeakGoroutines
		u.MeshGoroutines += p.Usage.MeshGoroutines
		u.SentBytes += p.Usage.SentBytes
		if p.DrawMS > 0 {
			ends += float64(p.openedBy(p.DrawMS))
		}
		for _, pair := range p.Pairs {
			all += float64(pair.Delivered)
			timed += float64(pair.Timed)
			if pair.SentBytes > 0 {
				carried += float64(pair.SentBytes)
				carriers++
			}
		}
	}
	if r.Ended != running {
		r.set("bytes.links", carried, 0)
	}
	if carriers > 0 {
		r.set("bytes.link", 2*carried/carriers, 0)
	}
	r.set("cpu", 100*u.Cores, 0)
	if u.Machine > 0 {
		r.set("cpu.machine", 100*u.Machine, 0)
	}
	if u.PeakRSS > 0 {
		r.set("memory", float64(u.PeakRSS), 0)
	}
	r.set("goroutines", float64(u.PeakGoroutines), 0)
	r.set("bytes.sent", float64(u.SentBytes), 0)
	if ends > 0 {
		r.set("cpu.link", 2*u.SetupMS/ends, 0)
		if u.MeshRSS > 0 { // a process that ran before has memory to reuse
			r.set("memory.link", float64(u.MeshRSS)/ends, 0)
		}
		r.set("goroutines.link", float64(u.MeshGoroutines)/ends, 0)
	}
	if timed > 0 {
		r.set("cpu.op", u.DrawMS/all, 0)
		r.set("bytes.op", float64(u.SentBytes)/all, 0)
	}
}

// openedBy counts the ends of links that had opened by a time.
func (p *Part) openedBy(at float64) (n int) {
	for _, l := range p.Links {
		if l.AtMS <= at {
			n++
		}
	}
	return n
}
