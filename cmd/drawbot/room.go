package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"drawmesh/peer"
	"drawmesh/signaling"
)

// closeTimeout bounds leaving a room. Whoever reads standard output may have
// stopped, and whoever presses Ctrl-C wants to be out.
const closeTimeout = 2 * time.Second

// room is what every command that enters a room wants to know.
type room struct {
	Room   string `arg:"" help:"The room: its address, or its name on --server."`
	Server string `env:"DRAWMESH_SERVER" default:"http://localhost:8081" placeholder:"URL" help:"The server, for a bare name of a room (default ${default})."`
	Name   string `default:"drawbot" placeholder:"NAME" help:"What the others see (default ${default})."`
	Debug  bool   `help:"Say what happens inside, on standard error."`
}

// url is the room's address.
func (r room) url() (string, error) {
	address := r.Room
	if !strings.Contains(address, "://") {
		if strings.Contains(address, "/") {
			return "", misused("room %q is neither a name nor an address: did you mean http://%s?", address, strings.TrimPrefix(address, "/"))
		}
		base, err := parseAddress(r.Server)
		if err != nil {
			return "", misused("server %q: %w", r.Server, err)
		}
		address = base.JoinPath(url.PathEscape(r.Room)).String()
	}
	u, err := parseAddress(address)
	if err != nil {
		return "", misused("room %q: %w", r.Room, err)
	}
	if name := u.Path[strings.LastIndexByte(u.Path, '/')+1:]; name == "" {
		return "", misused("room %q names a server and no room: try %s", r.Room, u.JoinPath("studio"))
	} else if !signaling.ValidRoom(name) {
		return "", misused("room %q: a room's name is 1 to 64 letters, digits, or any of - _ . ~, and no word of the server's own", name)
	}
	return u.String(), nil
}

// parseAddress parses an absolute HTTP address.
func parseAddress(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.Unwrap(err) // the address is named already
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("an address begins with http:// or https://")
	case u.Host == "":
		return nil, errors.New("the address names no host")
	}
	return u, nil
}

// join enters the room. What happens there is told to hear, as it is to
// OnEvent.
func (r room) join(ctx context.Context, u *ui, hear func(peer.Event)) (*peer.Peer, error) {
	address, err := r.url()
	if err != nil {
		return nil, err
	}
	opts := peer.Options{Name: r.Name, OnEvent: hear}
	if r.Debug {
		opts.Logger = slog.New(slog.NewTextHandler(lines{u}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	p, err := peer.Join(ctx, address, opts)
	if errors.Is(err, signaling.ErrNoServer) {
		return nil, fmt.Errorf("%w; start one with: make run", err)
	}
	return p, err
}

// leave leaves the room, in closeTimeout at most.
func leave(p *peer.Peer) {
	left := make(chan struct{})
	go func() {
		defer close(left)
		p.Close() // never fails
	}()
	select {
	case <-left:
	case <-time.After(closeTimeout):
	}
}

// stay bounds what is done in a room.
type stay struct {
	For time.Duration `placeholder:"DURATION" help:"Leave after so long, such as 90s or 2h (default: at Ctrl-C)."`
}

// limit returns a context that ends with the stay.
func (s stay) limit(ctx context.Context) (context.Context, context.CancelFunc, error) {
	switch {
	case s.For < 0:
		return nil, nil, misused("--for %v: a duration is above zero", s.For)
	case s.For == 0:
		ctx, cancel := context.WithCancel(ctx)
		return ctx, cancel, nil
	default:
		ctx, cancel := context.WithTimeout(ctx, s.For)
		return ctx, cancel, nil
	}
}
