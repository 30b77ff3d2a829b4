package signaling

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A model is what a hub should do, told by sets alone: who is in which room,
// and what each peer has to believe after it has heard everything.
type model struct {
	t     *testing.T
	hub   *Hub
	ids   []ID
	peers map[ID]*modelPeer
	rooms map[string]map[ID]bool // truth
}

type modelPeer struct {
	*member
	streaming bool
	away      time.Time                // since when it is not
	believes  map[string]map[ID]string // by room: who is there, and who offers
	lost      map[string]bool          // rooms of which events were lost
	waves     map[ID]int               // sent to each other peer since it connected anew
	heardOf   map[ID]int               // the last wave of each
	unheard   map[ID]int               // waves of each since it listened last
}

const modelGrace = 10 * time.Second

func newModel(t *testing.T) *model {
	m := &model{t: t, hub: testHub(3), ids: []ID{"a", "b", "c", "d"}, peers: make(map[ID]*modelPeer), rooms: make(map[string]map[ID]bool)}
	m.hub.backlog = 12 // small enough to be exceeded
	return m
}

// do takes one step. The hub's streams may be cut by any.
func (m *model) do(op byte) {
	id := m.ids[op>>3&3]
	room := []string{"studio", "attic"}[op>>5&1]
	p := m.peers[id]
	switch op & 7 {
	case 0:
		m.connect(id, "")
	case 1:
		if p != nil {
			m.connect(id, p.lastID)
		}
	case 2:
		if p != nil && p.streaming {
			m.hub.disconnect(p.session, p.stream)
			p.streaming, p.away = false, time.Now()
		}
	case 3:
		m.join(id, room)
	case 4:
		if p != nil && p.streaming {
			// First, for who enters again before it has heard what was said of
			// its first stay takes that for news.
			m.hear(id)
			m.hub.Leave(id, room)
			delete(m.rooms[room], id)
			delete(p.believes, room)
			delete(p.lost, room)
		}
	case 5:
		m.relay(id, m.ids[op>>6&3])
	case 6:
		m.hear(id)
	case 7:
		time.Sleep(time.Duration(op>>3) * 250 * time.Millisecond) // up to 8 s
	}
	m.expire()
	for _, p := range m.peers {
		if p.stream.cut.Load() && p.streaming {
			p.streaming, p.away = false, time.Now()
		}
	}
}

// expire removes who was away for the grace period.
func (m *model) expire() {
	synctest.Wait() // for the timers that are due
	for id, p := range m.peers {
		if !p.streaming && time.Since(p.away) >= modelGrace {
			m.remove(id)
		}
	}
}

func (m *model) remove(id ID) {
	delete(m.peers, id)
	for _, members := range m.rooms {
		delete(members, id)
	}
}

func (m *model) connect(id ID, lastID string) {
	old := m.peers[id]
	if old == nil || lastID == "" {
		m.remove(id)
		old = &modelPeer{member: &member{hub: m.hub, id: id}, waves: make(map[ID]int), unheard: make(map[ID]int)}
		m.peers[id] = old
	}
	old.connect(lastID)
	old.streaming = true
	if old.hello.Recovered {
		return
	}
	old.believes, old.lost = make(map[string]map[ID]string), make(map[string]bool)
	old.heardOf = maps.Clone(old.waves) // those until now are lost
	for room, members := range m.rooms {
		if !members[id] {
			continue
		}
		old.lost[room] = true
		old.believes[room] = make(map[ID]string)
		for _, p := range old.hello.Rooms[room] {
			old.believes[room][p.ID] = "listed"
		}
	}
	m.check(id)
}

func (m *model) join(id ID, room string) {
	err := m.hub.Join(id, room)
	p := m.peers[id]
	members := m.rooms[room]
	switch {
	case p == nil:
		if err == nil {
			m.t.Errorf("%s joined without a stream", id)
		}
		return
	case len(members) == 3 && !members[id]:
		if err != ErrRoomFull {
			m.t.Errorf("%s joining a full room: got %v", id, err)
		}
		return
	case err != nil:
		m.t.Errorf("%s joining: %v", id, err)
	}
	if members == nil {
		members = make(map[ID]bool)
		m.rooms[room] = members
	}
	if members[id] = true; p.believes[room] == nil {
		p.believes[room] = make(map[ID]string)
	}
	delete(p.lost, room)
}

func (m *model) relay(from, to ID) {
	sender, receiver := m.peers[from], m.peers[to]
	common := false
	for _, members := range m.rooms {
		common = common || members[from] && members[to]
	}
	n := 0
	if receiver != nil {
		n = receiver.waves[from] + 1
	}
	err := m.hub.Relay(Peer{ID: from}, to, "wave", fmt.Append(nil, n))
	want := common && from != to && sender != nil && receiver != nil
	if want && errors.Is(err, errBehind) {
		all := 0
		for _, n := range receiver.unheard {
			all += n
		}
		if receiver.unheard[from] < m.hub.backlog/4 && all < m.hub.backlog/2 {
			m.t.Errorf("relay from %s to %s: refused though %d of %d wait", from, to, receiver.unheard[from], all)
		}
		return
	}
	if want != (err == nil) {
		m.t.Errorf("relay from %s to %s: got %v, want allowed %t", from, to, err, want)
	}
	if err == nil {
		receiver.waves[from] = n
		receiver.unheard[from]++
	}
}

