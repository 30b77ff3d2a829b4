package loadtest

// operationCount is what became of the operations of a report.
type operationCount struct {
	due, sent, unsent      int // operations
	expected, lost         int // operations, times those who should have them
	delivered, late, twice int // operations, times those who have them
	missing                int // lost, and never drawn, times those who would have heard
}

// operations counts who lacks what of those whom a filter lets through. Only bots
// that stayed to the end can lack something; of one that was killed, only what
// anybody has heard can be lacked.
func (r *Report) operations(f filter) (c operationCount) {
	bots := make(map[string]BotResult)
	senders := make(map[string]bool)
	heard := make(map[string]int) // the most that anybody has, by sender
	got := make(map[[2]string]Pair)
	for _, p := range r.Parts {
		for _, b := range p.Bots {
			bots[b.Name] = b
			if f.bot(b) {
				senders[b.Name] = true
				c.sent += b.Sent
				c.due += b.Due
				c.unsent += b.unsent()
			}
		}
	}
	for _, p := range r.Parts {
		for _, pair := range p.Pairs {
			if !senders[pair.From] && f != (filter{}) {
				continue
			}
			got[[2]string{pair.Bot, pair.From}] = pair
			c.delivered += pair.Delivered
			c.late += pair.Late
			c.twice += pair.Twice
			heard[pair.From] = max(heard[pair.From], pair.Delivered)
		}
	}
	for _, to := range bots {
		if to.End != "stayed" {
			continue
		}
		for _, from := range bots {
			if !senders[from.Name] || from.Room != to.Room || from.Name == to.Name {
				continue
			}
			want := from.Sent
			if from.End == "killed" || from.End == "lost" {
				want = heard[from.Name]
			}
			pair := got[[2]string{to.Name, from.Name}]
			want -= min(pair.Wiped, want)
			c.expected += want
			c.lost += max(want-pair.Delivered, 0)
			c.missing += from.unsent()
		}
	}
	c.missing += c.lost
	return c
}

// unsent is how many operations the bot should have drawn, and has not.
func (b BotResult) unsent() int { return max(b.Due-b.Sent, 0) }

// absent is how many durations a spread lacks because what would have taken them
// never came to its end: to a percentile, they are longer than all others.
// While the run goes, and of what is told by stage or group, nobody knows.
func (r *Report) absent(name string, f filter) (n int) {
	switch {
	case r.Ended == running || f.Stage > 0 || f.Group != "":
		return 0
	case name == "latency":
		return r.operations(f).missing
	case name == "pace":
		return r.operations(f).unsent
	}
	switch name {
	case "token", "stream", "join":
		for _, p := range r.Parts {
			for _, b := range p.Bots {
				if f.bot(b) && b.End == "refused" && b.took(name) == 0 {
					n++
				}
			}
		}
		return n
	}
	v := r.counts(f)["links.open"]
	return int(max(v.Of-v.Value, 0))
}

// took is how long a part of entering took, in milliseconds; 0 if it was not done.
func (b BotResult) took(what string) float64 {
	switch what {
	case "token":
		return b.TokenMS
	case "stream":
		return b.StreamMS
	}
	return b.JoinMS
}
