package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"drawmesh/signaling"
)

const (
	headerTime = 5 * time.Second  // to send a request's header
	idleTime   = 2 * time.Minute  // between two requests of a connection
	headerSize = 16 << 10         // bytes
	drainTime  = 10 * time.Second // over which event streams end, once asked to stop
	goodbye    = 3 * time.Second  // and for what is under way then
)

// serve serves rooms until ctx is canceled. Open event streams then end.
func serve(ctx context.Context, e env, conf *config) error {
	log := newLog(e.err, conf.Verbose)
	say := func(format string, args ...any) { fmt.Fprintf(e.err, "drawmesh: "+format+"\n", args...) }

	for _, flag := range conf.exposed {
		say("everybody on this machine can read --%s in the list of processes: give it in a file, with --%s-file, or in the environment", flag, flag)
	}
	opts, err := conf.options(say)
	if err != nil {
		return usageError{err}
	}
	config, fingerprint, err := secure(conf, log)
	if err != nil {
		return err
	}
	if conf.Redis != "" {
		bus, err := conf.bus(ctx, opts.Secrets[0], say)
		if err != nil {
			return err
		}
		defer bus.Close()
		opts.Bus = bus
	}
	counts := newMetrics()
	floods := newFloods(log)
	opts.Logger, opts.OnRelay, opts.OnLimit = log, counts.relayed, floods.limited
	shares, err := conf.share(descriptorLimit())
	if err != nil {
		return usageError{err}
	}
	ice, err := newICE(conf, opts.Secrets[0], log)
	if err != nil {
		return usageError{err}
	}
	ice.limit(shares)
	opts.ICEServers, opts.ICELife = ice.tell, ice.life()
	var kept *keeping
	if conf.Keep != "" {
		if kept, err = conf.keep(conf.PublicIP, say); err != nil {
			return err
		}
		defer kept.close() // of no effect after the one below
		opts.OnJoin = kept.rooms.Visit
		opts.MaxPeers++ // the archive takes nobody's place
	}
	rooms, err := signaling.NewServer(opts)
	if err != nil {
		return usageError{err}
	}
	defer rooms.Close()
	kept.serve(rooms)

	l, err := listen(ctx, conf)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := ice.start(conf, say); err != nil {
		return err
	}
	defer ice.close()
	conns := limitConnections(l, shares.connections, shares.each, opts.Trusts, log)
	well := health{full: conns.problem, alone: func() bool { bus := rooms.Stats().Bus; return bus != nil && bus.Away }}
	counts.watch(counted{rooms, ice, conns, floods})
	aside, err := conf.serveAside(ctx, counts.handler(&well), floods, say)
	if err != nil {
		return err
	}
	defer aside.close()
	if fingerprint != "" {
		say("certificate SHA-256 %s", fingerprint)
	}
	log.Info("serving", conf.settings(l.Addr(), ice, shares)...)
	say("open %s", address(conf.Host, l.Addr(), config != nil))
	if err := notify("READY=1"); err != nil {
		say("%v", err)
	}

	srv := &http.Server{
		Handler:           conns.guard(newHandler(rooms, &well)),
		ConnState:         conns.state,
		ConnContext:       conns.mark,
		TLSConfig:         config,
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerSize,
		ErrorLog:          floods.errorLog(),
		// No WriteTimeout: event streams do not end, and bound their own writes.
	}
	web := net.Listener(conns)
	switch {
	case ice.door != nil:
		inside := newDoor(conns)
		both := &doorway{conns: conns, tls: config, web: inside, turn: ice.door, log: log}
		go both.run()
		web = inside
	case config != nil:
		web = tls.NewListener(conns, config)
	}
	var unkept error
	err = serveUntil(ctx, srv, web, func() time.Duration {
		well.end()
		log.Info("told to stop", "streams", rooms.Stats().Streams)
		notify("STOPPING=1") // if it fails, it has been said at the start
		unkept = kept.close()
		return rooms.Drain(drainTime)
	}, rooms.Wait)
	floods.end()
	log.Info("stopped", "streams", rooms.Stats().Streams)
	return errors.Join(err, unkept)
}

// serveUntil serves l until ctx is canceled, and then lets the requests under
// way end. Drain begins to end the event streams, and returns how long it takes;
// ended waits for those that the http.Server does not know.
func serveUntil(ctx context.Context, srv *http.Server, l net.Listener, drain func() time.Duration, ended func(context.Context) error) error {
	served := make(chan error, 1)
	go func() {
		served <- srv.Serve(l)
	}()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain()+goodbye)
	defer cancel()
	if err := srv.Shutdown(bye); err != nil {
		srv.Close() // somebody's request takes longer than a restart may
	}
	_ = ended(bye) // for as long
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
func address(host string, a net.Addr, secure bool) string {
	_, port, _ := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(host, port) + "/"
}
