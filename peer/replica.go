package peer

import (
	"encoding/json"
	"errors"
	"time"

	"golang.org/x/time/rate"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// version is of the exchange between synced peers, in their capability.
const version = 1

// capability is what a synced peer says of itself beside its descriptions.
type capability struct {
	Version int         `json:"v"`
	Site    canvas.Site `json:"site"`
	Lines   bool        `json:"lines,omitempty"`   // it reads several messages in one, a line each
	Restart bool        `json:"restart,omitempty"` // it mends connections by ICE restarts
	Acks    bool        `json:"acks,omitempty"`    // it need not be pinged: acknowledgments show it that we live

	// Have is what it holds, a [canvas.Have] as it would be sent when the link
	// opens. Who says it need not be told then.
	Have json.RawMessage `json:"have,omitempty"`
}

// maxHave bounds what goes into a description, in bytes: some 80 sites.
const maxHave = 2 << 10

// restarts reports whether a peer that said this mends connections.
func restarts(said json.RawMessage) bool {
	var c capability
	return json.Unmarshal(said, &c) == nil && c.Version >= 1 && c.Restart
}

// A wire carries messages to neighbours. It does not wait.
type wire interface {
	Send(to signaling.ID, msg mesh.Message) bool
	Queued(id signaling.ID) int
	Reset(id signaling.ID, cause error)
}

// A replica is a peer's copy of the drawing, and its exchange with those of its
// neighbours. It is passive: the Peer's mutex guards it, and it takes the time
// as it is told. What it has to tell collects in events.
type replica struct {
	log        *canvas.Log
	wire       wire
	rate       int                         // operations a second that each neighbour may send; as Options.LiveRate
	neighbours map[signaling.ID]*neighbour // those whose link is open
	events     []Event

	described map[signaling.ID]uint64 // the version of which a description told, until the link opens

	live    *rate.Limiter // what we may send
	written uint32        // the number of our last entry

	version   uint64        // counts what has been taken in or drawn
	change    canvas.Change // since the last View
	pen       pen
	outbox    outbox
	held      held
	pull      pull
	pulled    map[signaling.ID]int // bytes of frames, by who sent them
	settling  *settlement
	waiting   []adoption // what plain peers did, and a sponsor should have logged
	cleared   time.Time  // when a clear last came
	ticked    time.Time  // when tick was called last
	announced time.Time  // when announce was called last
	restless  bool       // something may be due before long
	stale     bool       // plain peers show something else, since the last tick
	serving   bool       // a neighbour may have an answer or a replay to be sent
}

// A pen remembers the stroke that it draws.
type pen struct {
	stroke uint32 // its number, 0 for none
	tip    canvas.Point
	color  canvas.Color
}

// A neighbour is a peer that we have a link to.
type neighbour struct {
	id     signaling.ID
	site   canvas.Site   // zero: a plain peer
	lines  bool          // it reads several messages in one
	acks   bool          // it need not be pinged to know that we live
	heard  time.Time     // when it last showed a sign of life
	spoke  time.Time     // when it last sent something
	pinged time.Time     // when it was last sent a ping
	pause  time.Duration // until the next, at the earliest
	leaves bool          // it has said so: nothing more is to be had from it

	unsteady bool // nothing gets through just now, and the link is being mended

	// What it said to hold. Of a message in parts, have and dead collect.
	have, dead canvas.Vector
	ahead      bool // that may be more than we hold; see lacks
	known      bool // it has said so, in full
	claimed    time.Time
	gap        bool   // it sent what we cannot take yet: others' entries lack
	holds      uint64 // the sum that goes with have and dead
	sum        uint64 // what it last said
	told       uint64 // our version that it was last told
	missed     bool   // of a plain one: it was not sent all, and is to be shown it all again
	older      bool   // of a plain one: it throws at all but segments
	skipped    uint32 // the last entry of ours that it was not sent; it has to pull that

	want   canvas.Want  // collects
	answer *canvas.Want // what it still lacks, while frames are under way
	replay *replay      // what a plain peer is still to see
	redraw time.Time    // when to show it all again; zero: never

	dispute
	limits
}

func (n *neighbour) plain() bool { return n.site == canvas.Site{} }

func newReplica() *replica {
	return &replica{
		log:        canvas.NewLog(canvas.NewSite()),
		live:       ownLimit(0),
		neighbours: make(map[signaling.ID]*neighbour),
		described:  make(map[signaling.ID]uint64),
		pulled:     make(map[signaling.ID]int),
		held:       newHeld(),
	}
}

// begin makes log the drawing, before anything has been heard or drawn.
func (r *replica) begin(log *canvas.Log) {
	const far = 4 * canvas.MaxCoordinate // anything that can be drawn is nearer
	r.log = log
	r.change = canvas.Change{
		Kind: canvas.Everything,
		Box:  canvas.Box{Min: canvas.Point{X: -far, Y: -far}, Max: canvas.Point{X: far, Y: far}},
	}
}

// capability is what to say of us beside a description.
func (r *replica) capability(to signaling.ID) json.RawMessage {
	c := capability{Version: version, Site: r.log.Site(), Lines: true, Restart: true, Acks: true}
	delete(r.described, to)
	if holds := r.holds(); len(holds) == 1 && len(holds[0]) <= maxHave {
		c.Have = holds[0]
		r.described[to] = r.version
	}
	data, err := json.Marshal(c)
	if err != nil { // plain values, and JSON of our own
		panic(err)
	}
	return data
}

// opened takes in a neighbour. Its capability tells whether it is a synced one.
func (r *replica) opened(id signaling.ID, said json.RawMessage, now time.Time) {
	n := &neighbour{id: id, heard: now, pinged: now, dispute: newDispute(), limits: newLimits(r.rate)}
	var c capability
	if json.Unmarshal(said, &c) == nil && c.Version >= 1 && c.Site != r.log.Site() {
		n.site, n.lines, n.acks = c.Site, c.Lines, c.Acks
	}
	n.pause = n.idle()
	r.restless = true
	r.flush() // the newcomer is told of it as of all that was drawn before
	r.neighbours[id] = n
	described, known := r.described[id]
	delete(r.described, id)
	if n.plain() {
		n.redraw = now
		return
	}
	if known && described == r.version && c.Have != nil {
		n.told = r.version
	} else {
		r.tell(n)
	}
	if c.Have != nil {
		m, err := canvas.ParseMessage(c.Have)
		if have, ok := m.(canvas.Have); ok && err == nil {
			r.heardHave(n, have, now)
		} else {
			r.fault(n, errHave)
		}
	}
}

var errHave = errors.New("what it says to hold, beside its description, cannot be read")

// wavers notes that a neighbour's link is unsteady, or is no more.
func (r *replica) wavers(id signaling.ID, unsteady bool, now time.Time) {
	if n := r.neighbours[id]; n != nil {
		n.unsteady, n.heard, r.restless = unsteady, now, true
	}
}

// closed lets go of a neighbour.
func (r *replica) closed(id signaling.ID) {
	r.restless = true
	delete(r.neighbours, id)
	if r.pull.from == id {
		r.pull.from = ""
	}
	if r.settling != nil && r.settling.with.id == id {
		r.unsettled()
	}
}

// draw writes one op with the own pen, and sends it.
func (r *replica) draw(op canvas.Op, now time.Time) error {
	if err := canvas.Check(op); err != nil {
		return err
	}
	switch op := op.(type) {
	case canvas.Preview:
		r.post(canvas.AppendOp(nil, op), op, true)
		return nil
	case canvas.Clear:
		_, err := r.clear(true, now)
		return err
	}
	op = canvas.Round(op)
	e, err := r.log.Draw(op, r.pen.continues(op))
	if err != nil {
		return err
	}
	r.pen.move(e)
	r.painted(e)
	r.send(e, true, now)
	return nil
}

// continues is the stroke that op goes on with, 0 if it begins one: a segment
// belongs to the stroke at whose tip it begins, in the same color.
func (p pen) continues(op canvas.Op) uint32 {
	if s, ok := op.(canvas.Segment); ok && s.From == p.tip && s.Color == p.color {
		return p.stroke
	}
	return 0
}

func (p *pen) move(e canvas.Entry) {
	*p = pen{}
	if s, ok := e.Op.(canvas.Segment); ok {
		*p = pen{e.K, s.To, s.Color}
	}
}

// clear wipes all that the log holds, and tells plain neighbours too if they
// are to know.
func (r *replica) clear(plain bool, now time.Time) ([]canvas.Entry, error) {
	entries, change, err := r.log.Clear()
	if err != nil {
		return nil, err
	}
	r.pen = pen{}
	r.changed(change)
	for _, e := range entries {
		r.send(e, plain, now)
	}
	return entries, nil
}

// toggle undoes or redoes the own stroke k with what.
func (r *replica) toggle(what func(uint32) (canvas.Entry, canvas.Change, error), k uint32, now time.Time) (bool, error) {
	if k == 0 {
		return false, nil
	}
	e, change, err := what(k)
	if err != nil {
		return false, err
	}
	r.pen = pen{}
	r.changed(change)
	r.outdated(e.Op)
	r.send(e, false, now)
	return true, nil
}

// send passes an own entry to the synced neighbours, and to plain ones too if
// they can read it. If there are too many, synced ones have to pull it.
func (r *replica) send(e canvas.Entry, plain bool, now time.Time) {
	if r.written = e.N; !r.live.AllowN(now, 1) {
		r.flush() // of what came before
		for _, n := range r.neighbours {
			n.skipped = e.N
		}
	}
	e.Site = canvas.Site{} // the receivers know whose link it is
	r.post(canvas.AppendMessage(nil, e), e.Op, plain)
}

// painted notes that an entry has been painted on top.
func (r *replica) painted(e canvas.Entry) {
	r.changed(canvas.Change{Kind: canvas.Appended, From: e.Key(), Box: canvas.Bounds(e.Op)})
}

func (r *replica) changed(c canvas.Change) {
	r.version++
	r.restless = true
	r.change = r.change.Join(c)
}

// fault tells of something wrong with a neighbour's message.
func (r *replica) fault(n *neighbour, err error) {
	r.events = append(r.events, Fault{Peer: n.id, Err: err})
}

// agree reports whether all neighbours hold what we do, and how many there are
// that could.
func (r *replica) agree() (synced int, all bool) {
	all = true
	for _, n := range r.neighbours {
		if !n.plain() {
			synced++
			all = all && n.known && n.sum == r.log.Sum()
		}
	}
	return synced, all
}

// calm reports whether nothing is due before long but pings.
func (r *replica) calm() bool {
	if len(r.waiting) > 0 || r.settling != nil {
		return false
	}
	for _, n := range r.neighbours {
		switch {
		case n.plain():
			if !n.redraw.IsZero() || n.missed || n.replay != nil {
				return false
			}
		case !n.known || n.unsteady || n.told != r.version || n.holds != r.log.Sum() || r.behind(n) || r.lacks(n):
			return false
		}
	}
	return true
}

// complete reports whether we hold all that our neighbours said to hold.
func (r *replica) complete() bool {
	for _, n := range r.neighbours {
		if !n.plain() && !n.leaves && (!n.known || r.lacks(n)) {
			return false
		}
	}
	return r.settling == nil
}
