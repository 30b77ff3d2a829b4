package signaling

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
)

// maxOrigin bounds what is said of a stranger's address, in bytes.
const maxOrigin = 300

// proxies says, once each, that there is a proxy before the server, and what it does
// that the server was not told of: without, rooms half work, and nothing shows why.
type proxies struct {
	log    *slog.Logger
	trusts func(netip.Addr) bool

	trusted, address, host sync.Once
}

// Proxied reports whether a request shows that a proxy sends it: by a header that
// proxies add, or by HTTP/1.0, which no browser speaks, and nginx does unless it is
// told otherwise.
func Proxied(r *http.Request) bool {
	return forwarded(r) || r.Header.Get("X-Forwarded-Host") != "" || r.Header.Get("X-Forwarded-Proto") != "" ||
		r.Header.Get("X-Real-Ip") != "" || r.ProtoMajor == 1 && r.ProtoMinor == 0
}

// forwarded reports whether a request says that it is somebody else's.
func forwarded(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "Via"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// see looks at a request that is served.
func (p *proxies) see(r *http.Request) {
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && r.Header.Get("X-Forwarded-For") != "" {
		ip := at.Addr().Unmap()
		if p.trusts(ip) {
			p.trusted.Do(func() { p.log.Info("requests come through a trusted proxy", "address", ip) })
		}
		// From elsewhere it is a proxy of the client's, such as a company's.
		if (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()) && !p.trusts(ip) {
			p.address.Do(func() {
				p.log.Warn("a proxy says in X-Forwarded-For for whom it asks, and is not believed: trust it with --trusted-proxy, "+
					"for without everybody behind it counts as one address", "address", ip)
			})
		}
	}
	// The browser vouches that the page is this server's, by whatever name.
	origin, err := url.Parse(r.Header.Get("Origin"))
	if err == nil && r.Header.Get("Sec-Fetch-Site") == "same-origin" && origin.Host != r.Host {
		p.warnHost("the proxy before the server replaces the Host header", r)
	}
}

// stranger looks at a request that was refused as another site's. Over plain HTTP a
// browser says only where the page is from, and a proxy may have replaced the name
// that this is compared with.
func (p *proxies) stranger(r *http.Request) {
	p.warnHost("a page of another site was refused; if it is this server's own, the proxy before it replaces the Host header", r)
}

func (p *proxies) warnHost(what string, r *http.Request) {
	p.host.Do(func() {
		origin := r.Header.Get("Origin")
		p.log.Warn(what+": let it pass on what the browser sent (nginx: proxy_set_header Host $http_host;)",
			"origin", origin[:min(len(origin), maxOrigin)], "host", r.Host)
	})
}

// refuseAddress answers who has come to the limit of an address. Where that may
// be everybody's behind a proxy, the log says so once.
func (s *Server) refuseAddress(w http.ResponseWriter, r *http.Request, why refusal) {
	s.refuseLimit(w, r, why)
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && Proxied(r) && !s.trusts(at.Addr().Unmap()) {
		s.proxies.address.Do(func() {
			s.opts.Logger.Warn("an address has come to its limit that seems to be a proxy's: if it is, let it say in X-Forwarded-For for whom it asks, "+
				"and trust it with --trusted-proxy, for without everybody behind it counts as one", "address", at.Addr().Unmap())
		})
	}
}
