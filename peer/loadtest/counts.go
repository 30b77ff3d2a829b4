package loadtest

// counts are the figures that are counts of what bots did, of those that a filter
// lets through.
func (r *Report) counts(f filter) map[string]Value {
	m := make(map[string]Value)
	r.countBots(m, f)
	r.countOperations(m, f)
	r.countScripts(m, f)
	if passed, all := r.checks(f); all > 0 {
		set(m, "checks", float64(passed), float64(all))
	}
	if f == (filter{}) {
		failures := 0
		for _, p := range r.Parts {
			for _, c := range p.Failures {
				failures += c.Count
			}
		}
		set(m, "failures", float64(failures), 0)
	}
	return m
}

// countBots counts bots, and what became of their links and streams.
func (r *Report) countBots(m map[string]Value, f filter) {
	var open, expected, lost, cut, down, failed, all int
	for _, p := range r.Parts {
		if f == (filter{}) {
			open, expected = open+p.Open, expected+p.Expected
			lost, cut, down = lost+p.LinksLost, cut+p.StreamsCut, down+p.StreamsOut
		}
		for _, b := range p.Bots {
			if !f.bot(b) {
				continue
			}
			all++
			if b.End == "failed" {
				failed++
			}
			if f == (filter{}) {
				continue
			}
			open, expected = open+b.Open, expected+b.Expected
			lost, cut = lost+b.LinksLost, cut+b.StreamsCut
			if b.StreamOut {
				down++
			}
		}
	}
	joined, refused, planned := r.arrivals(f)
	set(m, "bots.joined", float64(joined), float64(planned))
	set(m, "bots.refused", float64(refused), float64(planned))
	set(m, "bots.failed", float64(failed), float64(all))
	set(m, "links.lost", float64(lost), 0)
	set(m, "streams.lost", float64(cut), 0)
	if r.Ended != running {
		set(m, "links.open", float64(open), float64(expected))
		set(m, "streams.down", float64(down), 0)
	}
}

// arrivals counts the bots that got in and those that did not, of those that were
// to come. Of a scenario or a room, these are who has set out.
func (r *Report) arrivals(f filter) (joined, refused, planned int) {
	for _, p := range r.Parts {
		if f == (filter{}) {
			joined += p.Joined
			refused += p.Refused
			planned += p.Planned + p.Arrived
			continue
		}
		in := make(map[string]bool) // by whoever goes by a number
		for _, b := range p.Bots {
			if f.bot(b) {
				in[b.number()] = in[b.number()] || b.gotIn()
			}
		}
		for _, in := range in {
			planned++
			if in {
				joined++
			} else {
				refused++
			}
		}
	}
	return joined, refused, planned
}

// gotIn reports whether the bot was in its room.
func (b BotResult) gotIn() bool {
	return b.End != "refused" && b.End != "interrupted" && b.End != "joining"
}

// countOperations counts operations: by stage and group, and while the run goes,
// without what should have come.
func (r *Report) countOperations(m map[string]Value, f filter) {
	if r.Ended == running || f.Stage > 0 || f.Group != "" {
		var sum Operations
		for _, p := range r.Parts {
			for _, ops := range p.Operations {
				if f.lets(ops.Tags) {
					sum.Sent += ops.Sent
					sum.Delivered += ops.Delivered
					sum.Late += ops.Late
					sum.Twice += ops.Twice
				}
			}
		}
		r.setOperations(m, operationCount{sent: sum.Sent, delivered: sum.Delivered, late: sum.Late, twice: sum.Twice})
		set(m, "ops.delivered", float64(sum.Delivered), 0)
		return
	}
	c := r.operations(f)
	r.setOperations(m, c)
	set(m, "ops.unsent", float64(c.unsent), float64(c.due))
	set(m, "ops.delivered", float64(c.expected-c.lost), float64(c.expected))
	set(m, "ops.lost", float64(c.lost), float64(c.expected))
}

// setOperations sets what is known of operations at any time.
func (r *Report) setOperations(m map[string]Value, c operationCount) {
	set(m, "ops.sent", float64(c.sent), float64(c.due))
	set(m, "ops.duplicate", float64(c.twice), float64(c.delivered))
	set(m, "ops.disordered", float64(c.late), float64(c.delivered))
	if span := r.span(); span > 0 {
		set(m, "ops.rate", float64(c.delivered)/span, 0)
	}
}

// span is for how long was drawn, in seconds.
func (r *Report) span() (span float64) {
	for _, p := range r.Parts {
		span = max(span, p.SpanMS/1000)
	}
	return span
}

// countScripts tells how busy the scripts were that bots follow, if there are any.
func (r *Report) countScripts(m map[string]Value, f filter) {
	var busy, busiest float64
	var failed, scripts int
	for _, p := range r.Parts {
		for _, b := range p.Bots {
			if !b.Script || !f.bot(b) {
				continue
			}
			scripts++
			busy += b.BusyMS
			busiest = max(busiest, b.busy())
			if b.End == "failed" {
				failed++
			}
		}
	}
	if scripts == 0 {
		return
	}
	set(m, "script.errors", float64(failed), float64(scripts))
	set(m, "script.busiest", 100*busiest, 0)
	if span := r.span(); span > 0 {
		set(m, "script.busy", busy/span/10, 0)
	}
}

// busy is the share of the bot's time that its script was.
func (b BotResult) busy() float64 {
	if b.RanMS == 0 {
		return 0
	}
	return b.BusyMS / b.RanMS
}
