package peer

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/mesh"
)

// A later one draws with a tool that nobody here knows.
type later struct {
	*plainPeer
	log  *canvas.Log
	told uint32
}

func (r *testRoom) joinLater(t *testing.T) *later {
	t.Helper()
	signer := canvas.NewSigner()
	said, err := json.Marshal(map[string]any{"v": 2, "key": signer.Key()})
	if err != nil {
		t.Fatal(err)
	}
	inside, err := enterPlain(r.http.Client, r.wan.Host(), said)
	if err != nil {
		t.Fatal(err)
	}
	return &later{plainPeer: inside, log: canvas.NewLog(signer)}
}

// text writes words, as a stroke of their own.
func (l *later) text(t *testing.T, payload string) canvas.Entry {
	t.Helper()
	e, err := l.log.Write(canvas.Other{Name: "text", Payload: payload}, 0, canvas.Ticks(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// tell tells one peer, live, what was written since the last time.
func (l *later) tell(to *testPeer) {
	l.log.Sign()
	var lines []byte
	for _, run := range l.log.Runs(l.log.Site(), l.told+1) {
		lines = append(run.Live(lines, false), '\n')
	}
	l.told, _ = l.log.Holds(l.log.Site())
	l.mesh.Send(to.ID(), mesh.Message{Data: bytes.TrimSpace(lines), Text: true})
}

// texts are the words in p's drawing, whether or not they were undone, in the order of
// their author.
func (p *testPeer) texts() (list []string) {
	p.Look(func(log *canvas.Log) {
		for site, have := range log.Have().Sites {
			for n := uint32(1); n <= have; n++ {
				if e, lives := log.Entry(site, n); lives {
					if op, ok := e.Op.(canvas.Other); ok {
						list = append(list, op.Name+op.Payload)
					}
				}
			}
		}
	})
	return list
}

// An entry of a kind that nobody knows is everybody's like any other: who heard it
// hands it on, also to those who come when its author has left. It is undone by its
// author, and cleared by anybody. What follows it is no gap.
func TestUnknownKind(t *testing.T) {
	inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
		author := r.joinLater(t)
		time.Sleep(2 * time.Second)
		first := author.text(t, `{"at":{"x":10,"y":20},"text":"hej"}`)
		author.text(t, `{"at":{"x":10,"y":40},"text":"då"}`)
		if _, err := author.log.Draw(segment(1), 0, canvas.Ticks(time.Now())); err != nil {
			t.Fatal(err)
		}
		author.tell(p[0])
		time.Sleep(time.Second)
		if _, _, err := author.log.Undo(first.K, canvas.Ticks(time.Now())); err != nil {
			t.Fatal(err)
		}
		author.tell(p[0])
		author.mesh.Send(p[0].ID(), mesh.Message{Data: []byte(`{"event":"text","text":"h","live":true,"n":5,"t":1,"k":5}`), Text: true})
		author.mesh.Send(p[0].ID(), mesh.Message{Data: []byte(`{"event":"wave","hand":"left"}`), Text: true})
		p[1].Draw(segment(2))
		time.Sleep(2 * time.Second)
		author.close()
		p = append(p, r.join(1)...)
		time.Sleep(3 * time.Second)
		p[0].Draw(segment(3))
		time.Sleep(6 * time.Second) // until everybody has said so
		r.wantAgreement(6)
		for _, q := range p {
			if n, all := q.Agree(); n != 2 || !all {
				t.Errorf("%s agrees with %d: %v, want both of the others", q.opts.Name, n, all)
			}
			if got := q.texts(); len(got) != 2 || got[0] != `text{"at":{"x":10,"y":20},"text":"hej"}` || got[1] != `text{"at":{"x":10,"y":40},"text":"då"}` {
				t.Errorf("%s holds %q, want both words as they were written", q.opts.Name, got)
			}
			for _, other := range p {
				if q.lostTo(other.ID()) > 0 {
					t.Errorf("%s lost its link to %s", q.opts.Name, other.opts.Name)
				}
			}
		}

		t.Log("a clear takes it")
		p[2].Draw(canvas.Clear{})
		time.Sleep(time.Second)
		r.wantAgreement(0)
	})
}
