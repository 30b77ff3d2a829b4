package mesh

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/transport/v5"
	"github.com/pion/webrtc/v4"
)

// settings are those of a peer that moves data and no media.
func settings(opts Options) (se webrtc.SettingEngine) {
	se.LoggerFactory = pionLog{opts.Logger}

	se.SetNet(opts.Net)
	if opts.Loopback {
		se.SetInterfaceFilter(func(name string) bool { return loopback(opts.Net, name) })
		se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	}
	// Without any other network, peers on this machine still find each other.
	se.SetIncludeLoopbackCandidate(opts.Loopback || !outward(opts.Net))

	// Our own addresses are no secret, and a browser's .local names need no
	// query: its checks reach us and show where they come from.
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	// Such a pair is then taken at once; the default waits a second for better.
	se.SetPrflxAcceptanceMinWait(0)
	// Checks go on for long enough to get through heavy loss.
	se.SetICEMaxBindingRequests(100)
	// Disconnected after 4 to 6 s without a packet. What then follows is the link's to
	// say: failed is only what cannot be mended. Half of that time would cost
	// twice the idle CPU.
	se.SetICETimeouts(4*time.Second, mendTime+5*time.Second, 2*time.Second)

	// ICE has proved the address already: no cookie exchange (RFC 6347, 4.2.1).
	se.SetDTLSInsecureSkipHelloVerify(true)
	// After loss, not the default second for DTLS nor a minute for SCTP.
	se.SetDTLSRetransmissionInterval(250 * time.Millisecond)
	se.SetSCTPRTOMax(time.Second)
	// The link closes what its peer has closed, at a time of its own choosing.
	se.DisableCloseByDTLS(true)
	// The limit is announced to those who heed it; our own read buffer enforces
	// it, which pion does not.
	se.SetSCTPMaxMessageSize(MaxMessage)
	se.DetachDataChannels()
	return se
}

// newAPI is pion without media, and without its defaults for media.
func newAPI(se webrtc.SettingEngine) *webrtc.API {
	return webrtc.NewAPI(
		webrtc.WithSettingEngine(se),
		webrtc.WithMediaEngine(&webrtc.MediaEngine{}),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}), // nil would mean the defaults
	)
}

// configuration is one for all connections.
func configuration(opts Options) (config webrtc.Configuration, err error) {
	// One certificate for all links. P-256: P-384 costs a fifth more.
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return config, err
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return config, err
	}
	config.Certificates = []webrtc.Certificate{*cert}
	config.ICEServers = opts.ICEServers
	return config, nil
}

func loopback(network transport.Net, name string) bool {
	i, err := network.InterfaceByName(name)
	return err == nil && i.Flags&net.FlagLoopback != 0
}

// outward reports whether the machine has an interface beyond loopback.
func outward(network transport.Net) bool {
	interfaces, err := network.Interfaces()
	if err != nil {
		return true
	}
	for _, i := range interfaces {
		if addrs, err := i.Addrs(); i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 && err == nil && len(addrs) > 0 {
			return true
		}
	}
	return false
}
