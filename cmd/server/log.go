package main

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"net"
	"net/url"
	"reflect"
	"strings"

	"drawmesh/internal/version"
)

// newLog is the log of what an operator should know: one line each, and nothing that
// lets anybody in, such as a token, a password or the name of a room. If it is
// verbose, it has who comes and goes, too.
func newLog(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// settings are what the log says of a server that begins: what is set, that is, and
// what it makes of this machine.
func (c *config) settings(at net.Addr, ice *iceService, shares budget) (all []any) {
	set := func(name string, value any) {
		if v := reflect.ValueOf(value); !v.IsZero() {
			all = append(all, name, value)
		}
	}
	set("version", version.Own().String())
	set("http", at)
	set("tls", c.TLSCert != "" || c.TLSSelfSigned)
	set("stun_port", ice.port)
	set("turn", c.Turn)
	set("public_ip", c.PublicIP)
	set("ice_servers", len(ice.others))
	set("redis", hostOfURL(c.Redis))
	set("keep", c.Keep)
	set("trusted_proxies", strings.Join(c.TrustedProxies, ","))
	set("origins", strings.Join(c.Origins, ","))
	set("max_peers", c.MaxPeers)
	set("max_streams", c.MaxStreams)
	set("max_connections", shares.connections)
	set("open_files", descriptorLimit())
	set("grace", c.Grace)
	return all
}

// hostOfURL is a URL without what may be a password in it.
func hostOfURL(text string) string {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		return u.Scheme + "://" + u.Host
	}
	return ""
}

// floods are the warnings that strangers can cause.
type floods struct {
	log                              *slog.Logger
	streams, tokens, requests, panic *repeated
}

func newFloods(log *slog.Logger) *floods {
	again := func(what, hint string) *repeated { return &repeated{log: log, what: what, hint: hint} }
	const proxy = "if the address is a proxy's, trust it with --trusted-proxy"
	return &floods{
		log:      log,
		streams:  again("event streams are refused: one address has as many as it may", "raise --max-streams; "+proxy),
		tokens:   again("tokens are refused: one address asks for too many", proxy),
		requests: again("requests are refused: one peer sends too many", "it is a program that does not wait, or means harm"),
		panic:    again("a request failed by a fault of the server's own", "please report it"),
	}
}

// limited hears of the limits that clients come to.
func (f *floods) limited(reason, address string) {
	switch reason {
	case "too_many_streams":
		f.streams.note("address", address)
	case "too_many_tokens":
		f.tokens.note("address", address)
	case "too_many_requests":
		f.requests.note("address", address)
	}
}

// end says what has not been said yet.
func (f *floods) end() {
	for _, r := range []*repeated{f.streams, f.tokens, f.requests, f.panic} {
		r.end()
	}
}

// errorLog is for an http.Server. What strangers send is for those who want to know
// all, and what goes wrong here is for everybody.
func (f *floods) errorLog() *log.Logger { return log.New(f, "", 0) }

// Write takes one line of an http.Server's.
func (f *floods) Write(line []byte) (int, error) {
	text := string(bytes.TrimSpace(line))
	if bytes.HasPrefix(line, []byte("http: panic serving ")) {
		f.panic.note("err", text)
	} else {
		f.log.Debug("http", "err", text)
	}
	return len(line), nil
}
