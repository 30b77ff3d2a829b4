package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"drawmesh/internal/bom"
)

// A keyPair is a certificate and its key in two files, read again when they
// change: certificates last for weeks, servers longer.
type keyPair struct {
	cert, key string // the files
	log       *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	since   [2]time.Time // when the files were changed last
	checked time.Time
}

// checkEvery is how often the files are looked at, at most.
const checkEvery = time.Second

// get returns the certificate for a new connection.
func (p *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.checked) < checkEvery {
		return p.current, nil
	}
	p.checked = time.Now()
	if err := p.load(); err != nil {
		// They may be half written. The old ones do, and the next connection
		// looks again.
		p.log.Warn("certificate not reloaded", "err", err)
	}
	return p.current, nil
}

// load reads the files if they have changed. p.mu is held.
func (p *keyPair) load() error {
	var since [2]time.Time
	for i, name := range []string{p.cert, p.key} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		since[i] = info.ModTime()
	}
	if since == p.since && p.current != nil {
		return nil
	}
	pair, err := readKeyPair(p.cert, p.key)
	if err != nil {
		return err
	}
	p.current, p.since = &pair, since
	return nil
}

// readKeyPair reads a certificate and its key.
func readKeyPair(cert, key string) (tls.Certificate, error) {
	certPEM, err := bom.ReadFile(cert)
	if err != nil {
		return tls.Certificate{}, err
	}
	keyPEM, err := bom.ReadFile(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(certPEM, keyPEM)
}

// secure is how conf wants connections to be encrypted; nil if not at all. It
// also returns the certificate's fingerprint, if that is all there is to trust.
func secure(conf *config, log *slog.Logger) (_ *tls.Config, fingerprint string, err error) {
	if (conf.TLSCert == "") != (conf.TLSKey == "") {
		return nil, "", usageError{errors.New("--tls-cert and --tls-key belong together")}
	}
	if conf.TLSCert == "" && !conf.TLSSelfSigned {
		return nil, "", nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	if conf.TLSCert == "" {
		made, err := makeCertificate(conf.Host)
		if err != nil {
			return nil, "", err
		}
		config.Certificates = []tls.Certificate{*made}
		return config, fingerprintOf(made), nil
	}
	if _, err := os.Stat(conf.TLSCert); errors.Is(err, fs.ErrNotExist) && conf.TLSSelfSigned {
		made, err := makeCertificate(conf.Host)
		if err == nil {
			err = writeCertificate(made, conf.TLSCert, conf.TLSKey)
		}
		if err != nil {
			return nil, "", err
		}
	}
	pair := &keyPair{cert: conf.TLSCert, key: conf.TLSKey, log: log}
	if err := pair.load(); err != nil {
		return nil, "", fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	config.GetCertificate = pair.get
	if conf.TLSSelfSigned {
		fingerprint = fingerprintOf(pair.current)
	}
	return config, fingerprint, nil
}
