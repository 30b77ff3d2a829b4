package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"

	"drawmesh/signaling"
)

// An iceService helps peers to find a way to one another: it shows them how
// they are seen (STUN, RFC 8489), and relays where there is no other way (TURN,
// RFC 8656).
type iceService struct {
	server *turn.Server
	port   int
	public string                // the address to tell peers of; empty for the one they know
	others []signaling.ICEServer // to tell peers of instead
	relay  *relay                // nil without TURN
	door   *door                 // to TURN over TCP and TLS; nil without
	tls    bool                  // browsers trust the page's certificate, so TURN is there too
	most   budget                // of descriptors

	log    *slog.Logger
	warned sync.Once // of a name that peers elsewhere may not know
}

// newICE returns what conf asks for, not yet started.
func newICE(conf *config, secret []byte, log *slog.Logger) (s *iceService, err error) {
	s = &iceService{public: conf.PublicIP, log: log}
	for _, address := range conf.ICEServers {
		server, err := parseICEServer(address)
		if err != nil {
			return nil, fmt.Errorf("--ice-servers %s: %w", masked(address), err)
		}
		s.others = append(s.others, server)
	}
	if conf.Turn {
		if s.relay, err = newRelay(conf, secret, log); err != nil {
			return nil, err
		}
		s.door = newDoor(nil)
		s.tls = conf.TLSCert != "" && !conf.TLSSelfSigned
	}
	return s, nil
}

// limit bounds how many relays there are, and connections to TURN.
func (s *iceService) limit(most budget) {
	s.most = most
	if s.relay != nil {
		s.relay.most = most.relays
	}
}

// start begins to answer, if conf says so. When the port is taken it says that
// and goes on without STUN: on most networks peers find one another anyway.
//
// It does not follow --host: a proxy on this machine, for which that is, carries no
// UDP.
func (s *iceService) start(conf *config, say func(format string, args ...any)) error {
	if !conf.Turn && (conf.NoStun || len(s.others) > 0) {
		return nil
	}
	var err error
	if onlyHere(conf.Stun) && !onlyHere(net.JoinHostPort(conf.PublicIP, "")) {
		err = fmt.Errorf("only this machine reaches %s: give --stun an address that peers reach, or a port alone, as in :3478", conf.Stun)
	} else if err = s.listenAny(conf.Stun); errors.Is(err, syscall.EADDRINUSE) {
		network := "UDP"
		var of *net.OpError
		if errors.As(err, &of) && of.Net == "tcp4" {
			network = "TCP"
		}
		err = fmt.Errorf("%s port %s is taken: choose another with --stun", network, conf.Stun)
	}
	if err == nil || conf.Turn {
		return err
	}
	say("no STUN: %v, or none with --no-stun", err)
	return nil
}

