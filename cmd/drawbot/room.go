package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
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
	Room   string   `arg:"" help:"The room: its address, or its name on --server."`
	Server string   `env:"DRAWMESH_SERVER" default:"http://localhost:8081" placeholder:"URL" help:"The server, for a bare name of a room (default ${default})."`
	Name   nickname `default:"drawbot" placeholder:"NAME" help:"What the others see (default ${default})."`
	Debug  bool     `help:"Say what happens inside, on standard error."`

	trust
}

// url is the room's address.
func (r room) url() (string, error) {
	name := strings.TrimSuffix(strings.TrimSpace(r.Room), "/")
	switch {
	case strings.Contains(name, "://"):
		server, room, err := signaling.SplitRoomURL(name)
		if err != nil {
			return "", badAddress("room", name, err)
		}
		return server + "/" + room, nil
	case strings.Contains(name, "/"):
		return "", misused("room %q is neither a name nor an address: did you mean http://%s?", name, strings.TrimLeft(name, "/"))
	case !signaling.ValidRoom(name):
		return "", misused("room %q: %w", name, signaling.ErrRoomName)
	}
	server, err := signaling.ServerURL(r.Server)
	if err != nil {
		return "", badAddress("server", r.Server, err)
	}
	return server.String() + "/" + name, nil
}

// badAddress says why an address is none, without the password that may be in it.
func badAddress(of, address string, err error) error {
	if errors.Is(err, signaling.ErrUserinfo) {
		err = fmt.Errorf("%w, which every list of processes would show: put them into a file, --login-file", err)
	}
	if scheme, rest, ok := strings.Cut(address, "://"); ok && strings.Contains(rest, "@") {
		address = scheme + "://…" + rest[strings.LastIndexByte(rest, '@'):]
	}
	return misused("%s %q: %w", of, address, err)
}

// join enters the room. Somebody has to hear what happens there.
func (r room) join(ctx context.Context, u *ui) (*peer.Peer, error) {
	address, err := r.url()
	if err != nil {
		return nil, err
	}
	client, err := r.trust.client()
	if err != nil {
		return nil, err
	}
	p, err := peer.Join(ctx, address, peer.Options{Name: string(r.Name), HTTPClient: client, Logger: logger(u, r.Debug)})
	return p, orInterrupted(ctx, entering(address, err), "before it was in the room")
}

// hear tells each of what happens in p's room, one event at a time, until p has
// left.
func hear(p *peer.Peer, each func(peer.Event)) {
	for ev := range p.Events() {
		each(ev)
	}
}

// logger is for --debug: without it, nil.
func logger(u *ui, debug bool) *slog.Logger {
	if !debug {
		return nil
	}
	return slog.New(slog.NewTextHandler(lines{u}, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// entering is err, of an attempt to enter the room at an address, in words that
// help.
func entering(address string, err error) error {
	var untrusted *tls.CertificateVerificationError
	var dial *net.OpError
	switch {
	case errors.Is(err, errOtherCertificate):
		return errOtherCertificate
	case errors.As(err, &untrusted):
		return fmt.Errorf("%s: %w: to trust it, --tls-fingerprint or --tls-ca", address, untrusted)
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%s: the server speaks plain HTTP: begin its address with http://", address)
	case errors.Is(err, signaling.ErrNoServer) && onThisMachine(address) && errors.As(err, &dial) && dial.Addr != nil:
		return fmt.Errorf("%w; start one with: make run", err)
	case errors.Is(err, signaling.ErrLogin):
		return fmt.Errorf("%w: give the right one with --login-file", err)
	case errors.Is(err, signaling.ErrRoomFull):
		return fmt.Errorf("room %s is full", lastPart(address))
	}
	return err
}

// lastPart is the name of the room at an address.
func lastPart(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }

// onThisMachine reports whether an address is one that only this machine has.
func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
}

// leave leaves the room, in closeTimeout at most. Leaving twice is harmless.
func leave(p *peer.Peer) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	p.Close(ctx) // never fails
}

// patiently waits for something that ends to have ended: for closeTimeout.
func patiently(end func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		end()
	}()
	select {
	case <-ended:
	case <-time.After(closeTimeout):
	}
}

// catchUp waits until p holds what was drawn before it came, for so long at
// most.
func catchUp(ctx context.Context, p interface{ WaitSynced(context.Context) error }, wait time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	// Of its errors, none is news: the stay goes on with what there is, or it
	// has ended, which Done says too.
	_ = p.WaitSynced(ctx)
}

// warnOf tells of what is wrong with somebody, and that nobody would see in the
// drawing.
func warnOf(warn func(format string, args ...any), ev peer.Event) {
	switch ev := ev.(type) {
	case peer.Lied:
		warn("%s told two stories, which is proved: what they drew is gone", cmp.Or(ev.Name, ev.Proof.Site().String()))
	case peer.Fault:
		if errors.As(ev.Err, new(*peer.DisagreementError)) || errors.Is(ev.Err, peer.ErrNotKept) {
			warn("%s: %v", cmp.Or(ev.Name, string(ev.Peer)), ev.Err)
		}
	}
}

// limited is a context that ends after so long, or never if that is zero.
func limited(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

// checkFor checks a --for.
func checkFor(d time.Duration) error {
	if d < 0 {
		return misused("--for %v: a duration is above zero", d)
	}
	return nil
}
