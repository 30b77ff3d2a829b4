package signaling

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/internal/nettest"
)

// A serving runs h in memory for the life of a test.
type serving func(t *testing.T, h http.Handler) *http.Client

// overEach plays a test over each protocol that streams travel by, in a bubble.
func overEach(t *testing.T, test func(t *testing.T, serve serving)) {
	config, err := secure()
	if err != nil {
		t.Fatal(err)
	}
	for name, serve := range map[string]serving{
		"HTTP1":          func(t *testing.T, h http.Handler) *http.Client { return nettest.Serve(t, h).Client },
		"HTTP1 over TLS": func(t *testing.T, h http.Handler) *http.Client { return serveTLS(t, h, config) },
		"HTTP2":          serveHTTP2,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, serve) })
		})
	}
}

// serveHTTP2 runs h without TLS and with HTTP/2.
func serveHTTP2(t *testing.T, h http.Handler) *http.Client {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{
		Protocols: &protocols,
		// Less than what stalls HTTP/1, so that one body does not fill it.
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerStream: 32 << 10},
	}
	return serveInMemory(t, &http.Server{Handler: h, Protocols: &protocols}, transport, net.Pipe)
}

// serveTLS runs h with TLS and HTTP/1.1.
func serveTLS(t *testing.T, h http.Handler, config *tls.Config) *http.Client {
	return serveInMemory(t, &http.Server{Handler: h}, &http.Transport{}, func() (near, far net.Conn) {
		near, far = net.Pipe()
		return tls.Client(near, &tls.Config{InsecureSkipVerify: true}), tls.Server(far, config)
	})
}

// serveInMemory runs srv at one end of pipes. The client's transport has the other.
func serveInMemory(t *testing.T, srv *http.Server, transport *http.Transport, pipe func() (near, far net.Conn)) *http.Client {
	l := &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	var mu sync.Mutex
	var conns []net.Conn
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		near, far := pipe()
		mu.Lock()
		conns = append(conns, near)
		mu.Unlock()
		select {
		case l.conns <- far:
			return near, nil
		case <-l.closed:
			return nil, net.ErrClosed
		}
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		srv.Serve(l)
	}()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		srv.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range conns {
			c.Close()
		}
		<-served
	})
	return &http.Client{Transport: transport}
}

// secure is a certificate to be trusted by nobody who cares.
func secure() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, err
}

// A memoryListener accepts what is dialed in memory.
type memoryListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, errors.New("closed")
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *memoryListener) Addr() net.Addr { return &net.TCPAddr{} }
