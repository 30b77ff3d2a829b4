package peer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/transport/v5"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/internal/hostile"
	"drawmesh/internal/nettest"
)

// A soakRoom plays a schedule. One goroutine uses it.
type soakRoom struct {
	*testRoom
	*schedule
	*witness
	rng    *rand.Rand
	seats  [seats + 1]*seated // the last one comes when all has healed
	plains [plainSeats]*plainPeer
	eve    *hostile.Member
	siege  context.CancelFunc // ends what eve does
	heals  bool               // nothing is in the way any more
	down   bool               // the server is
	lost   losses
	hosts  int
	drawn  int // segments
	parts  int // strokes
}

// A seated is the peer on a seat.
type seated struct {
	*Peer
	*life
	room   *witness
	view   *raster.View
	follow *View // for view
	ip     string
	hold   chan struct{} // closed when it may hear events
	mine   []*ownStroke
}

// An ownStroke is one that a peer may undo.
type ownStroke struct {
	number int
	ops    []canvas.Segment
}

func newSoakRoom(t *testing.T, s *schedule) *soakRoom {
	r := &soakRoom{schedule: s, witness: newWitness(), rng: rand.New(rand.NewPCG(s.seed, 2))}
	r.testRoom = &testRoom{t: t, wan: nettest.NewWAN(t, s.delay), secret: 'a'}
	r.http = nettest.Serve(t, r.newServer())
	r.lost = losses{dead: make(map[string]bool), frozen: make(map[string]bool), seed: s.seed}
	if s.strangers {
		r.lost.pair = [2]int{0, 1}
	}
	r.wan.Drop(r.lost.filter())
	return r
}

// host is the next host, and its address.
func (r *soakRoom) host() (transport.Net, string) {
	r.hosts++
	ip := nettest.HostIP(r.hosts)
	if r.unruly != (nettest.Rates{}) {
		return r.wan.Unruly(r.unruly, r.seed+uint64(r.hosts)), ip
	}
	return r.wan.Host(), ip
}

// play does all steps, each when nothing else happens.
func (r *soakRoom) play() {
	start := time.Now()
	for _, st := range r.steps {
		time.Sleep(time.Until(start.Add(st.at)))
		synctest.Wait()
		r.step(st)
	}
	time.Sleep(time.Until(start.Add(r.lasts)))
}

// join lets somebody come to a seat, if it is free.
func (r *soakRoom) join(seat int) error {
	if r.seats[seat] != nil || r.down {
		return nil
	}
	network, ip := r.host()
	s := &seated{room: r.witness, ip: ip, hold: make(chan struct{})}
	close(s.hold)
	s.life = r.born(fmt.Sprintf("peer %d at %s", seat, ip))
	view, err := raster.NewView(64, 48, canvas.Color{R: 255, G: 255, B: 255, A: 255})
	if err != nil {
		return err
	}
	s.view = view
	r.seats[seat] = s
	r.lost.place(seat, ip)
	r.wan.Drop(r.lost.filter())
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	log := canvas.NewLog(r.newSigner())
	s.life.site = log.Site()
	s.Peer, err = Join(ctx, "http://server/studio", Options{
		Name: s.name, HTTPClient: r.http.Client, Net: network, LiveRate: r.pace, Log: log, Trace: func(ev Event) { r.traced(s.life, ev) },
		feed: feedLimits{waiting: 1, patience: time.Hour}, // who is held takes nothing from the links either
	})
	if err != nil { // in the midst of a fault
		r.seats[seat] = nil
		r.lost.dead[ip] = true
		if r.heals {
			return fmt.Errorf("no way in although all has healed: %w", err)
		}
		return nil
	}
	s.follow = s.Peer.View()
	go func() {
		for ev := range s.Events() {
			r.told(s.life, ev)
			r.mu.Lock()
			held := s.hold
			r.mu.Unlock()
			<-held
		}
	}()
	return nil
}

// newSigner is one that the seed decides, so that who sponsors does not change.
func (r *soakRoom) newSigner() *canvas.Signer {
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(r.rng.Uint32())
	}
	return canvas.NewSignerFromSeed(seed)
}

// end takes a peer off its seat, one way or another.
func (r *soakRoom) end(seat int, how action) {
	s := r.seats[seat]
	if s == nil {
		return
	}
	r.release(s)
	switch how {
	case quit:
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		s.Flush(ctx) // whatever comes of it: not all may be there
		cancel()
	case crash:
		r.lost.dead[s.ip] = true
		r.wan.Drop(r.lost.filter())
		s.server.Close()
		<-s.Done() // now it will not say goodbye
	}
	s.Close(context.Background())
	r.seats[seat] = nil
}

// holdBack lets a peer hear nothing more.
func (r *soakRoom) holdBack(s *seated) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-s.hold:
		s.hold = make(chan struct{})
	default:
	}
}

func (r *soakRoom) release(s *seated) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-s.hold:
	default:
		close(s.hold)
	}
}

func (s *seated) stalled() bool {
	select {
	case <-s.hold:
		return false
	default:
		return true
	}
}

// close ends all.
func (r *soakRoom) close() {
	for _, s := range r.seats {
		if s != nil {
			r.release(s)
			s.Close(context.Background())
		}
	}
	for _, p := range r.plains {
		if p != nil {
			p.close()
		}
	}
	r.relieve()
	r.server.Close()
}

// besiege takes a hostile member into the room, which does anything that it can.
func (r *soakRoom) besiege() {
	if r.down {
		return
	}
	network, _ := r.host()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	eve, err := hostile.Enter(ctx, "http://server/studio", hostile.Options{HTTPClient: r.http.Client, Net: network, Seed: r.seed})
	if err != nil {
		return // in the midst of a fault
	}
	r.eve = eve
	r.mu.Lock()
	r.enemy = eve.ID()
	r.mu.Unlock()
	ctx, r.siege = context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		eve.Attack(ctx, 100*time.Millisecond, hostile.All()...)
	}()
	end := r.siege
	r.siege = func() {
		end()
		<-over
	}
}

// relieve lets the hostile member go.
func (r *soakRoom) relieve() {
	if r.eve != nil {
		r.siege()
		r.eve.Close()
		r.eve = nil
	}
}

// restart starts the server, which may have forgotten even its secret.
func (r *soakRoom) restart(secret bool) {
	if secret {
		r.secret++
	}
	r.http.Start(r.newServer())
	r.down = false
}

func (r *soakRoom) joinPlain(seat int) {
	if r.plains[seat] != nil || r.down {
		return
	}
	network, _ := r.host()
	if p, err := enterPlain(r.http.Client, network, nil); err == nil { // else in the midst of a fault
		r.plains[seat] = p
	}
}
