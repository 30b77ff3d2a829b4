package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"drawmesh/signaling"
)

const (
	headerTime = 5 * time.Second // to send a request's header
	idleTime   = 2 * time.Minute // between two requests of a connection
	headerSize = 16 << 10        // bytes
	goodbye    = 3 * time.Second // for requests under way, once asked to stop
)

// serve serves rooms until ctx is canceled. Open event streams then end.
func serve(ctx context.Context, e env, conf *config) error {
	level := slog.LevelWarn
	if conf.Verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: level}))

	secrets := [][]byte{[]byte(conf.Secret)}
	if conf.Secret == "" {
		fmt.Fprintln(e.err, "drawmesh: no TOKEN_SECRET given, signing with a random one")
		secrets[0] = signaling.NewSecret()
	}
	if conf.OldSecret != "" {
		secrets = append(secrets, []byte(conf.OldSecret))
	}
	rooms, err := signaling.NewServer(signaling.ServerOptions{Secrets: secrets, Logger: log})
	if err != nil {
		return usageError{err}
	}
	l, err := listen(ctx, conf)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.err, "drawmesh: open %s\n", address(conf.Host, l.Addr()))

	srv := &http.Server{
		Handler:           newHandler(rooms),
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerSize,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelInfo), // what strangers send
		// No WriteTimeout: event streams do not end, and bound their own writes.
	}
	srv.RegisterOnShutdown(func() { rooms.Close() }) // ends event streams; other requests finish
	return serveUntil(ctx, srv, l)
}

// serveUntil serves l until ctx is canceled, and then lets the requests under
// way end.
func serveUntil(ctx context.Context, srv *http.Server, l net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	if err := srv.Shutdown(bye); err != nil {
		srv.Close() // somebody's request takes longer than a restart may
	}
	<-served
	return nil
}

// listen opens the port that conf asks for.
func listen(ctx context.Context, conf *config) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", net.JoinHostPort(conf.Host, strconv.Itoa(int(conf.Port))))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %d is taken: choose another with --port", conf.Port)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("port %d is not for this user: choose one above 1023 with --port", conf.Port)
	}
	return l, err
}

// address is where a person on this machine finds the page.
func address(host string, a net.Addr) string {
	_, port, _ := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}
