package loadtest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"
)

// running is how a report has ended of a run that has not.
const running = "running"

// report puts together what was measured. The error says why no bot got in. asked
// is the context that the run was given.
func (r *Run) report(asked context.Context, server *serverWatch) (*Report, error) {
	rep := r.newReport("done", r.clock.start)
	p := r.part(true)
	p.Server, p.ServerAtMS = server.gauges(), server.at
	var err error
	switch rep.Aborted = r.aborted.reason(); {
	case asked.Err() != nil:
		rep.Ended = "interrupted"
	case rep.Aborted != nil:
		rep.Ended = "aborted"
	case p.Joined == 0 && p.Planned > 0:
		rep.Ended = "failed"
		err = fmt.Errorf("no bot got in: %w", r.why())
	}
	if rep.Ended != "done" && err == nil {
		p.Refused = r.turnedAway() // who had not set out was not refused
	}
	rep.Parts = []Part{p}
	rep.summarize()
	return rep, err
}

// newReport is a report without its parts.
func (r *Run) newReport(ended string, started time.Time) *Report {
	return &Report{
		Type: reportType, Version: reportVersion, Room: r.cfg.Rooms[0],
		Started: started, Settings: r.cfg.settings(), Ended: ended,
	}
}

// Snapshot is a report of a run that goes on, or has not begun: what is known so
// far, without the links and pairs, and the figures that are made of them. It may be
// called at any time.
func (r *Run) Snapshot() *Report {
	rep := r.newReport(running, r.cfg.StartAt)
	rep.Parts = []Part{{Part: r.cfg.Part, Of: r.cfg.Parts, MeshMS: never, ConvergeMS: never}}
	if r.meter.started() {
		r.handIn()
		rep.Started, rep.Parts[0] = r.clock.start, r.part(false)
	}
	rep.Aborted = r.aborted.reason()
	rep.summarize()
	return rep
}

// turnedAway counts our bots that set out and never got in.
func (r *Run) turnedAway() (n int) {
	in, set := make(map[int]bool), make(map[int]bool)
	for _, b := range r.all() {
		b.mu.Lock()
		set[b.number] = set[b.number] || b.end == "refused"
		in[b.number] = in[b.number] || b.peer != nil
		b.mu.Unlock()
	}
	for number, refused := range set {
		if refused && !in[number] {
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

// mine is how many bots are our part's, but for those that arrive.
func (r *Run) mine() (n int) {
	for _, c := range r.casts {
		n += c.share(r.cfg.Part, r.cfg.Parts)
	}
	return n
}

// part is our part of the report, without the long lists unless all bots have
// ended.
func (r *Run) part(ended bool) Part {
	host, _ := os.Hostname() // of no great use
	p := Part{
		Part: r.cfg.Part, Of: r.cfg.Parts, Host: host, CPUs: runtime.GOMAXPROCS(0),
		StartUS: r.clock.at(r.clock.start), MeshMS: never, ConvergeMS: never,
		Clock: r.offsets.seen(), Failures: r.failures.causes(),
		Slices: r.meter.slicesSoFar(), SliceMS: ms(r.meter.every), Usage: r.meter.usage(),
		Planned: r.mine(), Joined: r.joined(),
	}
	p.Operations, p.Own = r.observed.all()
	r.shift(p.Operations)
	var last int64
	for _, b := range r.all() {
		b.addTo(&p, ended)
		last = max(last, b.latestDue())
	}
	slices.SortFunc(p.Links, func(a, b Link) int { return cmp.Compare(a.AtMS, b.AtMS) })
	r.mu.Lock()
	defer r.mu.Unlock()
	p.Arrived, p.Left, p.Kills, p.Cuts, p.Drops = r.total.arrived, r.total.left, r.total.kills, r.total.cuts, r.total.drops
	p.Sums = r.drawn.sums
	p.Refused = p.Planned + p.Arrived - p.Joined
	if r.drawn.mesh > 0 {
		p.MeshMS = r.clock.ms(r.drawn.mesh)
	}
	if r.hasBegun() {
		p.DrawMS = r.clock.ms(r.clock.at(r.began))
		p.SpanMS = max(r.clock.ms(cmp.Or(r.drawn.end, r.clock.at(time.Now())))-p.DrawMS, 0)
	}
	if last > 0 {
		p.LastMS = r.clock.ms(last)
		if r.drawn.agreed > 0 {
			p.ConvergeMS = max(r.clock.ms(r.drawn.agreed)-p.LastMS, 0)
		}
	}
	return p
}

// latestDue is when the last operation of the bot was due.
func (b *participant) latestDue() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lastDue
}

// never is a time that has not come.
const never = -1

// addTo adds what the bot has to tell: once it has ended, all of it.
func (b *participant) addTo(p *Part, ended bool) {
	took := b.http.entered()
	ends := b.run.endsOf(b)
	b.mu.Lock()
	defer b.mu.Unlock()
	rec := BotResult{
		Name: b.name, Scenario: b.cast.Name, Room: b.room + 1, Writer: b.writer, AtMS: b.run.clock.ms(b.began),
		Due: b.due, Sent: b.sent, End: b.end,
		TokenMS: ms(took.token), StreamMS: ms(took.stream), JoinMS: ms(took.join),
		Open: ends.open, Expected: ends.expected, LinksLost: b.lost, StreamsCut: b.cuts, StreamOut: b.down,
		Script: b.script, BusyMS: ms(b.scriptTime), RanMS: ms(b.ran),
	}
	switch {
	case b.cause != nil:
		rec.Cause = b.cause.Error()
	case b.end == "" && b.peer == nil:
		rec.End = "joining"
	case b.end == "":
		rec.End = running
	}
	p.Bots = append(p.Bots, rec)
	p.Open += ends.open
	p.Expected += ends.expected
	p.LinksLost += b.lost
	p.StreamsCut += b.cuts
	if b.down {
		p.StreamsOut++
	}
	p.Foreign += b.ledger.foreign
	if !ended {
		return
	}
	p.Links = append(p.Links, b.opened...)
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

// usage is what the run has used so far.
func (m *meter) usage() Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, done := m.peak, m.done
	if done.at.IsZero() {
		done = m.last // it still draws
	}
	u.CPUMS = ms(m.last.cpu - m.first.cpu)
	if !m.ready.at.IsZero() {
		u.SetupMS = ms(m.ready.cpu - m.first.cpu)
		u.MeshRSS = max(m.ready.rss-m.first.rss, 0)
		u.MeshGoroutines = max(m.ready.goroutines-m.first.goroutines, 0)
	}
	if !m.ready.at.IsZero() && done.at.After(m.ready.at) {
		u.DrawMS = ms(done.cpu - m.ready.cpu)
		u.Cores, u.Machine = done.load(m.ready.reading)
		u.SentBytes, u.ReceivedBytes = done.sent-m.ready.sent, done.received-m.ready.received
	}
	return u
}
