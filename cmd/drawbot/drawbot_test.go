package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"drawmesh/signaling"
)

// patience is after how long a test gives up on something that never comes,
// whatever comes instead, on a machine that has much else to do.
const patience = 2 * time.Minute

func TestMain(m *testing.M) {
	beDrawbot()
	goleak.VerifyTestMain(m)
}

// A site is a signaling server at work.
type site struct {
	URL  string
	stop func() // ends it, with every event stream; again is harmless
}

// serve starts a signaling server for this test.
func serve(t testing.TB, opts signaling.ServerOptions) site {
	t.Helper()
	opts.Secrets = [][]byte{signaling.NewSecret()}
	rooms, err := signaling.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(rooms)
	stop := sync.OnceFunc(func() {
		rooms.Close()
		s.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	t.Cleanup(stop)
	return site{s.URL, stop}
}

// A transcript is what a command has written so far.
type transcript struct {
	mu    sync.Mutex
	text  strings.Builder
	grown chan struct{} // closed at the next write

	ended <-chan struct{} // closed when nothing more is written; nil: that is not known
}

func newTranscript() *transcript { return &transcript{grown: make(chan struct{})} }

func (tr *transcript) Write(p []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.text.Write(p)
	close(tr.grown)
	tr.grown = make(chan struct{})
	return len(p), nil
}

func (tr *transcript) String() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.text.String()
}

// await waits until all of want have been written, in that order, and returns
// what follows the last. It gives up when the command has ended without them.
func (tr *transcript) await(t *testing.T, want ...string) string {
	t.Helper()
	late := time.After(patience)
	for over := false; ; {
		tr.mu.Lock()
		text, grown := tr.text.String(), tr.grown
		tr.mu.Unlock()
		rest, found := text, true
		for _, w := range want {
			if _, rest, found = strings.Cut(rest, w); !found {
				break
			}
		}
		if found {
			return rest
		}
		if over {
			t.Fatalf("got %q and then the end, want %q in it", text, want)
		}
		select {
		case <-grown:
		case <-tr.ended:
			over = true // but for what was written meanwhile
		case <-late:
			t.Fatalf("got %q in %v, want %q in it", text, patience, want)
		}
	}
}

// A running is a drawbot at work.
type running struct {
	out, err  *transcript
	interrupt context.CancelFunc // Ctrl-C
	code      chan int
}

// start runs drawbot. It is interrupted, and has ended, before the test ends.
func start(t *testing.T, in io.Reader, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	r := &running{newTranscript(), newTranscript(), cancel, make(chan int, 1)}
	ended := make(chan struct{})
	r.out.ended, r.err.ended = ended, ended
	go func() {
		defer close(ended)
		r.code <- run(ctx, env{in, r.out, r.err}, args)
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-ended:
		case <-time.After(patience):
			t.Errorf("%q does not end\nstdout: %s\nstderr: %s", args, r.out, r.err)
		}
	})
	return r
}

// wait waits until drawbot ends, which it must with that status.
func (r *running) wait(t *testing.T, want int) {
	t.Helper()
	select {
	case got := <-r.code:
		if got != want {
			t.Fatalf("got exit status %d, want %d\nstdout: %s\nstderr: %s", got, want, r.out, r.err)
		}
	case <-time.After(patience):
		t.Fatalf("got no end, want exit status %d\nstdout: %s\nstderr: %s", want, r.out, r.err)
	}
}

func nothing() io.Reader { return strings.NewReader("") }
