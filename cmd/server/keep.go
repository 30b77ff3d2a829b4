package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"drawmesh/internal/archive"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// keepConfig is how the server keeps what is drawn.
type keepConfig struct {
	Keep      string        `placeholder:"DIR" help:"Keep the drawings of all rooms in this directory, so that they outlive their people; nowhere if empty."`
	KeepRooms int           `name:"keep-rooms" default:"256" placeholder:"N" help:"How many rooms to keep at a time: those that were drawn in last (default ${default})."`
	KeepFor   time.Duration `name:"keep-for" placeholder:"DURATION" help:"Delete drawings of rooms that nobody has entered for so long, such as 720h (default: never)."`
	KeepSize  size          `name:"keep-size" default:"64MB" placeholder:"SIZE" help:"How large the file of one drawing may become (default ${default})."`
}

func (c keepConfig) check() error {
	switch {
	case c.KeepRooms < 1:
		return fmt.Errorf("--keep-rooms %d: at least 1", c.KeepRooms)
	case c.KeepFor < 0 || c.KeepFor > 0 && c.KeepFor < time.Hour:
		return fmt.Errorf("--keep-for %v: at least an hour", c.KeepFor)
	case c.KeepSize < 64<<10:
		return fmt.Errorf("--keep-size %d: at least 64KB", c.KeepSize)
	}
	return nil
}

// size is a flag: a number of bytes.
type size int64

// UnmarshalText reads a whole number of KB, MB or GB, or of bytes.
func (s *size) UnmarshalText(text []byte) error {
	number, unit := string(text), int64(1)
	for i, suffix := range []string{"KB", "MB", "GB"} {
		if n, ok := strings.CutSuffix(number, suffix); ok {
			number, unit = n, 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > 1<<40/unit {
		return fmt.Errorf("%q is no size, such as 64MB", text)
	}
	*s = size(n * unit)
	return nil
}

// A keeping is the keepers of all rooms, and their way to the server. A nil one
// keeps nothing.
type keeping struct {
	rooms *archive.Rooms
	inner *http.Server
	pipes *pipes
	reach *http.Transport
}

// keep opens the directory. From then on the rooms hear of visits, and serve
// says of which server.
func (c keepConfig) keep(publicIP string, say func(format string, args ...any)) (*keeping, error) {
	dir, err := archive.OpenDir(c.Keep, say)
	if err != nil {
		return nil, fmt.Errorf("--keep: %w", err)
	}
	k := &keeping{pipes: &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}}
	k.reach = &http.Transport{DialContext: k.pipes.dial, MaxIdleConnsPerHost: 64}
	host := "localhost" // by this name nobody is told to ask others how it is seen
	if publicIP != "" {
		host = publicIP
	}
	k.rooms = archive.Keep(dir, archive.RoomsOptions{
		URL: "http://" + net.JoinHostPort(host, "80"), Most: c.KeepRooms, Limit: int64(c.KeepSize), For: c.KeepFor, Say: say,
		Peer: peer.Options{HTTPClient: &http.Client{Transport: k.reach}},
	})
	return k, nil
}

// serve lets the keepers reach the server.
func (k *keeping) serve(rooms *signaling.Server) {
	if k == nil {
		return
	}
	k.inner = &http.Server{Handler: rooms.Inside()}
	go k.inner.Serve(k.pipes)
}

// close stores everything. It fails if that cannot be done.
func (k *keeping) close() error {
	if k == nil {
		return nil
	}
	err := k.rooms.Close()
	k.reach.CloseIdleConnections()
	if k.inner != nil {
		k.inner.Close()
	}
	return err
}

// pipes are the connections that stay in the process.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept, Close and Addr make it a [net.Listener].
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "inside", Net: "pipe"} }
