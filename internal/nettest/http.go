// Package nettest builds networks that exist only in memory, so that tests can
// run servers and peers inside a testing/synctest bubble.
package nettest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
)

// A Server is an HTTP server at the end of in-memory connections. Methods may
// be called concurrently.
type Server struct {
	// Client reaches the server at any URL.
	Client *http.Client

	mu      sync.Mutex
	http    *http.Server          // nil while it is down
	conns   map[net.Conn]net.Conn // the clients' ends, by the server's
	budget  int                   // bytes that answers may still carry
	metered bool                  // whether budget counts
	serving sync.WaitGroup
}

// Serve runs h for the life of the test.
func Serve(t testing.TB, h http.Handler) *Server {
	t.Helper()
	s := &Server{conns: make(map[net.Conn]net.Conn)}
	tr := &http.Transport{DialContext: s.dial, MaxIdleConnsPerHost: 100}
	s.Client = &http.Client{Transport: tr}
	s.Start(h)
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		s.Kill()
		s.serving.Wait()
	})
	return s
}

// Start runs h where nothing runs.
func (s *Server) Start(h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.http = &http.Server{Handler: h}
}

// Kill ends the server like kill -9: every connection is cut, and new ones are
// refused until Start.
func (s *Server) Kill() {
	s.mu.Lock()
	srv := s.http
	s.http = nil
	for far := range s.conns { // also those that handlers have taken from srv
		far.Close()
	}
	s.mu.Unlock()
	if srv != nil {
		srv.Close()
	}
	s.Cut()
}

// Cut ends every connection, as a network does. New ones are accepted.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for far, near := range s.conns {
		near.Close()
		far.Close()
	}
	clear(s.conns)
}

// CutAfter lets the answers carry n more bytes, all connections together, and
// then cuts the one that would carry more. Whatever comes after that passes.
func (s *Server) CutAfter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.budget, s.metered = n, true
}

var errRefused = errors.New("connection refused")

func (s *Server) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http == nil {
		return nil, &net.OpError{Op: "dial", Net: "mem", Err: errRefused}
	}
	near, far := net.Pipe()
	s.conns[far] = near
	srv := s.http
	s.serving.Go(func() { srv.Serve(&single{conn: &meteredConn{far, s}}) })
	return near, nil
}

// A meteredConn is the server's end of a connection.
type meteredConn struct {
	net.Conn
	server *Server
}

func (c *meteredConn) Write(p []byte) (int, error) {
	s := c.server
	s.mu.Lock()
	cut := s.metered && len(p) > s.budget
	if cut {
		p, s.metered = p[:s.budget], false
	} else {
		s.budget -= len(p)
	}
	s.mu.Unlock()
	n, err := c.Conn.Write(p)
	if cut {
		c.Close()
		return n, net.ErrClosed
	}
	return n, err
}

// RemoteAddr has the shape that servers expect.
func (c *meteredConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 1} }

// A single is a listener that accepts one connection. Closing it does nothing:
// the http.Server closes it when it has the error, and serves on.
type single struct {
	conn net.Conn
	once sync.Once
}

func (l *single) Accept() (c net.Conn, err error) {
	err = net.ErrClosed
	l.once.Do(func() { c, err = l.conn, nil })
	return c, err
}

func (l *single) Close() error   { return nil }
func (l *single) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 80} }
