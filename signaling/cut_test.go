package signaling

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

// A cutter cuts event streams after so many bytes of their events.
type cutter struct {
	next  http.RoundTripper
	after []int // bytes, of each stream; those beyond are left whole
	seen  bytes.Buffer
}

func (c *cutter) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	if err == nil && r.URL.Path == "/connect" && len(c.after) > 0 {
		resp.Body = &cutBody{resp.Body, c.after[0], &c.seen}
		c.after = c.after[1:]
	}
	return resp, err
}

type cutBody struct {
	io.ReadCloser
	left int
	seen *bytes.Buffer
}

func (b *cutBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		b.Close()
		return 0, errors.New("connection reset")
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.seen.Write(p[:n])
	return n, err
}

// hearThrough has a client hear 20 events over streams that are cut. It returns
// what the client heard, and what came over the streams in all.
func hearThrough(t *testing.T, after ...int) (heard []Event, streamed []byte, err error) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t, ServerOptions{})
		defer s.Close()
		net := nettest.Serve(t, s)
		cut := &cutter{next: net.Client.Transport, after: after}
		bo := connect(s.hub, "bo").session.peer
		s.hub.Join(bo.ID, "studio")
		var ana *Client
		ana, err = Dial(t.Context(), "http://server", ClientOptions{Name: "Ana", HTTPClient: &http.Client{Transport: cut}})
		if err != nil {
			return
		}
		defer ana.Close()
		events := follow(ana)
		s.hub.Join(ana.Self().ID, "studio")
		for n := range 19 {
			s.hub.Relay(bo, ana.Self().ID, "wave", fmt.Append(nil, n))
		}
		time.Sleep(time.Duration(len(after)+1) * time.Second)
		heard, streamed = events(), slices.Clone(cut.seen.Bytes())
	})
	return heard, streamed, err
}

// checkHeard holds what a client heard to what the server had for it. It
// returns over how many streams that came.
func checkHeard(heard []Event) (streams int, err error) {
	n := 0
	for _, ev := range heard {
		switch ev := ev.(type) {
		case State:
		case Connected:
			if streams++; ev.Recovered != (streams > 1) {
				return streams, fmt.Errorf("stream %d: recovered %t", streams, ev.Recovered)
			}
		case AddPeer:
			if n++; n != 1 || ev.Peer.ID != "bo" || !ev.Offer {
				return streams, fmt.Errorf("event %d is %+v", n, ev)
			}
		case Relayed:
			if n++; ev.Peer.ID != "bo" || ev.Name != "wave" || string(ev.Data) != fmt.Sprint(n-2) {
				return streams, fmt.Errorf("event %d is %+v", n, ev)
			}
		default:
			return streams, fmt.Errorf("an unknown %+v", ev)
		}
	}
	if n != 20 {
		return streams, fmt.Errorf("%d events, want 20", n)
	}
	return streams, nil
}

// Wherever a stream is cut, the client goes on with the next event, and half an
// event is none.
func TestFault02StreamCutAnywhere(t *testing.T) {
	heard, stream, err := hearThrough(t, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if streams, err := checkHeard(heard); err != nil || streams != 1 {
		t.Fatalf("%d streams: %v", streams, err)
	}
	hello := bytes.Index(stream, []byte("\n\n")) + 2
	if got := bytes.Count(stream, []byte("\n\n")); got != 21 {
		t.Fatalf("%d events on the stream, want 21", got)
	}
	for n := range len(stream) + 1 {
		heard, _, err := hearThrough(t, n)
		if n < hello { // there is no server before it has said so
			if !errors.Is(err, ErrNoServer) {
				t.Errorf("cut after %d bytes: dialing gave %v, want ErrNoServer", n, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("cut after %d bytes: %v", n, err)
		}
		if streams, err := checkHeard(heard); err != nil || streams != 2 {
			t.Fatalf("cut after %d bytes of\n%s\n%d streams: %v", n, stream, streams, err)
		}
	}
}

// Every stream is cut, so that the cuts meet resumed streams too.
func TestFault02StreamCutAgainAndAgain(t *testing.T) {
	for n := 500; n < 600; n++ {
		heard, streamed, err := hearThrough(t, slices.Repeat([]int{n}, 30)...)
		if err != nil {
			t.Fatalf("cut every %d bytes: %v", n, err)
		}
		if streams, err := checkHeard(heard); err != nil || streams < 6 {
			t.Fatalf("cut every %d bytes of\n%s\n%d streams: %v", n, streamed, streams, err)
		}
	}
}

// An outage of 65 % of the grace period is as if there had been none: what
// was said meanwhile comes in order, and nobody was told that somebody left.
func TestFault02LongOutage(t *testing.T) {
	for outage, grace := range map[time.Duration]time.Duration{
		6500 * time.Millisecond: 10 * time.Second,
		30 * time.Second:        50 * time.Second,
	} {
		for range 20 { // for pauses are random
			synctest.Test(t, func(t *testing.T) {
				s := testServer(t, ServerOptions{Grace: grace})
				defer s.Close()
				door := &front{handler: s}
				net := nettest.Serve(t, door)
				bo := connect(s.hub, "bo")
				bo.join(t, "studio")
				ana, err := Dial(t.Context(), "http://server", ClientOptions{Name: "Ana", HTTPClient: net.Client})
				if err != nil {
					t.Fatal(err)
				}
				defer ana.Close()
				heard := follow(ana)
				s.hub.Join(ana.Self().ID, "studio")
				bo.heard()
				door.turn(status(502))
				net.Cut()
				for n := range 19 {
					if err := s.hub.Relay(bo.session.peer, ana.Self().ID, "wave", fmt.Append(nil, n)); err != nil {
						t.Fatal(err)
					}
					time.Sleep(outage / 19)
				}
				door.turn(s)
				time.Sleep(20 * time.Second)
				events := heard()
				if streams, err := checkHeard(events); err != nil || streams != 2 {
					t.Errorf("after %v, %d streams: %v, of %+v", outage, streams, err, events)
				}
				bo.wants(t)
			})
		}
	}
}
