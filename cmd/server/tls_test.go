package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// A self-signed server speaks HTTP/2, shows the certificate whose fingerprint
// it said, and keeps it where it is told to.
func TestSelfSigned(t *testing.T) {
	dir := t.TempDir()
	kept := []string{"--tls-cert", filepath.Join(dir, "cert.pem"), "--tls-key", filepath.Join(dir, "key.pem")}
	said := make(map[string]int)
	for _, args := range [][]string{nil, kept, kept} {
		surroundings(t)
		s := start(t, append([]string{"--port=0", "--token-secret", longSecret, "--tls-self-signed"}, args...)...)
		match := regexp.MustCompile(`certificate SHA-256 ([0-9a-f]{64})\n`).FindStringSubmatch(s.began)
		if match == nil {
			t.Fatalf("got %q, want a fingerprint", s.began)
		}
		said[match[1]]++
		transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{
			InsecureSkipVerify: true,
			VerifyConnection: func(cs tls.ConnectionState) error {
				if got := fingerprintOf(&tls.Certificate{Certificate: [][]byte{cs.PeerCertificates[0].Raw}}); got != match[1] {
					return errors.New("another certificate: " + got)
				}
				roots := x509.NewCertPool()
				roots.AddCert(cs.PeerCertificates[0])
				_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, DNSName: "localhost"})
				return err
			},
		}}
		client := &http.Client{Transport: transport}
		resp, err := client.Get(s.url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		client.CloseIdleConnections()
		if resp.StatusCode != 200 || resp.ProtoMajor != 2 {
			t.Errorf("got %s over %s, want 200 over HTTP/2.0", resp.Status, resp.Proto)
		}
		s.stop()
		<-s.status
	}
	if len(said) != 2 {
		t.Errorf("got the fingerprints %v, want the one that was kept twice", said)
	}
	info, err := os.Stat(kept[3])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: got %v, %v, want mode 0600", info, err)
	}
}

// A certificate that is replaced is served from then on; one that cannot be
// read is not.
func TestCertificateIsReloaded(t *testing.T) {
	dir := t.TempDir()
	p := &keyPair{cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem"), log: slog.New(slog.DiscardHandler)}
	replace := func(age time.Duration) (serial string) {
		t.Helper()
		os.Remove(p.cert)
		os.Remove(p.key)
		made, err := makeCertificate("")
		if err == nil {
			err = writeCertificate(made, p.cert, p.key)
		}
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		os.Chtimes(p.cert, at, at)
		return made.Leaf.SerialNumber.String()
	}
	served := func() string {
		t.Helper()
		p.checked = time.Time{} // long ago
		c, err := p.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf.SerialNumber.String()
	}
	first := replace(time.Hour)
	if got := served(); got != first {
		t.Errorf("got certificate %s, want the first one, %s", got, first)
	}
	second := replace(time.Minute)
	p.checked = time.Now()
	if c, _ := p.get(nil); c.Leaf.SerialNumber.String() != first {
		t.Error("the files are looked at for each connection")
	}
	if got := served(); got != second {
		t.Errorf("got certificate %s, want the second one, %s", got, second)
	}
	if err := os.WriteFile(p.cert, []byte("half a certi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := served(); got != second {
		t.Errorf("got certificate %s, want the second one as long as there is no other, %s", got, second)
	}
	third := replace(0)
	if got := served(); got != third {
		t.Errorf("got certificate %s, want the third one, %s", got, third)
	}
}
