package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"drawmesh/signaling"
)

const (
	realm = "drawmesh"

	credentialLife = 10 * time.Minute
	// relayLife bounds how long a relay can be kept by who once had the right to
	// make it: a link outlives its credential.
	relayLife = 12 * time.Hour

	// Each of a peer's links has a relay of its own, in each of its networks.
	maxPeerRelays = 128
	// Whoever asks for tokens can be many peers, at one address.
	maxAddressRelays = 512
	maxRelays        = 4096 // of all peers together
)

// A relay is what TURN may do here and for whom. Its methods may be called
// concurrently.
type relay struct {
	key    []byte // of credentials
	ip     netip.Addr
	bind   string    // where relays listen
	ports  [2]uint16 // from, to
	permit permit

	mu    sync.Mutex
	open  map[int]bool         // ports of relays
	of    map[string]int       // relays, by the peer's id
	at    map[netip.Prefix]int // and by its address; of IPv6 by the /64
	total int
	most  int // of total

	refused *repeated
}

func newRelay(conf *config, secret []byte, log *slog.Logger) (*relay, error) {
	if conf.PublicIP == "" {
		return nil, errors.New("--turn needs --public-ip: the address at which peers elsewhere reach this machine")
	}
	ip, err := netip.ParseAddr(conf.PublicIP)
	if err != nil || !ip.Is4() {
		return nil, fmt.Errorf("--public-ip %s is no IPv4 address", conf.PublicIP)
	}
	from, to, err := parsePorts(conf.TurnPorts)
	if err != nil {
		return nil, fmt.Errorf("--turn-ports %s: %w", conf.TurnPorts, err)
	}
	mac := hmac.New(sha256.New, secret) // so that servers with one secret take each other's
	mac.Write([]byte("drawmesh turn"))
	permit := newPermit(ip, conf.TurnLAN)
	bind := "0.0.0.0"
	if slices.Contains(permit.own[1:], ip) {
		bind = ip.String() // what comes from another of this machine's would be of another relay
	}
	return &relay{
		key: mac.Sum(nil), ip: ip, bind: bind, ports: [2]uint16{from, to},
		permit: permit, open: make(map[int]bool), of: make(map[string]int), at: make(map[netip.Prefix]int), most: maxRelays,
		refused: &repeated{log: log, what: "TURN refuses relays: a peer, an address or all together have as many as they may", hint: "see drawmesh_turn_allocations, and the limits in docs/server.md"},
	}, nil
}

func parsePorts(s string) (from, to uint16, err error) {
	first, last, _ := strings.Cut(s, "-")
	a, errA := strconv.ParseUint(first, 10, 16)
	b, errB := strconv.ParseUint(last, 10, 16)
	if errA != nil || errB != nil || a == 0 || a > b {
		return 0, 0, errors.New("want a range such as 49152-65535")
	}
	return uint16(a), uint16(b), nil
}

// configure adds TURN to a STUN server, over UDP and for the connections that come
// through a door.
func (r *relay) configure(config *turn.ServerConfig, first *turn.PacketConnConfig, tcp net.Listener) {
	config.AuthHandler = r.authenticate
	config.QuotaHandler = r.allows
	config.EventHandler = turn.EventHandler{
		OnAllocationCreated: func(from, _ net.Addr, _, peer, _ string, _ net.Addr, _ int) { r.count(peer, from, 1) },
		OnAllocationDeleted: func(from, _ net.Addr, _, peer, _ string) { r.count(peer, from, -1) },
	}
	first.PermissionHandler = func(_ net.Addr, to net.IP) bool { return r.permit.allows(to) || r.isOurs(to) }
	first.RelayAddressGenerator = udpOnly{r, &turn.RelayAddressGeneratorPortRange{
		RelayAddress: net.IP(r.ip.AsSlice()), Address: r.bind, MinPort: r.ports[0], MaxPort: r.ports[1],
	}}
	config.ListenerConfigs = []turn.ListenerConfig{{
		Listener: tcp, PermissionHandler: first.PermissionHandler, RelayAddressGenerator: first.RelayAddressGenerator,
	}}
}

