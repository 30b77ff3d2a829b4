package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/pprof"
)

// An aside is what is served to operators at addresses of its own, which the public
// does not reach.
type aside struct {
	complaints *log.Logger
	stops      []func()
}

func (a *aside) close() {
	for _, stop := range a.stops {
		stop()
	}
}

// serveAside serves the metrics and profiles that conf asks for.
func (c *config) serveAside(ctx context.Context, metrics http.Handler, floods *floods, say func(string, ...any)) (*aside, error) {
	a := &aside{complaints: floods.errorLog()}
	if c.Metrics != "" {
		at, err := a.serve(ctx, "--metrics", c.Metrics, &http.Server{Handler: metrics, WriteTimeout: headerTime})
		if err != nil {
			return nil, err
		}
		say("metrics at %smetrics", at)
	}
	if c.Pprof != "" {
		// A profile takes as long as it is asked to.
		at, err := a.serve(ctx, "--pprof", c.Pprof, &http.Server{Handler: profiles()})
		if err != nil {
			a.close()
			return nil, err
		}
		say("profiles at %sdebug/pprof/", at)
		if !onlyHere(c.Pprof) {
			floods.log.Warn("other machines reach --pprof: whoever does can see what the server does, and slow it down", "pprof", c.Pprof)
		}
	}
	return a, nil
}

// serve serves at an address that a flag has given, and returns where that is.
func (a *aside) serve(ctx context.Context, flag, at string, srv *http.Server) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", at)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	srv.ErrorLog = a.complaints
	srv.ReadHeaderTimeout, srv.MaxHeaderBytes, srv.IdleTimeout = headerTime, headerSize, idleTime
	served := make(chan struct{})
	go func() {
		defer close(served)
		srv.Serve(l) // until it is closed
	}()
	a.stops = append(a.stops, func() {
		srv.Close()
		<-served
	})
	host, _, _ := net.SplitHostPort(at)
	return address(host, l.Addr(), false), nil
}

// profiles serves those of net/http/pprof, but for the command line, which may hold
// secrets.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