// hear has a peer take what the hub has for it, and believe it.
func (m *model) hear(id ID) {
	p := m.peers[id]
	if p == nil || !p.streaming {
		return
	}
	frames, first := m.hub.take(p.session, p.stream, nil)
	clear(p.unheard)
	for i, f := range frames {
		p.lastID = p.session.id(first + uint64(i))
		ev, err := parseEvent(f.name, f.data)
		if err != nil {
			m.t.Fatal(err)
		}
		switch ev := ev.(type) {
		case AddPeer:
			room := p.believes[ev.Room]
			if ev.Peer.ID == id {
				m.t.Errorf("%s was introduced to itself", id)
			}
			if room == nil {
				m.t.Errorf("%s heard of %s, where it is not", id, ev.Room)
				continue
			}
			room[ev.Peer.ID] = "introduced"
		case RemovePeer:
			delete(p.believes[ev.Room], ev.Peer.ID)
		case Relayed:
			var n int
			fmt.Sscan(string(ev.Data), &n)
			if n != p.heardOf[ev.Peer.ID]+1 {
				m.t.Errorf("%s heard wave %d of %s after %d", id, n, ev.Peer.ID, p.heardOf[ev.Peer.ID])
			}
			p.heardOf[ev.Peer.ID] = n
		}
	}
	m.check(id)
}

// check compares what a peer that heard everything believes with the truth.
func (m *model) check(id ID) {
	p := m.peers[id]
	for room, members := range m.rooms {
		if !members[id] {
			continue
		}
		truth := slices.DeleteFunc(slices.Sorted(maps.Keys(members)), func(other ID) bool { return other == id })
		believed := slices.Sorted(maps.Keys(p.believes[room]))
		if !slices.Equal(truth, believed) {
			m.t.Fatalf("%s believes %v to be in %s, want %v", id, believed, room, truth)
		}
		for other, how := range p.believes[room] {
			if how == "listed" && !p.lost[room] {
				m.t.Errorf("%s joined %s again and was not introduced to %s", id, room, other)
			}
		}
	}
}

// Whatever peers do, in whatever order: who has heard everything knows who is
// there, every relayed event comes once and in order, and nothing is left when
// all have gone.
func FuzzHubLifecycle(f *testing.F) {
	op := func(kind, peer, room int) byte { return byte(kind | peer<<3 | room<<5) }
	f.Add([]byte{op(0, 0, 0), op(0, 1, 0), op(3, 0, 0), op(3, 1, 0), op(6, 0, 0), op(6, 1, 0), op(4, 0, 0), op(6, 1, 0)})
	f.Add([]byte{op(0, 0, 0), op(0, 1, 0), op(3, 0, 0), op(3, 1, 0), op(2, 0, 0), op(7, 3, 3), op(1, 0, 0), op(6, 0, 0), op(3, 0, 0)})
	f.Add([]byte{op(0, 0, 0), op(0, 1, 0), op(0, 2, 0), op(3, 0, 0), op(3, 1, 0), op(3, 2, 0), op(2, 1, 0), op(7, 3, 3), op(7, 3, 3), op(6, 0, 0), op(1, 1, 0)})
	f.Add(slices.Concat([]byte{op(0, 0, 0), op(0, 1, 0), op(3, 0, 0), op(3, 1, 0)}, slices.Repeat([]byte{op(5, 0, 2)}, 20), []byte{op(1, 1, 0), op(3, 1, 0), op(6, 1, 0)}))
	f.Fuzz(func(t *testing.T, ops []byte) { lifecycle(t, ops[:min(len(ops), 300)]) })
}

// The same with random steps, which go farther than a fuzzer's first seconds.
func TestHubLifecycle(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		ops := make([]byte, 300)
		for i := range ops {
			ops[i] = byte(r.Uint32())
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { lifecycle(t, ops) })
	}
}

func lifecycle(t *testing.T, ops []byte) {
	synctest.Test(t, func(t *testing.T) {
		m := newModel(t)
		for _, op := range ops {
			m.do(op)
		}
		for i, id := range m.ids {
			m.hear(id)
			m.do(2 | byte(i)<<3)
		}
		time.Sleep(modelGrace + 1)
		synctest.Wait()
		if len(m.hub.sessions)+len(m.hub.rooms) > 0 {
			t.Errorf("left over: %v, %v", m.hub.sessions, m.hub.rooms)
		}
	})
}
