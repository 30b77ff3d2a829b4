package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// selfSignedLife is what browsers allow a certificate at most, in days.
const selfSignedLife = 397

// makeCertificate makes a certificate for this machine's names and addresses,
// signed by nobody but itself.
func makeCertificate(host string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "drawmesh"},
		NotBefore:             time.Now().Add(-time.Hour), // clocks differ
		NotAfter:              time.Now().AddDate(0, 0, selfSignedLife),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	template.DNSNames, template.IPAddresses = ownNames(host)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// ownNames are the names and addresses that this machine may be called by.
func ownNames(host string) (names []string, ips []net.IP) {
	names = []string{"localhost"}
	if name, err := os.Hostname(); err == nil {
		names = append(names, name, name+".local")
	}
	if ip := net.ParseIP(host); ip != nil {
		ips = append(ips, ip)
	} else if host != "" {
		names = append(names, host)
	}
	addrs, _ := net.InterfaceAddrs() // none are found, at worst
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			ips = append(ips, n.IP)
		}
	}
	return names, ips
}

// writeCertificate keeps a certificate in two files, so that it is the same
// when the server starts again.
func writeCertificate(pair *tls.Certificate, cert, key string) error {
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		return err
	}
	if err := writePEM(key, "PRIVATE KEY", der); err != nil {
		return err
	}
	return writePEM(cert, "CERTIFICATE", pair.Certificate[0])
}

// writePEM makes a file that was not there.
func writePEM(name, kind string, der []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = pem.Encode(f, &pem.Block{Type: kind, Bytes: der})
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// fingerprintOf is what a person compares: the SHA-256 of the certificate.
func fingerprintOf(pair *tls.Certificate) string {
	return fmt.Sprintf("%x", sha256.Sum256(pair.Certificate[0]))
}
