package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"drawmesh/signaling"
)

// asDoctor is what a request for a token says.
const asDoctor = `{"username":"doctor"}`

// server looks at what needs no event stream. It reports false if nothing more
// can be looked at.
func (e *examination) server(ctx context.Context) bool {
	a, ok := e.access(ctx)
	if !ok {
		return false
	}
	token, err := tokenOf(a)
	if err != nil {
		seen, advice := a.refused()
		if !a.isPage() {
			seen, advice = "the answer holds no token that could be sent, so that is no drawmesh server", "check the address: what is before the room's name belongs to it"
		}
		e.report.fail("server.token", advice, "%s", seen)
		return false
	}
	e.token(token, a)
	e.page(ctx)
	e.host(ctx)
	e.refusals(ctx, token)
	return true
}

// access asks for a token, also where it is sent on to.
func (e *examination) access(ctx context.Context) (a answer, ok bool) {
	const check = "server.answers"
	for hops := 0; ; hops++ {
		var err error
		if a, err = e.call.post(ctx, "/access", "", asDoctor); err != nil {
			e.report.fail(check, adviceFor(err, e.call.base), "%s: %v", e.call.base, err)
			return a, false
		}
		if a.status < 300 || a.status >= 400 {
			break
		}
		if hops == 3 {
			e.report.fail("server.direct", "see who sends requests elsewhere, again and again", "sent elsewhere %d times, and no end of it", hops+1)
			return a, false
		}
		if !e.redirected(a) {
			return a, false
		}
	}
	e.report.ok("server.direct", "no request was sent elsewhere")
	seen := "%s after %v"
	if via := signaling.CleanName(a.header.Get("Via")); via != "" {
		seen += ", by way of a proxy that says Via: " + strings.ReplaceAll(via, "%", "%%")
	}
	if a.status != http.StatusOK {
		said, advice := a.refused()
		e.report.fail(check, advice, "%s", said)
		return a, false
	}
	e.report.ok(check, seen, a.proto, a.took())
	return a, true
}

// redirected takes an answer that sends us elsewhere, and goes there.
func (e *examination) redirected(a answer) bool {
	from, err := url.Parse(e.call.base + "/access")
	if err != nil {
		return false
	}
	to, err := from.Parse(a.header.Get("Location"))
	base := ""
	if err == nil && to.Host != "" && (to.Scheme == "http" || to.Scheme == "https") {
		to.RawQuery, to.Fragment = "", ""
		base, _ = strings.CutSuffix(strings.TrimRight(to.String(), "/"), "/access")
	}
	const check = "server.direct"
	if len(base) > 300 { // bytes; who knows what that is
		base = ""
	}
	if base == "" || base == strings.TrimRight(to.String(), "/") {
		e.report.fail(check, "see who sends requests elsewhere: the proxy, or a network that wants to be signed in to", "`POST /access` is sent elsewhere, which is no server: %s", a.said())
		return false
	}
	advice := "give people the address " + base + "/" + e.room
	if a.status == http.StatusTemporaryRedirect || a.status == http.StatusPermanentRedirect {
		e.report.lax(check, advice, "%d: requests are sent to %s", a.status, base)
	} else {
		e.report.fail(check, advice, "%d: requests are sent to %s, where a POST does not arrive as one", a.status, base)
	}
	e.call.base = base
	return true
}

// adviceFor is what to do when nothing answers at an address.
func adviceFor(err error, base string) string {
	var name *net.DNSError
	var untrusted *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	local := strings.Contains(base, "//localhost") || strings.Contains(base, "//127.")
	switch {
	case errors.As(err, &name):
		return "check the name: this machine finds no address for it"
	case errors.As(err, &untrusted):
		return "if the certificate is the server's own, trust it with --tls-fingerprint or --tls-ca; else renew it"
	case errors.As(err, &record):
		return "it does not speak TLS: try http:// instead of https://, or check the port"
	case strings.Contains(err.Error(), "malformed HTTP"): // net/http has no type for it
		return "it does not speak HTTP: check the port, or try https://"
	case timedOut(err):
		return "check that the machine is on, and that no firewall is in between"
	case !errors.Is(err, syscall.ECONNREFUSED):
		return "something is there that does not answer as a server does: check the port, and what the network has in between"
	case local:
		return "start a server with: make run"
	}
	return "start the server, or check the address and the port"
}

// token looks at what a token says.
func (e *examination) token(token string, a answer) {
	const check = "server.token"
	claims := jwt.MapClaims{}
	parsed, _, err := jwt.NewParser().ParseUnverified(token, claims)
	if err != nil {
		e.report.lax(check, "", "a token that is no JWT: what it says cannot be seen")
		e.report.unknown("server.clock", "the token does not say when it was made")
		return
	}
	id, _ := claims["id"].(string)
	name, _ := claims["username"].(string)
	iat, _ := claims.GetIssuedAt()
	exp, _ := claims.GetExpirationTime()
	if iat == nil {
		e.report.unknown("server.clock", "the token does not say when it was made")
	} else {
		e.clock(iat.Time, a)
	}
	switch {
	case id == "" || exp == nil || iat == nil:
		e.report.lax(check, "", "id %q, iat %v, exp %v", signaling.CleanName(id), iat != nil, exp != nil)
	case !exp.After(iat.Time):
		e.report.fail(check, "mend how the server makes tokens", "a token that has expired when it is made")
	case name != "doctor" || parsed.Method.Alg() != "HS256" || exp.Sub(iat.Time) < 5*time.Minute:
		e.report.lax(check, "", "%s, username %q, good for %v", parsed.Method.Alg(), signaling.CleanName(name), exp.Sub(iat.Time))
	default:
		e.report.ok(check, "%s, good for %v", parsed.Method.Alg(), exp.Sub(iat.Time))
	}
}

