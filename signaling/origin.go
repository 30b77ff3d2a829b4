package signaling

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// address is who sent a request, as far as its network tells: an IPv4 address,
// or the /64 that one customer has of IPv6. A trusted proxy is taken at its
// word, which is the last one of the header: what precedes it is what strangers
// wrote, unless that is a trusted proxy's word too.
func (s *Server) address(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip := at.Addr().Unmap()
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(said) - 1; i >= 0 && s.trusts(ip); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(said[i]))
		if err != nil {
			break
		}
		ip = before.Unmap()
	}
	if ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.Prefix(64) // IPv6 has as many bits
	return prefix.Addr().WithZone("").String()
}

// limits are those of the address that sent a request. What a proxy on this
// machine forwards is not of this machine.
func (s *Server) limits(r *http.Request) (addressLimits, string) {
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && at.Addr().Unmap().IsLoopback() && !forwarded(r) {
		return s.local, "this machine"
	}
	return s.strangers, s.address(r)
}

func (s *Server) trusts(ip netip.Addr) bool { return s.opts.Trusts(ip) }

// Trusts reports whether an address is that of a trusted proxy.
func (o ServerOptions) Trusts(ip netip.Addr) bool {
	return slices.ContainsFunc(o.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// sameOrigin keeps the pages of other sites out, but for those in Origins,
// which browsers let in when they are told so (the Fetch standard, CORS).
func (s *Server) sameOrigin(next http.Handler) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range s.opts.Origins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("origin %q: %w", origin, err)
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.proxies.stranger(r)
		s.refuse(w, refuseCrossOrigin)
	}))
	next = protection.Handler(next)
	if len(s.opts.Origins) == 0 {
		return next, nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Vary", "Origin")
		if origin := r.Header.Get("Origin"); slices.Contains(s.opts.Origins, origin) {
			h.Set("Access-Control-Allow-Origin", origin)
			if r.Method == http.MethodOptions {
				h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, "+TokenHeader)
				h.Set("Access-Control-Allow-Methods", "GET, POST")
				h.Set("Access-Control-Max-Age", "600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	}), nil
}
