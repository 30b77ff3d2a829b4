package mesh

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"drawmesh/signaling"
)

func TestWanted(t *testing.T) {
	tests := []struct {
		name, candidate string
		want            bool
	}{
		{"host", "candidate:1 1 udp 2130706431 192.168.1.7 51234 typ host", true},
		{"upper case", "candidate:1 1 UDP 2130706431 192.168.1.7 51234 typ host", true},
		{"loopback", "candidate:1 1 udp 2130706431 127.0.0.1 51234 typ host", true},
		{"IPv6", "candidate:1 1 udp 2130706431 2001:db8::1 51234 typ host", true},
		{"reflexive", "candidate:1 1 udp 1694498815 203.0.113.9 51234 typ srflx raddr 10.0.0.1 rport 51234 ufrag abc", true},
		{"a browser's name", "candidate:1 1 udp 2113937151 4f6a-11.local 51234 typ host generation 0", true},
		{"TCP", "candidate:1 1 tcp 2105458943 192.168.1.7 9 typ host tcptype active", false},
		{"metadata service", "candidate:1 1 udp 2130706431 169.254.169.254 80 typ host", false},
		{"the same, mapped", "candidate:1 1 udp 2130706431 ::ffff:169.254.169.254 80 typ host", false},
		{"link-local IPv6", "candidate:1 1 udp 2130706431 fe80::1 51234 typ host", false},
		{"with a zone", "candidate:1 1 udp 2130706431 fe80::1%eth0 51234 typ host", false},
		{"multicast", "candidate:1 1 udp 2130706431 224.0.0.251 5353 typ host", false},
		{"multicast IPv6", "candidate:1 1 udp 2130706431 ff02::fb 5353 typ host", false},
		{"broadcast", "candidate:1 1 udp 2130706431 255.255.255.255 9 typ host", false},
		{"this host", "candidate:1 1 udp 2130706431 0.0.0.0 51234 typ host", false},
		{"this network", "candidate:1 1 udp 2130706431 0.1.2.3 51234 typ host", false},
		{"unspecified IPv6", "candidate:1 1 udp 2130706431 :: 51234 typ host", false},
		{"a name to look up", "candidate:1 1 udp 2130706431 example.com 51234 typ host", false},
		{"the end", "", false},
		{"half", "candidate:1 1 udp 21307", false},
		{"too long", "candidate:1 1 udp 2130706431 192.168.1.7 51234 typ host " + strings.Repeat("x", maxCandidate), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := wanted(tt.candidate, false); got != tt.want {
				t.Errorf("wanted(%q) = %t, want %t", tt.candidate, got, tt.want)
			}
		})
	}
}

func TestScreen(t *testing.T) {
	const head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
	const data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
	const good = "a=candidate:1 1 udp 2130706431 192.168.1.7 51234 typ host\r\n"
	const bad = "a=candidate:2 1 udp 2130706431 169.254.169.254 80 typ host\r\n"
	tests := []struct {
		name, sdp, want string
		candidates      int
		err             error
	}{
		{"as pion's", head + data + good, head + data + good, 1, nil},
		{"bad candidate", head + data + bad + good, head + data + good, 1, nil},
		{"many candidates", head + data + strings.Repeat(good, 100), head + data + strings.Repeat(good, maxCandidates), maxCandidates, nil},
		{"newlines alone", "v=0\nm=application 9 x y\n" + bad, "v=0\nm=application 9 x y\n", 0, nil},
		{"nothing", "", "", 0, errMedia},
		{"no media", head, "", 0, errMedia},
		{"video", head + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "", 0, errMedia},
		{"two", head + data + data, "", 0, errMedia},
		{"a thousand", head + strings.Repeat(data, 1000), "", 0, errMedia},
		{"too long", head + data + strings.Repeat("a=x\r\n", maxSDP/5), "", 0, errLongSDP},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, candidates, err := screen(tt.sdp, false)
			if got != tt.want || candidates != tt.candidates || err != tt.err {
				t.Errorf("got %d candidates, %v and %q, want %d, %v and %q", candidates, err, got, tt.candidates, tt.err, tt.want)
			}
		})
	}
}

