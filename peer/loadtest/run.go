package loadtest

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A Run is one load test, or one part of it. Do does it, once; Status tells
// meanwhile how it goes.
type Run struct {
	once     atomic.Bool // Do has been called
	cfg      Config
	casts    []*cast
	planned  int // bots of all parts, but for those that arrive
	clock    clock
	http     http.RoundTripper
	net      func() transport.Net
	setups   *peer.Setups
	offsets  *clockOffsets
	failures failures
	observed *observed
	aborted  aborted

	joining context.Context // ends with what Do is given, or when the run is aborted
	drawing chan struct{}   // closed when drawing begins
	began   time.Time       // that is when; of use once drawing is closed
	draw    context.Context // ends drawing; likewise
	leaving chan struct{}   // closed when it is time to leave
	slots   sync.WaitGroup  // a goroutine each, in which one bot after another lives
	endings sync.WaitGroup  // of what outlives a bot, until its peer has closed
	turns   chan struct{}   // one slot: taken while a bot joins, if the run is gentle

	// The mutex guards who there is. Whoever holds a bot's may take it, but not the
	// other way round.
	mu    sync.Mutex
	bots  []*participant // all that ever were
	ids   map[signaling.ID]*participant
	sites map[canvas.Site]*participant
	afar  map[canvas.Site]sender // of other parts
	total counts
	drawn drawTimes

	meter meter
}

// counts of what happened to the bots of a run.
type counts struct{ arrived, left, kills, cuts, drops int }

// drawTimes is when things came to pass, in microseconds since 1970; 0 is never.
type drawTimes struct {
	mesh, end, agreed int64
	ends              map[*participant]linkEnds // at the end
	sums              []Sum
}

// New prepares a run.
func New(cfg Config) (*Run, error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	casts, bots := castsOf(cfg.Scenarios, len(cfg.Rooms))
	r := &Run{
		cfg: cfg, casts: casts, planned: bots, observed: newObserved(cfg.Own), aborted: newAborted(),
		http: cfg.HTTP, net: cfg.Net, setups: peer.NewSetups(), offsets: newClockOffsets(cfg.Part, cfg.Parts),
		failures: failures{tell: cfg.OnFailure},
		drawing:  make(chan struct{}), leaving: make(chan struct{}), turns: make(chan struct{}, 1),
		ids: make(map[signaling.ID]*participant), sites: make(map[canvas.Site]*participant), afar: make(map[canvas.Site]sender),
	}
	if r.http == nil {
		tr := http.DefaultTransport.(*http.Transport).Clone()
		tr.MaxIdleConnsPerHost = 64 // each bot has an event stream, and posts beside it
		r.http = tr
	}
	if r.net == nil {
		network, err := stdnet.NewNet() // one scan of the interfaces for all
		if err != nil {
			return nil, err
		}
		r.net = func() transport.Net { return network }
	}
	r.meter.init(r)
	return r, nil
}

var errTwice = errors.New("a run is done once: New makes another")

// Do runs it to its end, or until ctx is done, and returns what was measured.
// The error says why no bot could join, in which case there is little of it, or
// none.
func (r *Run) Do(ctx context.Context) (*Report, error) {
	if !r.once.CompareAndSwap(false, true) {
		return nil, errTwice
	}
	if !wait(ctx, time.Until(r.cfg.StartAt)) {
		return nil, ctx.Err()
	}
	r.clock.start = time.Now()
	asked := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.joining = ctx
	unguard := r.guard(ctx, cancel)
	defer unguard()
	unwatch, err := r.watchServer(ctx)
	if err != nil {
		return nil, err
	}
	stop := r.meter.start()
	r.phase("joining")
	r.ramp(ctx)
	r.settle(ctx)
	r.meter.mark(&r.meter.ready)
	r.phase("drawing")
	r.drawNow(ctx)
	r.meter.mark(&r.meter.done)
	r.phase("converging")
	r.converge(ctx)
	server := unwatch()
	stop()
	r.phase("leaving")
	r.leave()
	return r.report(asked, server)
}

// wait reports whether it could wait for d before ctx was done.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

const (
	pollTime = 2 * time.Millisecond
	maxPoll  = 100 * time.Millisecond
)

// await polls until what it waits for has come, for limit at most, and reports
// whether it has. It spends hardly more than a twentieth of the time on that,
// lest it should slow what it measures.
func await(ctx context.Context, limit time.Duration, come func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		start := time.Now()
		if come() {
			return true
		}
		if !wait(ctx, min(max(pollTime, 20*time.Since(start)), maxPoll)) {
			return come()
		}
	}
}

// settle waits until every bot has joined and every link is open.
func (r *Run) settle(ctx context.Context) {
	if !await(ctx, settleTime, func() bool { return r.whole() && r.together() }) {
		return
	}
	var mesh int64
	for _, b := range r.live() {
		mesh = max(mesh, b.began) // with one bot, there is no link
		mesh = max(mesh, b.lastOpened())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drawn.mesh = mesh
}

// leave lets all bots leave, and waits for that.
func (r *Run) leave() {
	r.countWiped()
	for _, b := range r.live() {
		b.weigh() // before the first one's leaving closes links
	}
	close(r.leaving)
	r.slots.Wait()
	r.endings.Wait()
	if tr, ok := r.http.(*http.Transport); ok && r.cfg.HTTP == nil {
		tr.CloseIdleConnections()
	}
}

// identify makes a bot known by its id.
func (r *Run) identify(id signaling.ID, b *participant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids[id] = b
}

// siteOf is the bot of ours that writes as site.
func (r *Run) siteOf(site canvas.Site) (from sender, when *stamps, ours bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.sites[site]
	if b == nil {
		return sender{}, nil, false
	}
	return b.sender, &b.stamps, true
}

// writes is the bot of another part that writes as site: the one that is said to,
// if any is, or else the one that was to another bot of ours, which may have met
// it before it left.
func (r *Run) writes(site canvas.Site, from sender) (sender, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if from.part == 0 {
		from = r.afar[site]
	} else {
		r.afar[site] = from
	}
	return from, from.part > 0
}

// ended reports whether a peer is a bot of ours that has gone, or is going.
func (r *Run) ended(id signaling.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.ids[id]
	return b != nil && b.gone.Load()
}

func (r *Run) since() time.Duration { return time.Since(r.clock.start) }