// How far clocks may differ. Servers that share rooms take one another's tokens
// if theirs are within a minute.
const (
	clockClose = 2 * time.Second
	clockSkew  = time.Minute
)

// clock compares the server's clock, which a token shows in whole seconds, with
// ours.
func (e *examination) clock(iat time.Time, a answer) {
	const check = "server.clock"
	ahead := iat.Sub(a.heard)                      // at least, if above zero
	behind := a.sent.Sub(iat.Add(time.Second - 1)) // likewise
	differ, which := max(ahead, behind, 0), "ahead of"
	if behind > ahead {
		which = "behind"
	}
	advice := "set both clocks by NTP; either of them is wrong"
	if said, err := http.ParseTime(a.header.Get("Date")); err == nil && differ > clockSkew && said.Sub(iat).Abs() > clockSkew {
		advice = "set the clock of the machine that makes the tokens: whoever answers for it says another time, " + said.UTC().Format(time.TimeOnly) + " UTC"
	}
	switch differ = differ.Round(time.Second); {
	case differ > clockSkew:
		e.report.fail(check, advice, "%v %s ours: other servers with the same secret may refuse its tokens, and TURN its passwords", differ, which)
	case differ > clockClose:
		e.report.lax(check, advice, "%v %s ours", differ, which)
	default:
		e.report.ok(check, "within %v of ours", clockClose)
	}
}

// page looks whether people see a page at the room's address.
func (e *examination) page(ctx context.Context) {
	const check = "server.page"
	a, err := e.call.do(ctx, http.MethodGet, "/"+e.room, "", "", "Accept", "text/html")
	switch {
	case err != nil:
		e.report.unknown(check, "%v", err)
	case a.status >= 300 && a.status < 400:
		e.report.lax("server.direct", "give people the address that it is sent to", "%d: the page is sent to %s", a.status, signaling.CleanName(a.header.Get("Location")))
		e.report.unknown(check, "it is sent elsewhere")
	case a.status == http.StatusNotFound:
		e.report.lax(check, "", "404: it is a server for programs only")
	case !a.good():
		seen, advice := a.refused()
		e.report.fail(check, advice, "%s", seen)
	case !strings.HasPrefix(a.header.Get("Content-Type"), "text/html"):
		e.report.lax(check, "", "%q, which browsers do not show as a page", signaling.CleanName(a.header.Get("Content-Type")))
	default:
		e.report.ok(check, "a page of %d bytes", len(a.text))
	}
}

// host makes a request as a page does over plain HTTP, which says where it is
// from. A proxy that replaces the name makes that another site's.
func (e *examination) host(ctx context.Context) {
	const check = "server.host"
	base, err := url.Parse(e.call.base)
	if err != nil {
		return
	}
	a, err := e.call.post(ctx, "/access", "", asDoctor, "Origin", base.Scheme+"://"+base.Host)
	switch {
	case err != nil:
		e.report.unknown(check, "%v", err)
	case a.status == http.StatusForbidden && base.Scheme == "https":
		e.report.lax(check, "let the proxy pass on the Host header (nginx: proxy_set_header Host $http_host;)",
			"a page that says it is from %s is refused: %s; over TLS browsers say more than that", base.Host, a.said())
	case a.status == http.StatusForbidden:
		e.report.fail(check, "let the proxy pass on the Host header (nginx: proxy_set_header Host $http_host;)",
			"a page that says it is from %s is refused: %s", base.Host, a.said())
	case !a.good():
		e.report.unknown(check, "answered %s", a.said())
	default:
		e.report.ok(check, "a page from %s is served", base.Host)
	}
}

// refusals looks at how the server refuses what it should.
func (e *examination) refusals(ctx context.Context, token string) {
	const nobody = "/relay/00000000-0000-4000-8000-000000000000/doctor"
	refuses := func(check Check, want int, method, path, token, body string, headers ...string) {
		a, err := e.call.do(ctx, method, path, token, body, headers...)
		switch {
		case err != nil:
			e.report.unknown(check, "%v", err)
		case a.status == want:
			e.report.ok(check, "so it is")
		case a.status == http.StatusTooManyRequests:
			e.report.unknown(check, "answered %s", a.said())
		case a.good() && check == "server.tokenless":
			e.report.fail(check, "mend the server: anybody can speak for anybody", "answered %s, instead of %d", a.said(), want)
		default:
			e.report.lax(check, "", "answered %s, instead of %d", a.said(), want)
		}
	}
	refuses("server.nameless", http.StatusForbidden, "POST", "/access", "", "{}")
	refuses("server.tokenless", http.StatusUnauthorized, "POST", nobody, "", "{}")
	refuses("server.tokenless", http.StatusForbidden, "POST", nobody, "no.good.token", "{}")
	refuses("server.malformed", http.StatusBadRequest, "POST", "/access", "", `{"username":`)
	refuses("server.large", http.StatusRequestEntityTooLarge, "POST", nobody, token, `{"doctor":"`+strings.Repeat("x", 64<<10)+`"}`)
	refuses("stream.accept", http.StatusNotFound, "HEAD", "/connect", token, "", "Accept", "text/html")
}
