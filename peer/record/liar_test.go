package record

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/internal/nettest"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// authorsOf proves a recording, and says of its authors what verify says.
func authorsOf(t *testing.T, data []byte, o recording.ProveOptions) (list []string) {
	t.Helper()
	proof, err := recording.Prove(t.Context(), bytes.NewReader(data), o)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	for _, a := range proof.Authors {
		list = append(list, fmt.Sprintf("%s %d-%d lied %t unsigned from %d", a.Name, a.First, a.Last, a.Void, a.Uncovered))
	}
	return list
}

func wantAuthors(t *testing.T, data []byte, want ...string) {
	t.Helper()
	if got := authorsOf(t, data, recording.ProveOptions{}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Whoever lied is named with the proof, whenever the recorder hears of it, and
// whether or not it has recorded anything of them.
func TestTheLiarIsNamed(t *testing.T) {
	proof := lie(t)
	named := peer.Lied{From: "id-m", Name: "Mallory", Proof: proof}
	void := func(v *view) { v.log.TakeProof(proof) }
	for name, steps := range map[string][]func(v *view, r *Recorder){
		"before_the_recording": {
			func(v *view, r *Recorder) { r.Hear(named); void(v) },
			func(v *view, r *Recorder) {},
		},
		"before_it_is_written": {
			func(v *view, r *Recorder) {},
			func(v *view, r *Recorder) { void(v); r.Hear(named) },
		},
		"after_it_is_written": {
			func(v *view, r *Recorder) { void(v) },
			func(v *view, r *Recorder) { r.Hear(named) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := &view{log: canvas.NewLog(signerB), authors: map[canvas.Site]signaling.ID{siteB: "id-b"}}
			draw(t, v.log, 2)
			r := New(v, Options{})
			r.Meet([]peer.Member{{Peer: signaling.Peer{ID: "id-b", Name: "Bo"}}})
			steps[0](v, r)
			var b bytes.Buffer
			if err := r.Begin(recording.NewWriter(&b, recording.Header{}), time.Now()); err != nil {
				t.Fatal(err)
			}
			steps[1](v, r)
			if _, err := r.End(); err != nil {
				t.Fatal(err)
			}
			liar, bo := "Mallory 0-0 lied true unsigned from 0", "Bo 1-2 lied false unsigned from 0"
			wantAuthors(t, b.Bytes(), bo, liar)
		})
	}
}

// What somebody drew is recorded as signed although it was cleared before the
// recorder came to write it.
func TestWhatWasWipedIsSigned(t *testing.T) {
	v := &view{log: canvas.NewLog(signerB)}
	ana := canvas.NewLog(signerA)
	r := New(v, Options{})
	r.Meet([]peer.Member{{Peer: signaling.Peer{ID: "id-a", Name: "Ana"}}})
	var b bytes.Buffer
	if err := r.Begin(recording.NewWriter(&b, recording.Header{}), time.Now()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for range 3 {
			e := draw(t, ana, 1)
			r.Hear(peer.Drawn{From: "id-a", Op: e.Op, Entry: e})
		}
		give(t, v.log, ana)
		c, _, err := v.log.Clear(now())
		if err != nil {
			t.Fatal(err)
		}
		ana.TakeClear(c, now())
		r.Hear(peer.Drawn{From: "id-b", Op: c})
		if err := r.Follow(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.End(); err != nil {
		t.Fatal(err)
	}
	wantAuthors(t, b.Bytes(), "Ana 1-6 lied false unsigned from 0")
}

// A recorder is in a room with somebody who tells two stories under one key. Its
// recording proves that, by name, and what the others drew; up to its last check it
// does so, too, if it is killed.
func TestARoomWithALiar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}})
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		wan, http := nettest.NewWAN(t, 10*time.Millisecond), nettest.Serve(t, server)
		join := func(name string, log *canvas.Log) *peer.Peer {
			p, err := peer.Join(t.Context(), "http://server/studio", peer.Options{Name: name, Log: log, HTTPClient: http.Client, Net: wan.Host()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { p.Close(context.Background()) })
			return p
		}
		watcher, ana := join("watcher", nil), join("Ana", nil)
		var b bytes.Buffer
		r := New(watcher.View(), Options{})
		if err := r.Begin(recording.NewWriter(&b, recording.Header{}), time.Now()); err != nil {
			t.Fatal(err)
		}
		go func() {
			for ev := range watcher.Events() {
				r.Hear(ev)
			}
		}()
		says := func(p *peer.Peer, x float64) {
			time.Sleep(3 * time.Second)
			if _, err := p.Draw(mark(x)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
		}
		says(ana, 0)
		mallory := join("Mallory", canvas.NewLog(signerC))
		says(mallory, 1)
		mallory.Close(context.Background())
		says(ana, 2)
		says(join("Mallory", canvas.NewLog(signerC)), 3) // having forgotten what it said
		says(ana, 4)
		if err := r.Follow(); err != nil {
			t.Fatal(err)
		}
		killed := bytes.Clone(b.Bytes())
		got := authorsOf(t, killed, recording.ProveOptions{Open: true})
		want := []string{"Ana 1-3 lied false unsigned from 0", "Mallory 0-0 lied true unsigned from 0"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("killed: got %q, want %q", got, want)
		}
		if _, err := r.End(); err != nil {
			t.Fatal(err)
		}
		wantAuthors(t, b.Bytes(), want...)
	})
}