// credential is a user and a password for one peer and ten minutes, of the form
// that TURN's REST API gave its name to (draft-uberti-behave-turn-rest).
func (r *relay) credential(id signaling.ID) (user, password string) {
	user = fmt.Sprintf("%d:%s", time.Now().Add(credentialLife).Unix(), id)
	return user, r.password(user)
}

func (r *relay) password(user string) string {
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte(user))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// authenticate returns the peer's id, and the key that its requests are signed
// with. Only a new relay needs a credential of this hour: pion and browsers
// keep a relay with the one that it was made with.
func (r *relay) authenticate(request *turn.RequestAttributes) (peer string, key []byte, ok bool) {
	expires, peer, ok := strings.Cut(request.Username, ":")
	seconds, err := strconv.ParseInt(expires, 10, 64)
	if !ok || err != nil || peer == "" {
		return "", nil, false
	}
	over := time.Since(time.Unix(seconds, 0))
	if over > relayLife || over > 0 && request.Method == stun.MethodAllocate {
		return "", nil, false
	}
	return peer, turn.GenerateAuthKey(request.Username, realm, r.password(request.Username)), true
}

// allows bounds how many relays there are.
func (r *relay) allows(peer, _ string, from net.Addr) bool {
	at := sourceOf(from)
	r.mu.Lock()
	peers, address, total := r.of[peer], r.at[at], r.total
	r.mu.Unlock()
	if peers < maxPeerRelays && address < maxAddressRelays && total < r.most {
		return true
	}
	r.refused.note("address", at, "of_peer", peers, "of_address", address, "all", total)
	return false
}

func (r *relay) count(peer string, from net.Addr, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total += n
	add(r.of, peer, n)
	add(r.at, sourceOf(from), n)
}

// add counts, and forgets whoever has none.
func add[K comparable](counts map[K]int, of K, n int) {
	if counts[of] += n; counts[of] == 0 {
		delete(counts, of)
	}
}

// isOurs reports whether an address is where relays are.
func (r *relay) isOurs(ip net.IP) bool {
	addr, ok := netip.AddrFromSlice(ip)
	return ok && addr == r.ip
}

// A relaySocket is where one relay sends and receives. Of this machine it reaches
// other relays and nothing else: two peers whose networks block UDP have one each.
type relaySocket struct {
	net.PacketConn
	relay *relay
	port  int
}

// WriteTo sends a datagram, or drops it.
func (s *relaySocket) WriteTo(b []byte, to net.Addr) (int, error) {
	at, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, errUDPOnly
	}
	if s.relay.isOurs(at.IP.To4()) {
		s.relay.mu.Lock()
		open := s.relay.open[at.Port]
		s.relay.mu.Unlock()
		if !open {
			return len(b), nil
		}
	}
	return s.PacketConn.WriteTo(b, to)
}

// Close ends the relay.
func (s *relaySocket) Close() error {
	s.relay.mu.Lock()
	delete(s.relay.open, s.port)
	s.relay.mu.Unlock()
	return s.PacketConn.Close()
}

// errUDPOnly answers who asks for what no peer needs: TCP to others (RFC 6062).
var errUDPOnly = errors.New("only UDP is relayed")

// noRelay makes none, for STUN alone.
type noRelay struct{}

func (noRelay) Validate() error { return nil }
func (noRelay) AllocatePacketConn(turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	return nil, nil, errUDPOnly
}
func (noRelay) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errUDPOnly
}
func (noRelay) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errUDPOnly }

func denyAll(net.Addr, net.IP) bool { return false }

// udpOnly makes relays of UDP alone.
type udpOnly struct {
	relay *relay
	turn.RelayAddressGenerator
}

func (g udpOnly) AllocatePacketConn(conf turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	conn, at, err := g.RelayAddressGenerator.AllocatePacketConn(conf)
	if err != nil {
		return nil, nil, err
	}
	port := conn.LocalAddr().(*net.UDPAddr).Port
	g.relay.mu.Lock()
	defer g.relay.mu.Unlock()
	g.relay.open[port] = true
	return &relaySocket{conn, g.relay, port}, at, nil
}

func (udpOnly) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errUDPOnly
}
func (udpOnly) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errUDPOnly }
