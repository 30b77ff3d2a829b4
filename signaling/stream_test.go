package signaling

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

func TestHeartbeat(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		client := serve(t, s)
		stream := open(t, client, "/connect", good(t, "ana"), "")
		start := time.Now()
		stream.next() // connected
		for n := 1; n <= 3; n++ {
			got := stream.next()
			if want := fmt.Sprintf(`{"time":%d}`, time.Now().UnixMilli()); got.name != "ping" || string(got.data) != want || got.id != "" {
				t.Errorf("got %+v, want ping %s without an id", got, want)
			}
			if took := time.Since(start); took != time.Duration(n)*10*time.Second {
				t.Errorf("ping %d after %v, want every 10s", n, took)
			}
		}
	})
}

// In HTTP/2 a write deadline ends a stream even while nothing is written.
func TestStreamOutlivesWriteDeadlines(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		s := testServer(t, ServerOptions{Heartbeat: time.Minute})
		defer s.Close()
		client := serve(t, s)
		stream := open(t, client, "/connect", good(t, "ana"), "")
		stream.next()
		for range 3 {
			if got := stream.next(); got.name != "ping" {
				t.Fatalf("got %+v, want a ping", got)
			}
		}
	})
}

// A browser repeats the id in a header, a page with a new EventSource in the
// query.
func TestResumeOverHTTP(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		client := serve(t, s)
		first := open(t, client, "/connect", good(t, "ana"), "")
		first.next()
		go io.Copy(io.Discard, first.resp.Body)
		s.hub.Join("ana", "studio")
		connect(s.hub, "bo").join(t, "studio")
		for name, resumed := range map[string]*rawStream{
			"header": open(t, client, "/connect", good(t, "ana"), first.lastID),
			"query":  open(t, client, "/connect?lastEventId="+first.lastID, good(t, "ana"), ""),
		} {
			var hello Connected
			if err := json.Unmarshal(resumed.next().data, &hello); err != nil || !hello.Recovered {
				t.Errorf("%s: got %+v, %v; want recovered", name, hello, err)
			}
		}
	})
}

// streams reports whether a peer has a stream, once nothing moves.
func streams(h *Hub, id ID) bool {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sessions[id].stream != nil
}

// Rule S5, as the network sees it: bo's reader stalls, and only bo's stream
// ends, after ten seconds.
func TestFault23StalledReader(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		s := testServer(t, ServerOptions{Heartbeat: time.Hour})
		defer s.Close()
		client := serve(t, s)
		ana := open(t, client, "/connect", good(t, "ana"), "")
		bo := open(t, client, "/connect", good(t, "bo"), "")
		cy := open(t, client, "/connect", good(t, "cy"), "")
		for id, stream := range map[string]*rawStream{"ana": ana, "bo": bo, "cy": cy} {
			stream.next()
			s.hub.Join(ID(id), "studio")
		}
		for range 2 {
			ana.next()
			bo.next()
			cy.next()
		}
		last := bo.lastID
		sent := time.Now()
		body := make([]byte, 8<<10)
		for i := range body {
			body[i] = '1'
		}
		for n := range 16 { // more than any buffer on the way, and what ana may have wait
			for _, to := range []ID{"bo", "cy"} {
				if err := s.hub.Relay(Peer{ID: "ana"}, to, "wave", body); err != nil {
					t.Fatal(n, err)
				}
			}
			if got := cy.next(); got.name != "wave" || time.Since(sent) != 0 {
				t.Fatalf("cy got %s after %v, want a wave at once", got.name, time.Since(sent))
			}
			synctest.Wait()
		}
		time.Sleep(writeTime - time.Nanosecond)
		if !streams(s.hub, "bo") {
			t.Error("bo's stream was cut too soon")
		}
		time.Sleep(2 * time.Nanosecond)
		if streams(s.hub, "bo") {
			t.Error("bo's stream was not cut")
		}
		bo.resp.Body.Close()
		bo = open(t, client, "/connect", good(t, "bo"), last)
		bo.next()
		for n := range 16 {
			if got := bo.next(); got.name != "wave" {
				t.Fatalf("bo got %s as the %d-th after coming back", got.name, n)
			}
		}
	})
}

