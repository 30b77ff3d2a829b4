package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/signaling"
)

// scripts make the vectors, by the names of their files.
var scripts = map[string]func(*script){}

func init() {
	for _, some := range []map[string]func(*script){takingScripts, liarScripts, pullScripts, plainScripts, lifeScripts} {
		maps.Copy(scripts, some)
	}
}

// A script is a scenario being written: what neighbours say, signed.
type script struct {
	t       *testing.T
	v       scenario
	at      int64
	authors map[string]*author
}

func newScript(t *testing.T) *script {
	s := &script{t: t, authors: map[string]*author{}}
	s.v = scenario{Start: 1_800_000_000_000, Authors: map[string]authorOf{}}
	s.author("us")
	return s
}

// author is the one of a name, whose seed is the name's SHA-256.
func (s *script) author(name string) *author {
	if s.authors[name] == nil {
		s.authors[name] = s.twin(name)
	}
	return s.authors[name]
}

// twin signs as the author of a name, and has written nothing.
func (s *script) twin(name string) *author {
	a, seed := newAuthor(s.t, name), sha256.Sum256([]byte(name))
	s.v.Authors[name] = authorOf{hex.EncodeToString(seed[:]), a.log.Site()}
	return a
}

func (s *script) now() time.Time { return time.UnixMilli(s.v.Start + s.at) }

// wait lets so many milliseconds pass.
func (s *script) wait(ms int64) { s.at += ms }

func (s *script) do(st step) {
	st.At = s.at
	s.v.Steps = append(s.v.Steps, st)
}

// expect waits, and says that all that has come of it is to be looked at.
func (s *script) expect(ms int64) {
	s.wait(ms)
	s.do(step{Expected: new(outcome)})
}

// open opens links to synced peers.
func (s *script) open(names ...string) {
	for _, name := range names {
		s.do(step{Open: signaling.ID(name), Says: s.author(name).says()})
	}
}

// openAcks opens a link to one that need not be pinged.
func (s *script) openAcks(name string) {
	says := strings.Replace(string(s.author(name).says()), "}", `,"acks":true}`, 1)
	s.do(step{Open: signaling.ID(name), Says: []byte(says)})
}

func (s *script) openPlain(name signaling.ID) { s.do(step{Open: name}) }

// says has a neighbour say a text.
func (s *script) says(name signaling.ID, format string, args ...any) {
	s.do(step{Hear: name, Text: fmt.Sprintf(format, args...)})
}

// often has it say the same so many times.
func (s *script) often(name signaling.ID, times int, text string) {
	s.do(step{Hear: name, Text: text, First: 1, Last: times})
}

// frame has a neighbour send frames.
func (s *script) frame(name signaling.ID, frames ...[]byte) {
	for _, f := range frames {
		s.do(step{Hear: name, Frame: hex.EncodeToString(f)})
	}
}

// draw has the author of a name draw segments, and is the text that says so.
func (s *script) draw(name string, xs ...float64) string { return s.author(name).draws(s.now(), xs...) }

// has has one take what another has written.
func (s *script) has(name string, others ...string) {
	for _, other := range others {
		for _, f := range s.author(other).frames() {
			if _, err := s.author(name).log.Merge(f, canvas.Ticks(s.now())); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// holds has a neighbour say what it holds.
func (s *script) holds(name string) {
	log := s.author(name).log
	log.Sign()
	h := log.Have()
	s.says(signaling.ID(name), "%s", AppendMessage(nil, Have{All: true, Have: h.Sites, Clear: h.Clear, Void: h.Void, Sum: h.Digest}))
}

// claims has a neighbour say that it holds so much of somebody else's.
func (s *script) claims(name, of string, n uint32) {
	v := canvas.Vector{s.author(of).log.Site(): n}
	s.says(signaling.ID(name), "%s", AppendMessage(nil, Have{All: true, Have: v, Sum: canvas.Digest{15: 255}}))
}

// wants has a neighbour ask for what it lacks that has so much of ours.
func (s *script) wants(name signaling.ID, n uint32) {
	v := canvas.Vector{}
	if n > 0 {
		v[s.author("us").log.Site()] = n
	}
	s.says(name, "%s", AppendMessage(nil, Want{Have: v}))
}

// clears has the author of a name clear, and is the text that says so.
func (s *script) clears(name string) string {
	c, _, err := s.author(name).log.Clear(canvas.Ticks(s.now()))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(AppendMessage(nil, c))
}

// forwarded is all that an author has written, as another sends it.
func (s *script) forwarded(name string) string {
	a := s.author(name)
	a.told = 0
	return a.news(true)
}

// newest is the last run that an author has written, as another sends it.
func (s *script) newest(name string) string {
	a := s.author(name)
	have, _ := a.log.Holds(a.log.Site())
	a.told = have - 1
	return a.news(true)
}

// runs is one frame of what the author has written from an entry on.
func (s *script) runs(a *author, from uint32) []byte {
	a.log.Sign()
	return a.log.NextFrame(canvas.Vector{a.log.Site(): from - 1})
}

// ours is what we draw.
func (s *script) ours(op string) { s.do(step{Draw: op}) }

// line is a segment that a plain peer draws, or we do.
func line(x any) string {
	return fmt.Sprintf(`{"event":"draw","lastPoint":{"x":1,"y":1},"x":%v,"y":2,"force":1,"color":"#ff0000"}`, x)
}

const rectangle = `{"event":"drawRect","commit":true,"origin":{"x":5,"y":6},"color":"#0000ff","width":10,"height":20,"lineWidth":2}`
const preview = `{"event":"drawRect","origin":{"x":5,"y":6},"color":"#0000ff","width":10,"height":20,"lineWidth":2}`
