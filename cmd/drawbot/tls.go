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
// machine's own authorities vouch for.
type trust struct {
	CA          string `name:"tls-ca" placeholder:"FILE" help:"Trust servers that this certificate authority vouches for."`
	Fingerprint string `name:"tls-fingerprint" placeholder:"SHA256" help:"Trust the server with this certificate: server --tls-self-signed says it."`
}

// client is an HTTP client that trusts so; nil for the default one.
func (t trust) client() (*http.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	switch {
	case t.CA == "" && t.Fingerprint == "":
		return nil, nil
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
	default:
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
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = config
	transport.ForceAttemptHTTP2 = true
	return &http.Client{Transport: transport}, nil
}

var errOtherCertificate = errors.New("the server has another certificate than --tls-fingerprint says")
