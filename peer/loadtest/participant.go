package loadtest

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// A participant is one peer of a run, from its joining to its end. Its mutex
// guards what the trace of the peer and the run's goroutines share. The peer may
// wait for it, so whoever holds it calls none of the peer's methods that wait for
// the drawing.
type participant struct {
	run    *Run
	cast   *cast
	number int
	life   int            // how many went by that number before
	sender                // who it is to the others
	room   int            // from 0
	writer bool           // whether it draws
	http   *httpTransport // to the server
	net    *network       // to the others
	signer *canvas.Signer // of what it writes
	site   canvas.Site    // the signer's
	began  int64          // when, in microseconds since 1970
	died   chan struct{}
	dying  sync.Once
	gone   atomic.Bool // or going: what the others notice of it is no failure
	busy   atomic.Bool // its bot has not returned
	quit   bool        // its bot closed the peer
	stamps stamps

	mu      sync.Mutex
	peer    *peer.Peer // nil before it has joined
	joined  time.Time
	synced  bool   // it has told of all that was drawn before it came
	end     string // how it ended; empty while it lives
	cause   error  // why it was refused or lost, or has failed
	members map[signaling.ID]*member
	links   map[signaling.ID]*carried // those that opened, and have not closed
	ledger  ledger
	opened  []Link
	lost    int // ends of links
	cuts    int // of its event stream
	down    bool
	due     int // operations, of which sent were drawn
	sent    int
	lastDue int64
	notes   notes

	group    string // what it says it is at
	lastTags Tags   // that it had, and what stands for them
	lastTag  tagID

	script scriptWatch
}

// A member is somebody else in a bot's room.
type member struct {
	sender // without a name if it is a stranger
	link   peer.LinkState
}

// join enters the room.
func (b *participant) join(ctx context.Context) error {
	var ice []webrtc.ICEServer // those that the server names
	if b.run.cfg.Loopback {
		ice = []webrtc.ICEServer{} // none are needed
	}
	p, err := peer.Join(ctx, b.run.cfg.Rooms[b.room], peer.Options{
		Name: b.peerName(), Log: canvas.NewLog(b.signer), HTTPClient: &http.Client{Transport: b.http},
		Loopback: b.run.cfg.Loopback, ICEServers: ice, Net: b.net, Setups: b.run.setups,
		LiveRate: -1, // what is asked for is sent
		Trace:    b.hear,
	})
	if err != nil {
		return err
	}
	b.run.identify(p.ID(), b)
	b.mu.Lock()
	b.peer, b.joined = p, time.Now()
	b.mu.Unlock()
	if b.cast.Bot == nil || !b.writer {
		b.listen()
	}
	return nil
}

// listen takes the events that nobody else reads, lest the peer wait for that.
// It ends with the peer.
func (b *participant) listen() {
	b.run.endings.Go(func() {
		for range b.peer.Events() {
		}
	})
}

// lives is the bot's peer, or nil if it is not in its room.
func (b *participant) lives() *peer.Peer {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end != "" {
		return nil
	}
	return b.peer
}

// lastOpened is when the latest of its links opened, in microseconds since
// 1970; 0 if none did.
func (b *participant) lastOpened() (at int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.ledger.byName {
		at = max(at, t.opened)
	}
	return at
}

// kill ends the bot without a word to anybody.
func (b *participant) kill() {
	b.dying.Do(func() { close(b.died) })
}

// finish notes how the bot ended. From then on it hears nothing.
func (b *participant) finish(end string, cause error) {
	b.gone.Store(true)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.end, b.cause = end, cause
	b.due = max(b.due, b.sent) // a bot that has no pace draws whenever it likes
}
