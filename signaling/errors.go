package signaling

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Why a client cannot be where it wants to be.
var (
	// ErrNoServer means that nothing answers at the server's address.
	ErrNoServer = errors.New("no server there")

	// ErrNotServer means that what answers does not speak this protocol.
	ErrNotServer = errors.New("not a drawmesh server")

	// ErrLogin means that something before the server wants a password.
	ErrLogin = errors.New("something before the server asks for a password")

	// ErrReplaced means that another stream with the same token took over.
	ErrReplaced = errors.New("another stream of the same peer took over")

	// ErrClosed means that the client was closed.
	ErrClosed = errors.New("closed")
)

// A StatusError is a server's refusal.
type StatusError struct {
	Code    int    // the HTTP status
	Message string // what the server said, one line

	wait time.Duration // after which to try again; zero if that is no use
	ours bool          // it is our server that refuses the token, and no proxy

	login bool     // a proxy's password is wanted
	to    *url.URL // where it is instead, if it says so
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("the server answered %d: %s", e.Code, e.Message)
}

// RetryAfter is how long the server asks to wait before trying again, at most a
// minute; zero if it does not.
func (e *StatusError) RetryAfter() time.Duration { return e.wait }

// Is makes the statuses of known refusals match their errors.
func (e *StatusError) Is(target error) bool {
	switch target {
	case ErrRoomFull:
		return e.Code == http.StatusConflict
	case ErrNoPeer:
		return e.Code == http.StatusNotFound
	case ErrLogin:
		return e.login
	}
	return false
}

// rejected reports whether err says that the token is not good (any more).
func rejected(err error) bool {
	var status *StatusError
	return errors.As(err, &status) &&
		(status.Code == http.StatusUnauthorized || status.Code == http.StatusForbidden)
}

// final reports whether err says so of itself. A proxy says the like when its
// server is away.
func final(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && status.ours && rejected(err)
}

func statusError(resp *http.Response) *StatusError {
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 200)) // what there is of it
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if line = CleanName(line); line == "" || !isType(resp, "text/plain") {
		line = http.StatusText(resp.StatusCode)
	}
	asks := resp.Header.Get("WWW-Authenticate")
	login := resp.StatusCode == http.StatusUnauthorized && asks != "" && !strings.HasPrefix(strings.ToLower(asks), "bearer")
	if login {
		line = ErrLogin.Error()
	}
	var to *url.URL
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		if to, _ = resp.Location(); to != nil {
			line = "moved to " + to.Redacted()[:min(len(to.Redacted()), maxOrigin)]
		}
	}
	return &StatusError{Code: resp.StatusCode, Message: line, wait: retryAfter(resp), ours: asks == challenge, login: login, to: to}
}

// retryAfter is how long the server asks to wait, if that is what an answer
// says (RFC 9110, section 10.2.3; the form with a date is for web crawlers).
func retryAfter(resp *http.Response) time.Duration {
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		if err != nil || seconds < 1 {
			return time.Second
		}
		return time.Duration(min(seconds, 60)) * time.Second
	}
	return 0
}

func isType(resp *http.Response, want string) bool {
	got, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return err == nil && got == want
}

// noServer says why there is no answer, without the URL: it may hold a token.
func noServer(base string, err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	what := ErrNoServer
	// net/http has no type for the answer of what does not even speak HTTP.
	var tls tls.RecordHeaderError
	if errors.As(err, &tls) || strings.Contains(err.Error(), "malformed HTTP") {
		what = ErrNotServer
	}
	return fmt.Errorf("%s: %w (%w)", base, what, err)
}