// Rule S3, as the network sees it.
func TestFault06SecondStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		door := &front{handler: s}
		net := nettest.Serve(t, door)
		first := open(t, net.Client, "/connect", good(t, "ana"), "")
		first.next()
		second := open(t, net.Client, "/connect", good(t, "ana"), first.lastID)
		second.next()
		go io.Copy(io.Discard, second.resp.Body)
		if got := first.next(); got.name != "replaced" || string(got.data) != "{}" {
			t.Errorf("the first stream got %+v, want replaced", got)
		}
		for range 2 {
			if got := first.next(); got.name != "ping" {
				t.Errorf("the first stream got %+v, want pings only", got)
			}
		}
		first.resp.Body.Close()
		if !streams(s.hub, "ana") {
			t.Error("ana went away with her first stream")
		}

		bo := dial(t, net, "Bo")
		open(t, net.Client, "/connect", bo.token, "")
		for nextOf[State](t, bo).Name != "lost" {
		}
		door.turn(s)
		time.Sleep(time.Hour)
		if _, err := bo.Next(t.Context()); !errors.Is(err, ErrReplaced) {
			t.Errorf("got %v, want ErrReplaced", err)
		}
		if got := door.turn(s); len(got) != 0 {
			t.Errorf("who was replaced sent %q", got)
		}
	})
}

// Streams do not keep a server from shutting down.
func TestShutdown(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		s := testServer(t, ServerOptions{})
		client := serve(t, s)
		streams := []*rawStream{open(t, client, "/connect", good(t, "ana"), ""), open(t, client, "/connect", good(t, "bo"), "")}
		for _, stream := range streams {
			stream.next()
		}
		s.Close()
		for _, stream := range streams {
			if _, err := io.ReadAll(stream.resp.Body); err != nil {
				t.Errorf("the stream ended with %v, want a proper end", err)
			}
		}
		s.Close()
	})
}

// A server that is told to stop ends its streams one after another, and serves
// even those that are opened meanwhile.
func TestFault28Drain(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		s := testServer(t, ServerOptions{MaxStreams: -1})
		defer s.Close()
		client := serve(t, s)
		const most = 500 * time.Millisecond
		ended := make(chan time.Duration, 101)
		read := func(n int, since time.Time) {
			stream := open(t, client, "/connect", good(t, fmt.Sprint(n)), "")
			stream.next()
			go func() {
				if _, err := io.Copy(io.Discard, stream.resp.Body); err != nil {
					t.Errorf("a stream ended with %v, want a proper end", err)
				}
				ended <- time.Since(since)
			}()
		}
		start := time.Now()
		for n := range 100 {
			read(n, start)
		}
		if got := s.Drain(most); got != most {
			t.Errorf("draining 100 streams takes %v, want %v", got, most)
		}
		s.Drain(0)
		read(100, start)
		early := 0
		for range 101 {
			took := <-ended
			if took > most {
				t.Errorf("a stream ended after %v, want %v at most", took, most)
			}
			if took < most/2 {
				early++
			}
		}
		if early < 20 || early > 80 {
			t.Errorf("%d of 101 ended in the first half, want about half", early)
		}
	})
}

// What was served and refused is counted, and how long relays took.
func TestStats(t *testing.T) {
	overEach(t, func(t *testing.T, serve serving) {
		var took []time.Duration
		s := testServer(t, ServerOptions{OnRelay: func(d time.Duration) { took = append(took, d) }})
		defer s.Close()
		client := serve(t, s)
		ana := open(t, client, "/connect", good(t, "ana"), "")
		bo := open(t, client, "/connect", good(t, "bo"), "")
		ana.next()
		bo.next()
		for _, p := range []struct{ path, token string }{
			{"/studio/join", good(t, "ana")}, {"/studio/join", good(t, "bo")},
			{"/relay/bo/hi", good(t, "ana")}, {"/relay/cy/hi", good(t, "ana")}, {"/relay/bo/hi", ""},
		} {
			post(s, p.path, p.token, "{}")
		}
		for bo.next().name != "hi" {
		}
		synctest.Wait() // until the streams have noted what they wrote
		got := s.Stats()
		if got.SentBytes < 300 || got.SentBytes > 3000 {
			t.Errorf("%d bytes sent, want some", got.SentBytes)
		}
		got.SentBytes = 0
		want := Stats{Peers: 2, Streams: 2, Rooms: 1, Joins: 2, Relays: 1, Refusals: map[string]uint64{"no_peer": 1, "no_token": 1}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if len(took) != 1 || took[0] != 0 {
			t.Errorf("relays took %v, want one that took no time", took)
		}
	})
}