// onlyHere reports whether nobody but this machine reaches an address: it needs
// no STUN.
func onlyHere(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// life is how long what tell returns is good for; zero for ever.
func (s *iceService) life() time.Duration {
	if s.relay == nil {
		return 0
	}
	return credentialLife
}

// anyTries bounds how often any port is tried that is free for UDP, and may be taken
// for TCP.
const anyTries = 10

// listenAny is listen, and tries other ports where any will do.
func (s *iceService) listenAny(address string) (err error) {
	_, port, _ := net.SplitHostPort(address)
	for range anyTries {
		if err = s.listen(address); port != "0" || !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return err
}

// listen opens the sockets: one for IPv4, and for IPv6 one that has STUN only,
// where there is IPv6.
func (s *iceService) listen(address string) error {
	conn, err := listenHomed("udp4", address)
	if err != nil {
		return err
	}
	s.port = conn.LocalAddr().(*net.UDPAddr).Port
	quiet := &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	config := turn.ServerConfig{Realm: realm, LoggerFactory: quiet}
	first := turn.PacketConnConfig{PacketConn: conn, PermissionHandler: denyAll, RelayAddressGenerator: noRelay{}}
	host, _, _ := net.SplitHostPort(address)
	if s.relay != nil {
		l, err := net.Listen("tcp4", net.JoinHostPort(host, strconv.Itoa(s.port)))
		if err != nil {
			conn.Close()
			return err
		}
		s.door.behind = l
		s.relay.configure(&config, &first, s.door)
		own := &doorway{conns: limitConnections(l, s.most.turn, maxAddressRelays, func(netip.Addr) bool { return false }, s.log), turn: s.door, log: s.log}
		go own.run()
	}
	config.PacketConnConfigs = append(config.PacketConnConfigs, first)
	if conn, err := listenHomed("udp6", net.JoinHostPort(host, strconv.Itoa(s.port))); err == nil {
		config.PacketConnConfigs = append(config.PacketConnConfigs,
			turn.PacketConnConfig{PacketConn: conn, PermissionHandler: denyAll, RelayAddressGenerator: noRelay{}})
	}
	s.server, err = turn.NewServer(config)
	if err != nil {
		for _, c := range config.PacketConnConfigs {
			c.PacketConn.Close()
		}
	}
	return err
}

func (s *iceService) close() {
	if s.server != nil {
		s.server.Close()
	}
	if s.relay != nil {
		s.relay.refused.end()
	}
}

func (s *iceService) allocations() int {
	if s.server == nil {
		return 0
	}
	return s.server.AllocationCount()
}

// refusals is how often a relay was refused, for there were too many.
func (s *iceService) refusals() uint64 {
	if s.relay == nil {
		return 0
	}
	return s.relay.refused.count()
}

// tell is what to tell a peer of. Its request says by which name it knows this
// machine; on this very machine it needs nobody to ask.
func (s *iceService) tell(r *http.Request, id signaling.ID) []signaling.ICEServer {
	servers := s.others
	host := s.public
	if host == "" {
		host = hostOf(r)
		s.doubt(r, host)
	}
	if s.server == nil || host == "" {
		return servers
	}
	at := net.JoinHostPort(host, strconv.Itoa(s.port))
	if s.relay != nil {
		user, password := s.relay.credential(id)
		servers = append(servers[:len(servers):len(servers)], signaling.ICEServer{
			URLs: []string{"turn:" + at + "?transport=udp", s.overTCP(r, at)}, Username: user, Credential: password,
		})
	}
	return append(servers[:len(servers):len(servers)], signaling.ICEServer{URLs: []string{"stun:" + at}})
}

// overTCP is where TURN is for who cannot send UDP: at the page's own port, encrypted
// as the page is, for what lets that through lets this through; else at TURN's port.
func (s *iceService) overTCP(r *http.Request, at string) string {
	host := hostOf(r)
	if !s.tls || r.TLS == nil || host == "" || signaling.Proxied(r) {
		return "turn:" + at + "?transport=tcp"
	}
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		port = "443"
	}
	return "turns:" + net.JoinHostPort(host, port) + "?transport=tcp"
}

// doubt says, once, that the name by which peers are told of this machine seems to be
// the proxy's own for it, and no name that they know.
func (s *iceService) doubt(r *http.Request, host string) {
	own, _ := os.Hostname()
	if s.server == nil || !signaling.Proxied(r) || strings.ContainsAny(host, ".:") || host != "" && strings.EqualFold(host, own) {
		return
	}
	s.warned.Do(func() {
		s.log.Warn("peers elsewhere cannot be told of STUN: the proxy before the server replaces the Host header; let it pass on what the browser sent "+
			"(nginx: proxy_set_header Host $http_host;), or say --public-ip", "host", r.Host)
	})
}

// hostOf is the host that a request was sent to, or empty if that is this very
// machine, or no host.
func hostOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	if onlyHere(net.JoinHostPort(host, "")) {
		return ""
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	for _, c := range host {
		if c != '-' && c != '.' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return ""
		}
	}
	return host
}

// parseICEServer parses the address of somebody else's server, which may hold a
// name and a password for TURN (RFC 7064 and 7065 have no place for them).
func parseICEServer(address string) (server signaling.ICEServer, err error) {
	scheme, rest, ok := strings.Cut(address, ":")
	switch {
	case !ok || scheme != "stun" && scheme != "stuns" && scheme != "turn" && scheme != "turns":
		return server, errors.New("begins with stun:, stuns:, turn: or turns: and a host")
	case strings.HasPrefix(rest, "//"):
		return server, errors.New("has no // after the colon")
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		server.Username, server.Credential, _ = strings.Cut(rest[:at], ":")
		rest = rest[at+1:]
	}
	if strings.HasPrefix(scheme, "turn") && server.Credential == "" {
		return server, errors.New("TURN needs a user and a password: turn:USER:PASSWORD@HOST:PORT")
	}
	if host, _, _ := strings.Cut(rest, "?"); host == "" || strings.ContainsAny(rest, " /\r\n") {
		return server, errors.New("names no host")
	}
	server.URLs = []string{scheme + ":" + rest}
	return server, nil
}
