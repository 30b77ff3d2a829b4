package loadtest

import (
	"math"
	"slices"
	"sync"
	"time"
)

// A meter looks at a run again and again, while it lasts. Its mutex guards what
// Status reads.
type meter struct {
	run   *Run
	every time.Duration
	end   chan struct{}
	task  sync.WaitGroup

	first, ready, done snapshot

	mu     sync.Mutex
	slices []Slice
	status Status
	peak   Usage
	last   snapshot
	recent []moment // the last slices, for Status
}

// A moment is what Status needs of a slice.
type moment struct {
	at              time.Time // when it ended
	sent, delivered int
	latency         *Histogram
}

// A snapshot is what had been used, sent and received at some time.
type snapshot struct {
	reading
	sent, received int64 // bytes
	failed         int
}

// A Status is how a run goes.
type Status struct {
	Phase          string // "waiting", "joining", "drawing", "converging" or "leaving"
	Joined, Bots   int
	Open, Expected int     // ends of links
	Sent           float64 // operations a second
	Delivered      float64 // likewise
	P50, P99       time.Duration
	Failures       int
	Cores          float64
}

// The slices of a run: some sixty, of a fifth of a second at least.
const (
	minSlice = 200 * time.Millisecond
	maxSlice = 10 * time.Second
)

// recentTime is what the live display's percentiles are about.
const recentTime = 2 * time.Second

func (m *meter) init(r *Run) {
	m.run = r
	m.every = min(max((r.cfg.Duration/60).Round(100*time.Millisecond), minSlice), maxSlice)
	m.end = make(chan struct{})
	m.status = Status{Phase: "waiting", Bots: r.mine()}
}

// start begins to look, and returns what ends that.
func (m *meter) start() (stop func()) {
	m.mark(&m.first)
	m.mark(&m.last)
	m.task.Go(func() {
		for next := m.run.clock.start; ; {
			// A slice that took too long to take is not made up for.
			next = next.Add(time.Since(next).Truncate(m.every) + m.every)
			select {
			case <-time.After(time.Until(next)):
				m.slice()
			case <-m.end:
				m.slice()
				return
			}
		}
	})
	return func() {
		close(m.end)
		m.task.Wait()
	}
}

// mark notes how things stand.
func (m *meter) mark(s *snapshot) {
	now := m.look()
	m.mu.Lock()
	defer m.mu.Unlock()
	*s = now
}

func (m *meter) look() snapshot {
	s := snapshot{reading: readUsage(), failed: m.run.failures.count()}
	for _, b := range m.run.all() {
		s.sent += b.net.sent.Load()
		s.received += b.net.received.Load()
	}
	return s
}

// slice ends one slice and begins the next.
func (m *meter) slice() {
	now := m.look()
	m.run.handIn()
	m.mu.Lock()
	defer m.mu.Unlock()
	slice := Slice{
		AtMS: ms(now.at.Sub(m.run.clock.start)), Drawing: m.run.isDrawing(), Failures: now.failed - m.last.failed,
		RSS: now.rss, Heap: now.heap, Goroutines: now.goroutines,
	}
	slice.Cores, slice.Machine = now.load(m.last.reading)
	slice.Open, slice.Expected = m.run.links()
	slice.Operations, slice.Own = m.run.observed.cut()
	m.run.shift(slice.Operations)
	own := new(Histogram)
	for i := range slice.Operations {
		ops := &slice.Operations[i]
		slice.Sent += ops.Sent
		slice.Delivered += ops.Delivered
		if ops.Part == m.run.cfg.Part {
			own.Merge(&ops.Latency, 0)
		}
	}
	m.slices = append(m.slices, slice)
	m.peak.PeakRSS = max(m.peak.PeakRSS, now.rss)
	m.peak.PeakGoroutines = max(m.peak.PeakGoroutines, now.goroutines)
	m.show(slice, now, own)
	m.last = now
}

// handIn lets all bots hand in what they have observed.
func (r *Run) handIn() {
	for _, b := range r.all() {
		b.mu.Lock()
		b.notes.handIn()
		b.mu.Unlock()
	}
}

// shift notes by how much the latencies of other parts' operations were shifted.
func (r *Run) shift(operations []Operations) {
	for i := range operations {
		operations[i].ShiftUS = r.offsets.shiftOf(operations[i].Part)
	}
}

// show brings the status up to date. m.mu is held.
func (m *meter) show(slice Slice, now snapshot, latency *Histogram) {
	m.recent = append(m.recent, moment{time.Now(), slice.Sent, slice.Delivered, latency})
	keep := int(math.Ceil(float64(recentTime)/float64(m.every))) + 1
	m.recent = m.recent[max(0, len(m.recent)-keep):]
	all, sent, delivered := new(Histogram), 0, 0
	for _, r := range m.recent[1:] { // what came since the first one ended
		all.Merge(r.latency, 0)
		sent += r.sent
		delivered += r.delivered
	}
	seconds := max(time.Since(m.recent[0].at), m.every).Seconds()
	m.status = Status{
		Phase: m.status.Phase, Joined: m.run.joined(), Bots: m.status.Bots,
		Open: slice.Open, Expected: slice.Expected,
		Sent: float64(sent) / seconds, Delivered: float64(delivered) / seconds,
		P50: all.Percentile(50), P99: all.Percentile(99),
		Failures: now.failed, Cores: slice.Cores,
	}
}

// started reports whether there is anything to tell.
func (m *meter) started() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.first.at.IsZero()
}

// slicesSoFar are those that are complete.
func (m *meter) slicesSoFar() []Slice {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clip(m.slices)
}

// load is how many processors were busy for the process since before, and which
// part of the machine was.
func (r reading) load(before reading) (cores, machine float64) {
	if took := r.at.Sub(before.at); took > 0 {
		cores = float64(r.cpu-before.cpu) / float64(took)
	}
	if total := r.total - before.total; total > 0 {
		machine = (r.busy - before.busy) / total
	}
	return cores, machine
}

// isDrawing reports whether the bots draw.
func (r *Run) isDrawing() bool { return r.hasBegun() && r.draw.Err() == nil }

// Status tells how the run goes. It may be called at any time.
func (r *Run) Status() Status {
	r.meter.mu.Lock()
	defer r.meter.mu.Unlock()
	return r.meter.status
}

// phase says what the run is at.
func (r *Run) phase(name string) {
	r.meter.mu.Lock()
	defer r.meter.mu.Unlock()
	r.meter.status.Phase = name
}
