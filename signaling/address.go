package signaling

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// ErrUserinfo means that an address holds a user and a password. Whoever sees the
// address in a list of processes, a history or a log would have them.
var ErrUserinfo = errors.New("an address takes no user and password")

// ServerURL parses the address of a server, which may be anywhere below a host's
// name. The result has no slash at its end, no query and no fragment.
func ServerURL(address string) (*url.URL, error) {
	u, err := url.Parse(escapedZone(strings.TrimSpace(address)))
	var bad *url.Error
	switch {
	case errors.As(err, &bad):
		return nil, bad.Err // the address may hold a password
	case err != nil:
		return nil, err
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("an address begins with http:// or https://, as in http://localhost:8081")
	case u.Hostname() == "":
		return nil, errors.New("the address names no host, as in http://localhost:8081")
	case u.User != nil:
		return nil, ErrUserinfo
	}
	u = u.JoinPath() // without dot segments, as browsers have it
	escaped := strings.TrimRight(u.EscapedPath(), "/")
	if u.Path, err = url.PathUnescape(escaped); err != nil {
		return nil, err
	}
	u.RawPath, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = escaped, "", false, "", ""
	return u, nil
}

// SplitRoomURL parts a room's address, in any form in which a browser shows it,
// into the server's and the room's name.
func SplitRoomURL(address string) (server, room string, err error) {
	u, err := ServerURL(address)
	if err != nil {
		return "", "", err
	}
	escaped := u.EscapedPath()
	slash := strings.LastIndexByte(escaped, '/')
	if slash < 0 {
		return "", "", fmt.Errorf("the address names a server and no room: try %s/studio", u)
	}
	if room, err = url.PathUnescape(escaped[slash+1:]); err != nil {
		return "", "", err
	}
	if !ValidRoom(room) {
		return "", "", fmt.Errorf("%q: %w", room, ErrRoomName)
	}
	u.RawPath = escaped[:slash]
	if u.Path, err = url.PathUnescape(u.RawPath); err != nil {
		return "", "", err
	}
	return u.String(), room, nil
}

// escapedZone is an address with the zone of an IPv6 address as URLs have it (RFC
// 6874): %25eth0, and not %eth0 as everything else shows it.
func escapedZone(address string) string {
	before, rest, _ := strings.Cut(address, "[")
	ip, after, ok := strings.Cut(rest, "]")
	if !ok || strings.Contains(ip, "%25") {
		return address
	}
	return before + "[" + strings.Replace(ip, "%", "%25", 1) + "]" + after
}
