package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"drawmesh/signaling"
)

var errSlow = fmt.Errorf("no answer within %v: %w", requestTime, context.DeadlineExceeded)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// A caller makes requests of a server, and follows nobody who sends it elsewhere.
type caller struct {
	client *http.Client
	base   string // the server's address, without a slash at its end

	mu          sync.Mutex
	own, server netip.Addr // at the ends of the latest request's way
}

// route is the way to the server: our address, and its own.
func (c *caller) route() (own, server netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.own, c.server
}

func (c *caller) note(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own, c.server = signaling.RouteOf(conn)
}

func newCaller(base string, lent *http.Client) (*caller, error) {
	client := new(http.Client)
	if lent != nil {
		*client = *lent
	} else {
		transport, ok := http.DefaultTransport.(*http.Transport)
		if !ok {
			return nil, errors.New("the program has a transport of its own: give an HTTPClient")
		}
		client.Transport = transport.Clone()
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &caller{client: client, base: strings.TrimRight(base, "/")}, nil
}

// An answer is a server's.
type answer struct {
	status      int
	header      http.Header
	text        string // its body
	proto       string
	sent, heard time.Time
}

func (a answer) took() time.Duration { return a.heard.Sub(a.sent).Round(100 * time.Microsecond) }
func (a answer) good() bool          { return a.status >= 200 && a.status < 300 }

// request prepares one. Each header is a name and a value.
func (c *caller) request(ctx context.Context, method, path, token, body string, headers ...string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Accept-Encoding", "identity")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set(signaling.TokenHeader, token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r, nil
}

// do makes one request and reads the answer.
func (c *caller) do(ctx context.Context, method, path, token, body string, headers ...string) (a answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	sent := time.Now()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		sent = time.Now()
		c.note(got.Conn)
	}})
	r, err := c.request(ctx, method, path, token, body, headers...)
	if err != nil {
		return a, err
	}
	resp, err := c.client.Do(r)
	if err != nil {
		return a, cause(err)
	}
	defer resp.Body.Close()
	heard := time.Now()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return answer{resp.StatusCode, resp.Header, string(text), resp.Proto, sent, heard}, err
}

func (c *caller) post(ctx context.Context, path, token, body string, headers ...string) (answer, error) {
	return c.do(ctx, http.MethodPost, path, token, body, headers...)
}

// cause is an error of net/http without the address, which may hold a token.
func cause(err error) error {
	if timedOut(err) {
		return errSlow
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// isPage reports whether an answer is a page where none was asked for.
func (a answer) isPage() bool { return strings.HasPrefix(strings.TrimSpace(a.text), "<") }

// said is an answer in words: its status and its first line.
func (a answer) said() string {
	line, _, _ := strings.Cut(strings.TrimSpace(a.text), "\n")
	line = strings.TrimPrefix(signaling.CleanName(line), fmt.Sprint(a.status, " "))
	if line == "" || a.isPage() || a.good() {
		line = http.StatusText(a.status)
	}
	return fmt.Sprintf("%d %s", a.status, line)
}

// refused is what an answer that was not wanted means, and what to do about it.
func (a answer) refused() (seen, advice string) {
	seen = "answered " + a.said()
	switch challenge := strings.ToLower(a.header.Get("WWW-Authenticate")); {
	case a.good() && a.isPage():
		return "answered with a page, which is no drawmesh server's",
			"sign in if this network wants that, in a browser; or check the address: what is before the room's name belongs to it"
	case a.status == http.StatusUnauthorized && challenge != "" && !strings.HasPrefix(challenge, "bearer"):
		return "something before the server asks for a password: " + a.said(),
			"give it: --login-file of drawbot"
	case a.status == http.StatusNotFound, a.status == http.StatusMethodNotAllowed, a.status == http.StatusNotImplemented:
		return seen + ", which is no drawmesh server's", "check the address: what is before the room's name belongs to it"
	case a.status == http.StatusConflict:
		return seen, "the room is full: wait until somebody leaves, or raise --max-peers of the server"
	case a.status == http.StatusTooManyRequests:
		return seen, "wait a minute; if everybody comes through one proxy, name it to the server with --trusted-proxy, or all count as one"
	case a.status == http.StatusBadGateway, a.status == http.StatusGatewayTimeout:
		return seen, "a proxy answers, and the server behind it does not: start it, and check the address that the proxy has for it"
	case a.status == http.StatusServiceUnavailable:
		return seen, "the server is stopping or has as many connections as it can, or a proxy does not find it: look at its log, and at /readyz"
	case a.status >= 500:
		return seen, "look at the log of the server, or of the proxy before it"
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return seen, "something refuses strangers: see what the proxy or the server lets in"
	}
	return seen, "see what answers there: it should be 200"
}
