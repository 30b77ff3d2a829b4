package main

import (
	"container/list"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

// connections is a listener that bounds how many connections there are, in all
// and of one address. Where there is no room for a new one, that makes way which
// has had nothing to do for longest: idle ones are no reason to turn anybody
// away. Methods may be called concurrently.
type connections struct {
	net.Listener
	most   int                   // in all
	each   int                   // of one address; of IPv6 of one /64
	exempt func(netip.Addr) bool // from each

	full, crowded, starved *repeated // why connections are not taken

	mu      sync.Mutex
	open    int
	of      map[netip.Prefix]int
	idle    *list.List // of *connection, that for longest first
	spares  *list.List // of *connection, the oldest first
	reserve *os.File   // a descriptor to give up where there is none; nil while that is so
	lent    bool       // the next connection has it
	refused time.Time  // when there was no room last
	want    syscall.Errno
	wanted  time.Time // when that was wanting last
}

// A connection is one of them. The mutex of connections guards its fields.
type connection struct {
	net.Conn
	all    *connections
	from   netip.Prefix // zero: exempt
	since  time.Time
	spare  *list.Element // it came when there was no room; or nil
	idle   *list.Element
	closed bool
}

func limitConnections(l net.Listener, most, each int, exempt func(netip.Addr) bool, log *slog.Logger) *connections {
	not := func(hint string) *repeated { return &repeated{log: log, what: "connections are not taken", hint: hint} }
	const raise = "raise the limit of open files (ulimit -n), or --max-connections"
	c := &connections{
		Listener: l, most: most, each: each, exempt: exempt,
		full: not(raise), starved: not(raise), crowded: not("if the address is a proxy's, trust it with --trusted-proxy"),
		of: make(map[netip.Prefix]int), idle: list.New(), spares: list.New(),
	}
	c.restock()
	return c
}

// Close ends the listener, and says what has not been said of it.
func (c *connections) Close() error {
	for _, r := range []*repeated{c.full, c.crowded, c.starved} {
		r.end()
	}
	c.mu.Lock()
	c.giveUp()
	c.mu.Unlock()
	return c.Listener.Close()
}

// Accept waits for the next connection that there is room for. It outlives a
// want of descriptors, which is said.
func (c *connections) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		switch {
		case wantOf(err) != 0:
			c.starve(err)
		case errors.Is(err, syscall.ECONNABORTED): // it has gone already
		case err != nil:
			return nil, err
		default:
			if taken := c.take(conn); taken != nil {
				return taken, nil
			}
			conn.Close()
		}
	}
}

// take counts a connection, or returns nil if there is no room for it.
func (c *connections) take(conn net.Conn) *connection {
	taken := &connection{Conn: conn, all: c, from: c.source(conn), since: time.Now()}
	for !c.count(taken) {
		time.Sleep(countPause)
	}
	switch {
	case taken.closed:
		c.crowded.note("err", fmt.Sprintf("one address has its %d connections", c.each), "address", taken.from)
		return nil
	case taken.spare != nil:
		c.full.note("err", fmt.Sprintf("all %d connections are in use", c.most))
	}
	return taken
}

// count puts a new connection among the others, or closes it if its address has as
// many as it may. It reports false while those that came a moment ago have to be
// heard first.
func (c *connections) count(n *connection) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n.from.IsValid() && c.of[n.from] >= c.each && !c.makeWay(func(o *connection) bool { return o.from == n.from }) {
		n.closed = true
		return true
	}
	if c.lent && time.Since(c.wanted) >= lentTime {
		c.lent = false // nobody came for it in time
	}
	if c.lent || c.open >= c.most && !c.makeWay((*connection).heard) {
		if !c.lent && c.idle.Len() > 0 || !c.spareFor(n) {
			return false
		}
	}
	c.open++
	if n.from.IsValid() {
		c.of[n.from]++
	}
	n.idle = c.idle.PushBack(n)
	return true
}

// makeWay closes the connection that has been idle for longest, of those that
// may be. c.mu is held.
func (c *connections) makeWay(may func(*connection) bool) bool {
	for e := c.idle.Front(); e != nil; e = e.Next() {
		if o := e.Value.(*connection); may(o) {
			c.cut(o)
			return true
		}
	}
	return false
}

// cut closes a connection. c.mu is held.
func (c *connections) cut(o *connection) {
	c.forget(o)
	go o.end() // it may have something to say to the other side
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
	if o.spare != nil {
		c.spares.Remove(o.spare)
	}
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
	return o.end()
}

func (o *connection) end() error {
	err := o.Conn.Close()
	o.all.restock()
	return err
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

// size is how many connections there are, and may be.
func (c *connections) size() (open, most int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open, c.most
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
