package doctor

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"drawmesh/internal/mesh"
	"drawmesh/signaling"
)

// linkTime bounds one attempt at a link.
const linkTime = 8 * time.Second

// ways looks at the ways between peers: which servers help to find some, and
// what comes of it.
func (e *examination) ways(ctx context.Context, told *guest) {
	servers := oneByOne(told.hello.ICEServers)
	e.told(servers)
	e.askServers(ctx, servers)
	e.ownLink(ctx, servers)
}

// oneByOne are servers with one address each, and not too many of them.
func oneByOne(servers []signaling.ICEServer) (list []signaling.ICEServer) {
	for _, s := range servers {
		for _, u := range s.URLs {
			if len(list) < maxServers {
				list = append(list, signaling.ICEServer{URLs: []string{u}, Username: s.Username, Credential: s.Credential})
			}
		}
	}
	return list
}

// told says which servers peers are told of.
func (e *examination) told(servers []signaling.ICEServer) {
	var urls []string
	for _, s := range servers {
		urls = append(urls, signaling.CleanName(s.URLs[0]))
	}
	base, err := url.Parse(e.call.base)
	switch local := err == nil && isLocal(base.Hostname()); {
	case len(urls) > 0:
		e.report.ok("ways.told", "%s", strings.Join(urls, ", "))
	case local:
		e.report.ok("ways.told", "none, which this machine itself does not need: ask from another one")
	default:
		e.report.lax("ways.told", "let the server answer STUN (UDP port 3478), and for strict NATs relay (--turn); behind a proxy name it with --public-ip, and pass on the Host header",
			"none: peers of different networks find one another only by luck")
	}
}

// isLocal reports whether a host is this machine.
func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// ownLink makes a link between two peers here, through the server.
func (e *examination) ownLink(ctx context.Context, servers []signaling.ICEServer) {
	const check = "ways.link"
	ends := make([]*end, 2)
	room := signaling.NewRoom()
	for i := range ends {
		g, err := e.guest(ctx, fmt.Sprint("doctor ", []string{"a", "b"}[i]))
		if err != nil {
			e.report.unknown(check, "no more peers are let in: %v", err)
			return
		}
		if ends[i], err = e.newEnd(g, servers, room); err != nil {
			e.report.unknown(check, "%v", err)
			return
		}
		if said, err := g.join(ctx, room); err != nil || !said.good() {
			e.report.unknown(check, "not let into a fresh room: %s", orSaid(err, said))
			return
		}
	}
	a, b := ends[1], ends[0] // the joiner, who makes the offer, first
	a.await(ctx, linkTime, func() bool { return a.state(b.id) == mesh.Open && b.state(a.id) == mesh.Open })
	if a.state(b.id) != mesh.Open || b.state(a.id) != mesh.Open {
		e.report.fail(check, "see the rules before: if these are kept, something on this machine is in the way of UDP, such as a firewall",
			"none within %v: %s", linkTime, why(a.change(b.id)))
		e.candidates(ctx, a, len(servers) > 0)
		return
	}
	took := a.change(b.id).Took
	echo, ok := echoes(ctx, a, b)
	path, _ := a.links.Path(b.id)
	switch {
	case !ok:
		e.report.fail(check, "see what filters UDP on this machine", "it opened after %v, but nothing got through it", round(took))
	default:
		e.report.ok(check, "open after %v, there and back in %v, %s", round(took), round(echo), describe(path))
	}
	e.candidates(ctx, a, len(servers) > 0)
}

func round(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// describe is a path in words.
func describe(p mesh.Path) string {
	if p.Local.Kind == "" {
		return "by a path that is not known"
	}
	return fmt.Sprintf("%s to %s over %s", p.Local.Kind, p.Remote.Kind, p.Local.Protocol)
}

// why is why a link is not open.
func why(c mesh.Change) string {
	switch {
	case c.Err != nil:
		return strings.TrimPrefix(c.Err.Error(), "peer "+string(c.Peer)+": ")
	case c.State == mesh.Unsteady:
		return "half-open: nothing comes back"
	case c.State == "":
		return "never introduced"
	}
	return string(c.State)
}

// echoes sends a message to the other end and has it sent back.
func echoes(ctx context.Context, a, b *end) (took time.Duration, ok bool) {
	const ping, pong = `{"event":"doctor","ping":true}`, `{"event":"doctor","pong":true}`
	start := time.Now()
	a.links.Send(b.id, mesh.Message{Data: []byte(ping), Text: true})
	b.await(ctx, promptTime, func() bool { return b.heard(ping) })
	b.links.Send(a.id, mesh.Message{Data: []byte(pong), Text: true})
	a.await(ctx, promptTime, func() bool { return a.heard(pong) })
	return time.Since(start), a.heard(pong) && b.heard(ping)
}

// candidates says at which addresses peers on this machine offer to be reached.
func (e *examination) candidates(ctx context.Context, a *end, more bool) {
	const check = "ways.candidates"
	if more {
		a.await(ctx, promptTime, func() bool {
			offered, _ := a.offered()
			return slices.ContainsFunc(offered, func(c string) bool { return !strings.HasPrefix(c, "host") })
		})
	}
	offered, described := a.offered()
	_, server := e.call.route()
	reachable := slices.ContainsFunc(offered, func(c string) bool {
		_, host, _ := strings.Cut(c, " ")
		ip, err := netip.ParseAddr(host)
		return err != nil || !ip.IsLoopback() && (!ip.IsLinkLocalUnicast() || server.IsLinkLocalUnicast())
	})
	switch {
	case !described:
		e.report.unknown(check, "there was nobody to offer any to")
	case len(offered) == 0:
		e.report.fail(check, "give this machine an address, or let programs open UDP sockets", "none")
	case !reachable:
		e.report.lax(check, "connect this machine to a network", "%s: only this machine itself, or its wire, reaches those", strings.Join(offered, ", "))
	default:
		e.report.ok(check, "%s%s", strings.Join(offered, ", "), passedOver(a.links.PassedOver()))
	}
}

// passedOver names the first of the networks that there are too many of.
func passedOver(names []string) string {
	const most = 3
	if len(names) == 0 {
		return ""
	}
	text := fmt.Sprintf("; the network on the way to the server comes first, and none is offered of %d others: %s", len(names), strings.Join(names[:min(most, len(names))], ", "))
	if len(names) > most {
		text += ", …"
	}
	return text
}
