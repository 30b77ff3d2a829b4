package main

import (
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// A client of TURN refreshes its relay within ten minutes, or has none any more.
	silentTURN = 11 * time.Minute
	stuckTURN  = 10 * time.Second // for one write to a client that does not read
)

// A door is a listener of connections that were accepted elsewhere.
type door struct {
	behind net.Listener // where they were, which ends with the door; or nil
	conns  chan net.Conn
	done   chan struct{}
	once   sync.Once
}

func newDoor(behind net.Listener) *door {
	return &door{behind: behind, conns: make(chan net.Conn), done: make(chan struct{})}
}

// Accept waits for the next connection.
func (d *door) Accept() (net.Conn, error) {
	select {
	case conn := <-d.conns:
		return conn, nil
	case <-d.done:
		return nil, net.ErrClosed
	}
}

// Close lets nobody in any more. Closing twice is harmless.
func (d *door) Close() (err error) {
	d.once.Do(func() {
		close(d.done)
		if d.behind != nil {
			err = d.behind.Close()
		}
	})
	return err
}

// Addr is where the connections are accepted.
func (d *door) Addr() net.Addr {
	if d.behind != nil {
		return d.behind.Addr()
	}
	return &net.TCPAddr{}
}

func (d *door) give(conn net.Conn) {
	select {
	case d.conns <- conn:
	case <-d.done:
		conn.Close()
	}
}

// A doorway parts what comes to one port: connections that begin as STUN does go to
// TURN, for networks that let nothing but the web through, and others to the web.
// HTTP begins with a letter, and STUN with a zero (RFC 8489, section 5).
type doorway struct {
	conns *connections
	tls   *tls.Config // nil: connections are plain
	web   *door       // nil: others are closed
	turn  *door
	log   *slog.Logger
}

// run parts connections until there are no more.
func (d *doorway) run() {
	for {
		conn, err := d.conns.Accept()
		if err != nil {
			return
		}
		go d.part(conn)
	}
}

// part looks at how a connection begins, for as long as a header may take.
func (d *doorway) part(raw net.Conn) {
	raw.SetDeadline(time.Now().Add(headerTime))
	conn := raw
	if d.tls != nil {
		secure := tls.Server(raw, d.tls)
		if err := secure.Handshake(); err != nil {
			d.refuse(raw, err)
			return
		}
		conn = secure
		// No client of TURN asks for a protocol, and every browser does.
		if secure.ConnectionState().NegotiatedProtocol != "" {
			raw.SetDeadline(time.Time{})
			d.web.give(conn)
			return
		}
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(conn, first); err != nil {
		raw.Close()
		return
	}
	raw.SetDeadline(time.Time{})
	conn = &begun{Conn: conn, first: first}
	switch {
	case first[0] == 0:
		d.conns.state(raw, http.StateActive)
		d.turn.give(&turnConn{conn})
	case d.web != nil:
		d.web.give(conn)
	default:
		raw.Close()
	}
}

// refuse ends a connection that cannot be encrypted: to who speaks plain HTTP it says
// so, as net/http does.
func (d *doorway) refuse(raw net.Conn, err error) {
	var plain tls.RecordHeaderError
	if errors.As(err, &plain) && plain.Conn != nil && plain.RecordHeader[0] >= 'A' {
		io.WriteString(plain.Conn, "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")
	}
	d.log.Debug("TLS handshake error", "from", raw.RemoteAddr(), "err", err)
	raw.Close()
}

// A begun is a connection of which the first byte was read already.
type begun struct {
	net.Conn
	first []byte
}

// Read reads on from the beginning.
func (c *begun) Read(b []byte) (int, error) {
	if len(c.first) > 0 && len(b) > 0 {
		n := copy(b, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}

// A turnConn is a client of TURN's. It ends when it is silent for longer than any
// client with a relay is, or takes nothing: half of a message spoils what follows.
type turnConn struct{ net.Conn }

// Read reads, for as long as a client may be silent.
func (c *turnConn) Read(b []byte) (int, error) {
	c.SetReadDeadline(time.Now().Add(silentTURN))
	return c.Conn.Read(b)
}

// Write writes, or ends the connection.
func (c *turnConn) Write(b []byte) (int, error) {
	c.SetWriteDeadline(time.Now().Add(stuckTURN))
	n, err := c.Conn.Write(b)
	if err != nil {
		c.Close()
	}
	return n, err
}
