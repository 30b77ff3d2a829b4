package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

const (
	// Beyond the limit there are some that are told that there is no room: so that
	// they, and whoever watches the server, need not guess.
	spareConnections = 8

	acceptPause = 50 * time.Millisecond // after a failure to take one
	countPause  = 5 * time.Millisecond  // until there may be room for one
	hearTime    = 50 * time.Millisecond // for what a new connection asks, before it has to make way
	lentTime    = 10 * time.Second      // for somebody to take the descriptor in reserve
)

// wantOf is what was wanting, descriptors or memory, when a connection was not
// accepted; zero if that was not why.
func wantOf(err error) syscall.Errno {
	for _, want := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, want) {
			return want
		}
	}
	return 0
}

// starve lets somebody make way for the next connection, or gives it the descriptor
// that is there for that.
func (c *connections) starve(why error) {
	lent := false
	c.mu.Lock()
	c.want, c.wanted = wantOf(why), time.Now()
	switch {
	case c.makeWay((*connection).heard):
	case c.reserve != nil:
		c.giveUp()
		c.lent, lent = true, true
	default:
		c.cutSpare()
	}
	open := c.open
	c.mu.Unlock()
	c.starved.note("err", why, "open", open, "limit", c.most)
	if !lent {
		time.Sleep(acceptPause)
	}
}

// heard reports whether a connection has had time to ask for something.
func (o *connection) heard() bool { return time.Since(o.since) >= hearTime }

// spareFor gives a connection one of the spare places, if there is one. c.mu is held.
func (c *connections) spareFor(n *connection) bool {
	if c.spares.Len() == spareConnections && !c.cutSpare() {
		return false
	}
	c.lent, c.refused = false, time.Now()
	n.spare = c.spares.PushBack(n)
	return true
}

// cutSpare lets the oldest of those make way. c.mu is held.
func (c *connections) cutSpare() bool {
	e := c.spares.Front()
	if e == nil || !e.Value.(*connection).heard() {
		return false
	}
	c.cut(e.Value.(*connection))
	return true
}

// giveUp frees the reserve. c.mu is held.
func (c *connections) giveUp() {
	c.reserve.Close() // of a nil one it does nothing
	c.reserve = nil
}

// restock has a descriptor in reserve again, if there is one.
func (c *connections) restock() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reserve == nil && !c.lent {
		c.reserve, _ = os.Open(os.DevNull)
	}
}

// problem is why connections are not taken, or only to be told so, or were not so long
// ago; empty if they are.
func (c *connections) problem(lately time.Duration) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case time.Since(c.wanted) < lately:
		return fmt.Sprintf("connections cannot be accepted: %v", c.want)
	case c.open >= c.most && c.idle.Len() == 0, time.Since(c.refused) < lately:
		return fmt.Sprintf("no room for more connections: all %d are in use (--max-connections, ulimit -n)", c.most)
	}
	return ""
}

type spareKey struct{}

// mark tells the handler which connections came when there was no room.
func (c *connections) mark(ctx context.Context, conn net.Conn) context.Context {
	if o := connectionOf(conn); o != nil && o.spare != nil {
		return context.WithValue(ctx, spareKey{}, true)
	}
	return ctx
}

// guard answers those connections: they are told that there is no room, and
// whoever watches the server still hears of it.
func (c *connections) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Value(spareKey{}) == nil {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Connection", "close")
		switch r.URL.Path {
		case "/livez", "/healthz", "/readyz":
			next.ServeHTTP(w, r)
		default:
			w.Header().Set("Retry-After", "5")
			http.Error(w, "the server has as many connections as it can", http.StatusServiceUnavailable)
		}
	})
}
