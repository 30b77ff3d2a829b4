package mesh

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Bounds on what a peer may signal: it may be anybody.
const (
	maxSDP          = 64 << 10 // bytes
	maxCandidates   = 32       // in and after a description
	maxNegotiations = 3        // offers taken up within negotiateTime
	negotiateTime   = 10 * time.Second
)

var (
	errLongSDP = fmt.Errorf("a description of more than %d bytes", maxSDP)
	errMedia   = errors.New("a description of something else than one data connection")
)

// screen is a description without the candidates that we do not care for, and
// how many it has then. It has to be about one data connection. onLink is as for
// wanted.
func screen(sdp string, onLink bool) (screened string, candidates int, err error) {
	if len(sdp) > maxSDP {
		return "", 0, errLongSDP
	}
	media := 0
	var kept strings.Builder
	kept.Grow(len(sdp))
	for line := range strings.Lines(sdp) {
		switch {
		case strings.HasPrefix(line, "m="):
			if media++; media > 1 || !strings.HasPrefix(line, "m=application ") {
				return "", 0, errMedia
			}
		case strings.HasPrefix(line, "a=candidate:"):
			if candidates == maxCandidates || !wanted(strings.TrimPrefix(strings.TrimSpace(line), "a="), onLink) {
				continue
			}
			candidates++
		}
		kept.WriteString(line)
	}
	if media == 0 {
		return "", 0, errMedia
	}
	return kept.String(), candidates, nil
}

// wanted reports whether a candidate is one that checks may be sent to: not to
// what no peer can be reached at, or what only makes us knock on other doors.
// Names are for pion to judge. onLink says that the server is on our own wire, and so
// may peers be: two laptops and a cable have no other addresses.
func wanted(candidate string, onLink bool) bool {
	if len(candidate) > maxCandidate {
		return false
	}
	fields := strings.Fields(strings.TrimPrefix(candidate, "candidate:"))
	if len(fields) < 8 || !strings.EqualFold(fields[2], "udp") {
		return false
	}
	addr, err := netip.ParseAddr(fields[4])
	if err != nil {
		return strings.HasSuffix(strings.ToLower(fields[4]), ".local")
	}
	addr = addr.Unmap()
	if addr.IsLinkLocalUnicast() && (!onLink || addr == metadata) {
		return false
	}
	return addr.Zone() == "" && !addr.IsMulticast() &&
		!addr.IsUnspecified() && !(addr.Is4() && addr.As4()[0] == 0) && addr != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// metadata is where clouds keep their machines' secrets.
var metadata = netip.MustParseAddr("169.254.169.254")

// onLink reports whether the server is on our own wire.
func (m *Mesh) onLink() bool {
	_, server := m.opts.Route()
	return server.IsLinkLocalUnicast()
}

// mayNegotiate reports whether to take up another offer, or to make one on an
// open link. run alone uses it.
func (l *link) mayNegotiate() bool {
	now := time.Now()
	if n := len(l.negotiated); n >= maxNegotiations && now.Sub(l.negotiated[n-maxNegotiations]) < negotiateTime {
		l.mesh.opts.Logger.Warn("no negotiation: too many of them", "peer", l.id)
		return false
	}
	l.negotiated = append(l.negotiated[max(0, len(l.negotiated)-maxNegotiations):], now)
	return true
}