func TestSession(t *testing.T) {
	tests := []struct{ name, sdp, want string }{
		{"pion's", "v=0\r\no=- 4611731400430051336 1700000000 IN IP4 0.0.0.0\r\n", "- 4611731400430051336"},
		{"the next version", "v=0\r\no=- 4611731400430051336 1700000001 IN IP4 0.0.0.0\r\n", "- 4611731400430051336"},
		{"none", "v=0\r\n", ""},
		{"half", "v=0\r\no=- 46", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		if got := session(tt.sdp); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// goodAddress judges with pion's own reading of a candidate where it leads.
func goodAddress(t *testing.T, candidate string) {
	c, err := ice.UnmarshalCandidate(candidate)
	if err != nil {
		return // pion does not use it
	}
	if c.NetworkType().IsTCP() {
		t.Errorf("%q is about TCP", candidate)
	}
	ip, err := netip.ParseAddr(c.Address())
	if err != nil {
		return // a name
	}
	for _, not := range []string{"169.254.0.0/16", "224.0.0.0/4", "0.0.0.0/8", "fe80::/10", "ff00::/8", "::/128"} {
		if netip.MustParsePrefix(not).Contains(ip.Unmap().WithZone("")) {
			t.Errorf("%q leads to %s", candidate, not)
		}
	}
}

// Whatever a peer describes, pion is only given one data connection with few
// candidates at addresses that may be knocked at, and survives it.
func FuzzRemoteSDP(f *testing.F) {
	m, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { m.Close() })
	pc, err := m.api.NewPeerConnection(m.configuration())
	if err != nil {
		f.Fatal(err)
	}
	pc.CreateDataChannel("updates", nil)
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		f.Fatal(err)
	}
	pc.Close()
	f.Add(offer.SDP)
	f.Add(offer.SDP + "a=candidate:1 1 udp 2130706431 192.168.1.7 51234 typ host\r\na=candidate:2 1 tcp 1 169.254.169.254 80 typ host\r\n")
	f.Add(offer.SDP + offer.SDP)
	f.Add(strings.ReplaceAll(offer.SDP, "\r", ""))
	f.Add("v=0\no=\nm=application \na=candidate:\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, n, err := screen(text, false)
		if err != nil {
			return
		}
		var d sdp.SessionDescription
		if d.UnmarshalString(got) == nil {
			candidates := 0
			for _, m := range d.MediaDescriptions {
				for _, a := range m.Attributes {
					if a.IsICECandidate() {
						candidates++
						goodAddress(t, a.Value)
					}
				}
			}
			if len(d.MediaDescriptions) != 1 || candidates > n || n > maxCandidates {
				t.Errorf("pion reads %d media and %d candidates, of %d, in %q", len(d.MediaDescriptions), candidates, n, got)
			}
		}
		if again, _, err := screen(got, false); again != got || err != nil {
			t.Errorf("screened twice, %q is %q (%v)", got, again, err)
		}
		session(got)
		offered(t, m, got)
	})
}

// offered gives pion a description. Whether that works is pion's to say: it must
// neither panic nor hang.
func offered(t *testing.T, m *Mesh, text string) {
	pc, err := m.api.NewPeerConnection(m.configuration())
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: text})
		pc.Close()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatalf("hangs: %q", text)
	}
}

// Whatever candidate a peer sends, pion is only given such as may be knocked at.
func FuzzCandidate(f *testing.F) {
	for _, address := range []string{"192.168.1.7", "169.254.169.254", "fe80::1", "::ffff:0.0.0.0", "x.local", "%"} {
		f.Add(fmt.Sprintf("candidate:1 1 udp 2130706431 %s 51234 typ host", address))
		f.Add(fmt.Sprintf("1 1 tcp 1 %s 9 typ srflx raddr 0.0.0.0 rport 0 tcptype so", address))
	}
	f.Fuzz(func(t *testing.T, candidate string) {
		if wanted(candidate, false) {
			goodAddress(t, candidate)
		}
	})
}

// However many candidates come in and after a description, few are taken.
func TestCandidatesAreFew(t *testing.T) {
	m, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	far, err := newLink(m, "far", true).dial()
	if err != nil {
		t.Fatal(err)
	}
	defer far.close()
	if _, err := far.pc.CreateDataChannel("updates", nil); err != nil {
		t.Fatal(err)
	}
	offer, err := far.pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	near, err := newLink(m, "near", false).dial()
	if err != nil {
		t.Fatal(err)
	}
	defer near.close()
	candidate := func(n int) string {
		return fmt.Sprintf("candidate:%d 1 udp 2130706431 127.0.0.%d 9 typ host", n, n)
	}
	sdp := offer.SDP
	for n := 1; n <= maxCandidates-2; n++ {
		sdp += "a=" + candidate(n) + "\r\n"
	}
	if err := near.remote(signaling.SessionDescription{Type: "offer", SDP: sdp}); err != nil {
		t.Fatal(err)
	}
	for n := range 10 {
		near.candidate(signaling.ICECandidate{Candidate: candidate(100 + n)})
	}
	if near.candidates != maxCandidates {
		t.Errorf("%d candidates were taken, want %d", near.candidates, maxCandidates)
	}
}
