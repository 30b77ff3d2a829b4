package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"drawmesh/internal/bom"
)

// trust is whom to believe that it is the server, besides those that the
// machine's own authorities vouch for, and who we are to a proxy before it.
type trust struct {
	CA          string `name:"tls-ca" placeholder:"FILE" help:"Trust servers that this certificate authority vouches for."`
	Fingerprint string `name:"tls-fingerprint" placeholder:"SHA256" help:"Trust the server with this certificate: drawmesh-server --tls-self-signed says it."`
	LoginFile   string `name:"login-file" env:"DRAWMESH_LOGIN_FILE" placeholder:"FILE" help:"Give a proxy that asks for a password the user:password in this file."`
}

// client is an HTTP client that trusts so; nil for the default one.
func (t trust) client() (*http.Client, error) {
	if t == (trust{}) {
		return nil, nil
	}
	config, err := t.tls()
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = config
	transport.ForceAttemptHTTP2 = true
	if t.LoginFile == "" {
		return &http.Client{Transport: transport}, nil
	}
	login, err := readLogin(t.LoginFile)
	if err != nil {
		return nil, err
	}
	login.Transport = transport
	return &http.Client{Transport: login}, nil
}

// tls is how to know the server.
func (t trust) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	switch {
	case t.CA != "" && t.Fingerprint != "":
		return nil, misused("--tls-ca and --tls-fingerprint: one of them is enough")
	case t.CA != "":
		pem, err := bom.ReadFile(t.CA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, misused("--tls-ca %s holds no certificate", t.CA)
		}
	case t.Fingerprint != "":
		want, err := hex.DecodeString(strings.ReplaceAll(t.Fingerprint, ":", ""))
		if err != nil || len(want) != sha256.Size {
			return nil, misused("--tls-fingerprint %s: want 64 hexadecimal digits", t.Fingerprint)
		}
		config.InsecureSkipVerify = true // for what is verified here instead
		config.VerifyConnection = func(state tls.ConnectionState) error {
			if sha256.Sum256(state.PeerCertificates[0].Raw) != [sha256.Size]byte(want) {
				return errOtherCertificate
			}
			return nil
		}
	}
	return config, nil
}

// A login gives a proxy its user and password with every request (RFC 7617). The
// server's token is in another header.
type login struct {
	*http.Transport
	user, password string
}

// RoundTrip makes one request.
func (l *login) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth(l.user, l.password)
	return l.Transport.RoundTrip(r)
}

// readLogin reads a user and a password.
func readLogin(file string) (*login, error) {
	text, err := bom.ReadFile(file)
	if err != nil {
		return nil, err
	}
	user, password, ok := strings.Cut(strings.TrimRight(string(text), "\r\n"), ":")
	if !ok || user == "" || strings.ContainsAny(user+password, "\r\n\x00") {
		return nil, misused("--login-file %s: want one line, user:password", file)
	}
	return &login{user: user, password: password}, nil
}

var errOtherCertificate = errors.New("the server has another certificate than --tls-fingerprint says")
