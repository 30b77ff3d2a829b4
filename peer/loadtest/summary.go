package loadtest

// Spread is the durations of a metric, such as latency.
func (r *Report) Spread(name string) *Histogram {
	h := new(Histogram)
	for i := range r.Parts {
		p := &r.Parts[i]
		switch name {
		case "latency":
			for _, f := range p.Latency {
				if shift, ok := r.shift(p, f); ok {
					h.Merge(&f.Latency, shift)
				}
			}
		case "pace":
			h.Merge(&p.Pace, 0)
		case "token", "stream", "join":
			for _, b := range p.Bots {
				if v := b.took(name); v > 0 {
					h.Add(duration(v))
				}
			}
		default:
			for _, l := range p.Links {
				h.Add(duration(l.part(name)))
			}
		}
	}
	return h
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
		h, absent := r.Spread(f.name), r.absent(f.name)
		for _, part := range []string{"min", "mean", "p50", "p90", "p99", "p99.9", "max"} {
			if v, ok := h.of(part, absent); ok {
				r.Metrics[f.name+"."+part] = v
			}
		}
	}
	r.sumTimes()
	r.sumCounts()
	r.sumOperations()
	r.sumUsage()
	r.Remarks = r.remarks()
}

func (r *Report) set(name string, value, of float64) {
	f, _, err := metricOf(name)
	if err != nil {
		panic(err) // a name of our own
	}
	r.Metrics[name] = Value{value, f.unit, of}
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

func (r *Report) sumCounts() {
	var joined, planned, refused, open, expected, lost, cut, down, failures float64
	for _, p := range r.Parts {
		joined += float64(p.Joined)
		planned += float64(p.Planned)
		refused += float64(p.Refused)
		open += float64(p.Open)
		expected += float64(p.Expected)
		lost += float64(p.LinksLost)
		cut += float64(p.StreamsCut)
		down += float64(p.StreamsOut)
		for _, c := range p.Failures {
			failures += float64(c.Count)
		}
	}
	r.set("bots.joined", joined, planned)
	r.set("bots.refused", refused, planned)
	failed, all := r.failedBots()
	r.set("bots.failed", float64(failed), float64(all))
	r.set("links.open", open, expected)
	r.set("links.lost", lost, 0)
	r.set("streams.lost", cut, 0)
	r.set("streams.down", down, 0)
	r.set("failures", failures, 0)
}

// failedBots counts those that ended by a failure of their own, of all that came.
func (r *Report) failedBots() (failed, all int) {
	for _, p := range r.Parts {
		for _, b := range p.Bots {
			if all++; b.End == "failed" {
				failed++
			}
		}
	}
	return failed, all
}

func (r *Report) sumOperations() {
	c := r.operations()
	span := 0.0
	for _, p := range r.Parts {
		span = max(span, p.SpanMS/1000)
	}
	set := func(name string, n, of int) { r.set(name, float64(n), float64(of)) }
	set("ops.sent", c.sent, c.due)
	set("ops.unsent", c.unsent, c.due)
	set("ops.delivered", c.expected-c.lost, c.expected)
	set("ops.lost", c.lost, c.expected)
	set("ops.duplicate", c.twice, c.delivered)
	set("ops.disordered", c.late, c.delivered)
	if span > 0 {
		r.set("ops.rate", float64(c.delivered)/span, 0)
	}
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
	r.set("bytes.links", carried, 0)
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
		for _, name := range []string{"cpu.op", "cpu.stroke"} {
			r.set(name, u.DrawMS/all, 0)
		}
		for _, name := range []string{"bytes.op", "bytes.stroke"} {
			r.set(name, float64(u.SentBytes)/all, 0)
		}
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
