package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"drawmesh/signaling"
)

const (
	maxServers = 8               // that are asked, however many the server names
	askTime    = 4 * time.Second // for one of them
)

// askServers asks each STUN and TURN server that peers are told of.
func (e *examination) askServers(ctx context.Context, servers []signaling.ICEServer) {
	asked := make(map[Check]bool)
	var udp, silent int // servers asked over UDP, and how many of those did not answer
	for _, s := range servers {
		check := Check("ways.stun")
		if strings.HasPrefix(s.URLs[0], "turn") {
			check = "ways.turn"
		}
		asked[check] = true
		uri, err := stun.ParseURI(s.URLs[0])
		if err != nil {
			e.report.fail(check, "mend --ice-servers of the server", "%s is no address: %v", signaling.CleanName(s.URLs[0]), err)
			continue
		}
		seen, err := e.ask(ctx, uri, s)
		overUDP := uri.Proto == stun.ProtoTypeUDP
		if overUDP {
			udp++
		}
		if err == nil {
			e.report.ok(check, "%s %s", uri, seen)
			continue
		}
		if overUDP && timedOut(err) {
			silent++
		}
		e.report.fail(check, iceAdvice(err, overUDP), "%s: %v", uri, err)
	}
	if udp > 0 && udp == silent {
		e.report.fail("ways.stun", "let UDP through here: without it nobody on another machine can be linked to (and open UDP port 3478 at the server)",
			"UDP seems to be blocked: the server answers over TCP, and none of %d over UDP", udp)
	}
	for _, check := range []Check{"ways.stun", "ways.turn"} {
		if !asked[check] {
			e.report.unknown(check, "peers are told of none")
		}
	}
}

// iceAdvice is what to do when a server does not help.
func iceAdvice(err error, udp bool) string {
	var refused *stun.TurnError
	var name *net.DNSError
	var code stun.ErrorCode
	if errors.As(err, &refused) {
		code = refused.ErrorCodeAttr.Code
	}
	switch {
	case code == stun.CodeUnauthorized || code == stun.CodeStaleNonce:
		return "its password is not good: compare the secrets, and the clocks, of both servers"
	case code == stun.CodeAllocQuotaReached || code == stun.CodeInsufficientCapacity:
		return "it relays as much as it may: raise its limits"
	case code != 0:
		return "look at the log of the TURN server"
	case errors.As(err, &name):
		return "peers are told of a name that has no address: name the server with --public-ip, or let the proxy pass on the Host header"
	case udp && timedOut(err):
		return "open its port for UDP at the server's firewall, and let UDP through here"
	}
	return "start it, or open its port at the firewall"
}

// ask asks one server, and says what it answered.
func (e *examination) ask(ctx context.Context, uri *stun.URI, s signaling.ICEServer) (seen string, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	start := time.Now()
	conn, to, err := e.reach(ctx, uri)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	client, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: to.String(), TURNServerAddr: to.String(), Conn: conn, Net: e.opts.Net,
		Username: s.Username, Password: s.Credential,
		LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	})
	if err == nil {
		err = client.Listen()
	}
	if err != nil {
		return "", err
	}
	defer client.Close()
	defer context.AfterFunc(ctx, client.Close)() // of its requests, some heed no context
	if uri.Scheme == stun.SchemeTypeSTUN || uri.Scheme == stun.SchemeTypeSTUNS {
		seen, err = bind(client)
	} else {
		seen, err = allocate(ctx, client)
	}
	if ctx.Err() != nil {
		return "", fmt.Errorf("no answer: %w", ctx.Err())
	}
	return seen + " in " + round(time.Since(start)).String(), err
}

// bind asks how we are seen.
func bind(client *turn.Client) (seen string, err error) {
	as, err := client.SendBindingRequest()
	if err != nil {
		return "", err
	}
	return "sees us as " + as.String(), nil
}

// allocate asks for a relay, and gives it back.
func allocate(ctx context.Context, client *turn.Client) (seen string, err error) {
	relay, err := client.AllocateWithContext(ctx)
	if err != nil {
		return "", err
	}
	defer relay.Close()
	return "relays at " + relay.LocalAddr().String(), nil
}

// reach opens a socket to a server.
func (e *examination) reach(ctx context.Context, uri *stun.URI) (net.PacketConn, net.Addr, error) {
	address := net.JoinHostPort(uri.Host, fmt.Sprint(uri.Port))
	if uri.Proto == stun.ProtoTypeUDP {
		to, err := e.opts.Net.ResolveUDPAddr("udp", address)
		if err != nil {
			return nil, nil, err
		}
		local := "0.0.0.0:0"
		if to.IP.To4() == nil {
			local = "[::]:0"
		}
		conn, err := e.opts.Net.ListenPacket("udp", local)
		return conn, to, err
	}
	var conn net.Conn
	var err error
	if uri.Scheme == stun.SchemeTypeSTUNS || uri.Scheme == stun.SchemeTypeTURNS {
		conn, err = (&tls.Dialer{}).DialContext(ctx, "tcp", address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return nil, nil, err
	}
	return turn.NewSTUNConn(conn), conn.RemoteAddr(), nil
}
