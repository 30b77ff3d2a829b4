package main

import (
	"context"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drawmesh/signaling"
)

// A server that no authority vouches for is entered when one is told how to
// know it, and not otherwise.
func TestTrust(t *testing.T) {
	rooms, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(rooms)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	t.Cleanup(func() { rooms.Close() })
	ca := filepath.Join(t.TempDir(), "ca.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(ca, data, 0o600); err != nil {
		t.Fatal(err)
	}
	own := fmt.Sprintf("%x", sha256.Sum256(srv.Certificate().Raw))
	colons := strings.ToUpper(own[:2] + ":" + own[2:])

	tests := []struct {
		name  string
		trust trust
		says  string // empty: it is entered
	}{
		{"nothing said", trust{}, "to trust it, --tls-fingerprint or --tls-ca"},
		{"authority", trust{CA: ca}, ""},
		{"fingerprint", trust{Fingerprint: own}, ""},
		{"fingerprint with colons", trust{Fingerprint: colons}, ""},
		{"another fingerprint", trust{Fingerprint: strings.Repeat("0", 64)}, "another certificate"},
		{"half a fingerprint", trust{Fingerprint: own[:32]}, "64 hexadecimal digits"},
		{"both", trust{CA: ca, Fingerprint: own}, "one of them is enough"},
		{"no such file", trust{CA: ca + "x"}, "no such file"},
		{"a login of several lines", trust{LoginFile: ca}, "want one line, user:password"},
		{"no such login", trust{LoginFile: ca + "x"}, "no such file"},
		{"a file without a certificate", trust{CA: os.Args[0]}, "holds no certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := room{Room: srv.URL + "/studio", Name: "drawbot", trust: tt.trust}
			p, err := r.join(t.Context(), nil)
			if err == nil {
				p.Close(context.Background())
			}
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("got %v, want an error that says %q, if anything", err, tt.says)
			}
		})
	}
}

// A password of a proxy's is asked for, also if there is one that it does not take.
func TestLogin(t *testing.T) {
	rooms, err := signaling.NewServer(signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { rooms.Close() })
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "ana" || password != "a:b" {
			w.Header().Set("WWW-Authenticate", `Basic realm="here"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		rooms.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	for _, tt := range []struct{ name, login, says string }{
		{"none", "", "asks for a password: give the right one with --login-file"},
		{"another", "ana:b", "asks for a password: give the right one with --login-file"},
		{"the right one", "ana:a:b\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := room{Room: srv.URL + "/studio", Name: "drawbot"}
			if tt.login != "" {
				r.LoginFile = filepath.Join(t.TempDir(), "login")
				if err := os.WriteFile(r.LoginFile, []byte(tt.login), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			p, err := r.join(t.Context(), nil)
			if err == nil {
				p.Close(context.Background())
			}
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("got %v, want an error that says %q, if anything", err, tt.says)
			}
		})
	}
}
