package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"drawmesh/peer/loadtest"
	"drawmesh/peer/loadtest/render"
)

// listenAddress is a flag: where to serve. Its zero value is nowhere.
type listenAddress string

// UnmarshalText reads PORT, :PORT or HOST:PORT. Without a host it is this machine
// alone.
func (a *listenAddress) UnmarshalText(text []byte) error {
	s := string(text)
	if !strings.Contains(s, ":") {
		s = ":" + s
	}
	host, port, err := net.SplitHostPort(s)
	if n, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || n > 65535 {
		return fmt.Errorf("%q is no address to serve at, such as 9000, localhost:9000 or 0.0.0.0:9000", text)
	}
	if host == "" {
		host = "localhost"
	}
	*a = listenAddress(net.JoinHostPort(host, port))
	return nil
}

// A liveServer shows a run while it goes, as a page and to Prometheus. A nil one
// serves nowhere.
type liveServer struct {
	page   *render.Live
	server *http.Server
	ended  chan struct{} // closed when it serves no more
}

const (
	showLiveEvery = time.Second
	endLiveTime   = 3 * time.Second // for pages to take the last report
)

// serveLive begins to show a run in a room, which has not begun.
func serveLive(addr listenAddress, room string, u *ui) (*liveServer, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", string(addr))
	if err != nil {
		var onAddress *net.OpError
		if errors.As(err, &onAddress) {
			err = onAddress.Err
		}
		return nil, fmt.Errorf("--live %s: %w", addr, err)
	}
	s := &liveServer{
		page:  render.NewLive(&loadtest.Report{Room: room, Ended: "running", Parts: []loadtest.Part{{Part: 1, Of: 1}}}),
		ended: make(chan struct{}),
	}
	host, port, _ := net.SplitHostPort(l.Addr().String()) // a TCP address always can be
	handler := http.Handler(s.page)
	switch ip := net.ParseIP(host); {
	case ip.IsLoopback():
		handler = onlyLocal(handler, string(addr))
	case ip.IsUnspecified():
		if name, err := os.Hostname(); err == nil {
			host = name
		}
	}
	s.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0), // what visitors do wrong is nothing to the run
	}
	go func() {
		defer close(s.ended)
		_ = s.server.Serve(l) // until it is closed
	}()
	u.say("live at http://%s/, and for Prometheus at /metrics", net.JoinHostPort(host, port))
	return s, nil
}

// onlyLocal refuses requests that were addressed to another name than this
// machine's own. A page of some other site could else make its name lead here, and
// read from the report where the room is, which lets anybody in.
func onlyLocal(h http.Handler, addr string) http.Handler {
	given, _, _ := net.SplitHostPort(addr)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		host := req.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if host != "localhost" && host != given && net.ParseIP(strings.Trim(host, "[]")) == nil {
			http.Error(w, fmt.Sprintf("this is not %q: ask for localhost", host), http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, req)
	})
}

// during returns a watch that also shows the run here.
func (s *liveServer) during(watch func(*ui, measurement) (stop func())) func(*ui, measurement) (stop func()) {
	if s == nil {
		return watch
	}
	return func(u *ui, m measurement) (stop func()) {
		watched := watch(u, m)
		shown := repeat(showLiveEvery, func() {
			if r := m.Snapshot(); r != nil {
				s.page.Show(r)
			}
		})
		return func() {
			watched()
			shown()
		}
	}
}

// end shows the last report, and serves no more once the pages have it.
func (s *liveServer) end(r *loadtest.Report) {
	if s == nil {
		return
	}
	s.page.Show(r)
	ctx, cancel := context.WithTimeout(context.Background(), endLiveTime)
	defer cancel()
	_ = s.server.Shutdown(ctx) // who has not got it by now, gets it no more
	s.close()
}

// close serves no more: the pages say that nothing more is heard. Closing twice is
// harmless.
func (s *liveServer) close() {
	if s == nil {
		return
	}
	s.server.Close()
	<-s.ended
}
