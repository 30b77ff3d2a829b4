package main

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

const (
	spareConnections = 8                     // beyond the limit, that are told that there is no room
	acceptPause      = 50 * time.Millisecond // after a failure to take one
	sayEvery         = 10 * time.Second      // at most, that some were not taken
)

// connections is a listener that bounds how many connections there are, in all
// and of one address. Where there is no room for a new one, that makes way which
// has had nothing to do for longest: idle ones are no reason to turn anybody
// away. Methods may be called concurrently.
type connections struct {
	net.Listener
	log    *slog.Logger
	most   int                   // in all
	each   int                   // of one address; of IPv6 of one /64
	exempt func(netip.Addr) bool // from each

	mu     sync.Mutex
	open   int
	of     map[netip.Prefix]int
	idle   *list.List // of *connection, that for longest first
	turned int        // away, since that was said
	said   time.Time
}

// A connection is one of them. The mutex of connections guards its fields.
type connection struct {
	net.Conn
	all    *connections
	from   netip.Prefix // zero: exempt
	spare  bool         // it came when there was no room
	idle   *list.Element
	closed bool
}

func limitConnections(l net.Listener, most, each int, exempt func(netip.Addr) bool, log *slog.Logger) *connections {
	return &connections{
		Listener: l, log: log, most: most, each: each, exempt: exempt,
		of: make(map[netip.Prefix]int), idle: list.New(),
	}
}

// Accept waits for the next connection that there is room for. It outlives a
// want of descriptors, which is said.
func (c *connections) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		switch {
		case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.ENOMEM):
			c.evict()
			c.turnedAway(err)
			time.Sleep(acceptPause)
			continue
		case errors.Is(err, syscall.ECONNABORTED):
			continue // it has gone already
		case err != nil:
			return nil, err
		}
		if taken := c.take(conn); taken != nil {
			return taken, nil
		}
		conn.Close()
	}
}

// take counts a connection, or returns nil if there is no room for it.
func (c *connections) take(conn net.Conn) *connection {
	taken := &connection{Conn: conn, all: c, from: c.source(conn)}
	if full := c.count(taken); full != "" {
		c.turnedAway(errors.New(full))
	}
	if taken.closed {
		return nil
	}
	return taken
}

// count puts a new connection among the others, and says what is full if it has
// none of the usual places.
func (c *connections) count(n *connection) (full string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n.from.IsValid() && c.of[n.from] >= c.each && !c.makeWay(func(o *connection) bool { return o.from == n.from }) {
		n.closed = true
		return fmt.Sprintf("one address has its %d connections", c.each)
	}
	if c.open >= c.most && !c.makeWay(func(*connection) bool { return true }) {
		full = fmt.Sprintf("too many open files are in use: all %d connections are", c.most)
		if n.spare = true; c.open >= c.most+spareConnections {
			n.closed = true
			return full
		}
	}
	c.open++
	if n.from.IsValid() {
		c.of[n.from]++
	}
	n.idle = c.idle.PushBack(n)
	return full
}

// makeWay closes the connection that has been idle for longest, of those that
// may be. c.mu is held.
func (c *connections) makeWay(may func(*connection) bool) bool {
	for e := c.idle.Front(); e != nil; e = e.Next() {
		if o := e.Value.(*connection); may(o) {
			c.forget(o)
			go o.Conn.Close() // it may have something to say to the other side
			return true
		}
	}
	return false
}

// evict closes the idle connection that is the oldest.
func (c *connections) evict() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.makeWay(func(*connection) bool { return true })
}

// forget takes a connection out. c.mu is held.
func (c *connections) forget(o *connection) {
	if o.closed {
		return
	}
	o.closed = true
	c.open--
	if o.from.IsValid() {
		add(c.of, o.from, -1)
	}
	o.rest(nil)
}

// rest puts the connection at its place among the idle ones, or takes it out.
func (o *connection) rest(e *list.Element) {
	if o.idle != nil {
		o.all.idle.Remove(o.idle)
	}
	o.idle = e
}

// Close closes the connection, and makes room.
func (o *connection) Close() error {
	o.all.mu.Lock()
	o.all.forget(o)
	o.all.mu.Unlock()
	return o.Conn.Close()
}

// state follows what the http.Server does with its connections.
func (c *connections) state(conn net.Conn, s http.ConnState) {
	o := connectionOf(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	if o == nil || o.closed {
		return
	}
	switch s {
	case http.StateIdle:
		o.rest(nil)
		o.idle = c.idle.PushBack(o)
	case http.StateActive:
		o.rest(nil)
	}
}

// connectionOf is the connection below what the http.Server has.
func connectionOf(conn net.Conn) *connection {
	for {
		switch c := conn.(type) {
		case *connection:
			return c
		case *tls.Conn:
			conn = c.NetConn()
		case *begun:
			conn = c.Conn
		default:
			return nil
		}
	}
}

// source is which address a connection counts for: none if that is exempt.
func (c *connections) source(conn net.Conn) netip.Prefix {
	source := sourceOf(conn.RemoteAddr())
	if ip := source.Addr(); !source.IsValid() || ip.IsLoopback() || c.exempt(ip) {
		return netip.Prefix{}
	}
	return source
}

// sourceOf is who an address belongs to, as far as the network tells: of IPv6 a
// customer has a /64. It is zero for what is no address.
func sourceOf(a net.Addr) netip.Prefix {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Prefix{}
	}
	ip := at.Addr().Unmap().WithZone("")
	bits := ip.BitLen()
	if ip.Is6() && !ip.IsLoopback() {
		bits = 64
	}
	source, _ := ip.Prefix(bits) // it has as many
	return source
}

// turnedAway says that connections are not taken, now and then.
func (c *connections) turnedAway(why error) {
	c.mu.Lock()
	c.turned++
	n, open := c.turned, c.open
	due := time.Since(c.said) >= sayEvery
	if due {
		c.turned, c.said = 0, time.Now()
	}
	c.mu.Unlock()
	if due {
		c.log.Warn("connections are not taken", "err", why, "times", n, "open", open, "limit", c.most,
			"hint", "raise the limit of open files (ulimit -n), or --max-connections")
	}
}

// full reports whether there is no room for another connection.
func (c *connections) full() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open >= c.most && c.idle.Len() == 0
}

type spareKey struct{}

// mark tells the handler which connections came when there was no room.
func (c *connections) mark(ctx context.Context, conn net.Conn) context.Context {
	if o := connectionOf(conn); o != nil && o.spare {
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
		case "/healthz", "/readyz":
			next.ServeHTTP(w, r)
		default:
			w.Header().Set("Retry-After", "5")
			http.Error(w, "the server has as many connections as it can", http.StatusServiceUnavailable)
		}
	})
}
