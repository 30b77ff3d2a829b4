package loadtest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
)

// report puts together what was measured. The error says why no bot got in.
func (r *Run) report(ctx context.Context, server *serverWatch) (*Report, error) {
	rep := &Report{
		Type: reportType, Version: reportVersion, Room: r.cfg.Rooms[0],
		Started: r.clock.start, Settings: r.cfg.settings(), Ended: "done",
	}
	p := r.part()
	p.Server, p.ServerAtMS = server.gauges(), server.at
	var err error
	switch {
	case ctx.Err() != nil:
		rep.Ended = "interrupted"
		p.Refused = r.turnedAway() // who had not set out was not refused
	case p.Joined == 0:
		rep.Ended = "failed"
		err = fmt.Errorf("no bot got in: %w", r.why())
	}
	rep.Parts = []Part{p}
	rep.summarize()
	return rep, err
}

// turnedAway counts our first bots that were refused.
func (r *Run) turnedAway() (n int) {
	for _, b := range r.all() {
		if b.end == "refused" && b.life == 0 && b.number < r.cfg.Bots {
			n++
		}
	}
	return n
}

// why is why the first bot that was refused was.
func (r *Run) why() error {
	for _, b := range r.all() {
		if b.end == "refused" {
			return b.cause
		}
	}
	return fmt.Errorf("none had joined after %v", settleTime)
}

// part is our part of the report. All bots have ended.
func (r *Run) part() Part {
	host, _ := os.Hostname() // of no great use
	p := Part{
		Part: r.cfg.Part, Of: r.cfg.Parts, Host: host, CPUs: runtime.GOMAXPROCS(0),
		StartUS: r.clock.at(r.clock.start), MeshMS: never, ConvergeMS: never,
		Arrived: r.total.arrived, Left: r.total.left, Kills: r.total.kills, Cuts: r.total.cuts, Drops: r.total.drops,
		Open: r.drawn.open, Expected: r.drawn.expected, Sums: r.drawn.sums,
		Clock: r.offsets.seen(), Failures: r.failures.causes(),
		Slices: r.meter.slices, SliceMS: ms(r.meter.every), Usage: r.meter.usage(),
	}
	from, end := r.cfg.mine()
	p.Planned = end - from
	p.Joined, _ = r.joined()
	p.Refused = p.Planned - p.Joined
	for i, h := range r.meter.total {
		if h.Count() > 0 {
			p.Latency = append(p.Latency, From{i + 1, r.offsets.shiftOf(i + 1), *h})
		}
	}
	var last int64
	for _, b := range r.all() {
		b.addTo(&p)
		last = max(last, b.lastDue)
	}
	p.ForeignOps = p.Foreign
	slices.SortFunc(p.Links, func(a, b Link) int { return cmp.Compare(a.AtMS, b.AtMS) })
	if r.drawn.mesh > 0 {
		p.MeshMS = r.clock.ms(r.drawn.mesh)
	}
	if !r.began.IsZero() {
		p.DrawMS = r.clock.ms(r.clock.at(r.began))
		p.SpanMS = max(r.clock.ms(r.drawn.end)-p.DrawMS, 0)
	}
	if last > 0 {
		p.LastMS = r.clock.ms(last)
		p.LastOpMS = p.LastMS
		if r.drawn.agreed > 0 {
			p.ConvergeMS = max(r.clock.ms(r.drawn.agreed)-p.LastMS, 0)
		}
	}
	return p
}

// never is a time that has not come.
const never = -1

// addTo adds what the bot has to tell.
func (b *participant) addTo(p *Part) {
	took := b.http.entered()
	rec := BotResult{
		Name: b.name, Room: b.room, Writer: b.writer, AtMS: b.run.clock.ms(b.began), Due: b.due, Sent: b.sent, End: b.end,
		TokenMS: ms(took.token), StreamMS: ms(took.stream), JoinMS: ms(took.join),
	}
	if b.cause != nil {
		rec.Cause = b.cause.Error()
	}
	p.Bots = append(p.Bots, rec)
	p.Links = append(p.Links, b.opened...)
	p.LinksLost += b.lost
	p.StreamsCut += b.cuts
	if b.down {
		p.StreamsOut++
	}
	p.Foreign += b.ledger.foreign
	p.Pace.Merge(&b.pace, 0)
	for _, c := range b.links {
		b.ledger.carried(c.to, c.bytes)
	}
	var pairs []Pair
	for _, t := range b.ledger.byName {
		pair := Pair{
			Bot: b.name, From: t.from.name, Delivered: t.delivered, Late: t.late, Twice: t.twice, Wiped: t.wiped,
			Timed: t.timed, MaxMS: float64(t.max) / 1000,
			SentBytes: t.bytes.Sent, ReceivedBytes: t.bytes.Received,
		}
		if t.timed > 0 {
			pair.MeanMS = float64(t.sum/int64(t.timed)) / 1000
		}
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return cmp.Compare(a.From, b.From) })
	p.Pairs = append(p.Pairs, pairs...)
}

// usage is what the run has used.
func (m *meter) usage() Usage {
	u := m.peak
	u.CPUMS = ms(m.last.cpu - m.first.cpu)
	if !m.ready.at.IsZero() {
		u.SetupMS = ms(m.ready.cpu - m.first.cpu)
		u.MeshRSS = max(m.ready.rss-m.first.rss, 0)
		u.MeshGoroutines = max(m.ready.goroutines-m.first.goroutines, 0)
	}
	if !m.done.at.IsZero() {
		u.DrawMS = ms(m.done.cpu - m.ready.cpu)
		u.Cores, u.Machine = m.done.load(m.ready.reading)
		u.SentBytes, u.ReceivedBytes = m.done.sent-m.ready.sent, m.done.received-m.ready.received
	}
	return u
}
