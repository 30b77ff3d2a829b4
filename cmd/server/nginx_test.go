package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// nginxConf is what surrounds the files of docs/deploy, which Debian has in its own
// nginx.conf.
const nginxConf = `user root; daemon off; pid %[1]s/pid; error_log %[1]s/errors; events {}
http {
	include %[2]s;
	server {
		listen 81;
		include %[3]s;
	}
}`

// A page and a bot draw together through a real nginx, as the files in docs/deploy
// have it: by the name alone, and below a path with a password. The server has
// nothing to warn of.
func TestNginx(t *testing.T) {
	if room := os.Getenv(roomEnv); room != "" {
		drawFromPage(newBrowser(t, chromedp.Flag("ignore-certificate-errors", true)).open(room))
		return
	}
	t.Parallel()
	drawbot := buildDrawbot(t)
	if os.Getuid() != 0 {
		asRoot(t)
		return
	}
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Fatal("this test runs nginx (Debian: apt-get install nginx)")
	}
	n := newInternet(t)
	n.wire("guest")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(file(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pair, err := makeCertificate(serverIP)
	if err == nil {
		err = writeCertificate(pair, file("cert.pem"), file("key.pem"))
	}
	hash, errHash := exec.Command("openssl", "passwd", "-apr1", "geheim").Output()
	if err != nil || errHash != nil {
		t.Fatal(err, errHash)
	}
	write("htpasswd", "ana:"+string(hash))
	write("login", "ana:geheim\n")
	write("site.conf", shipped(t, "nginx.conf", "/etc/letsencrypt/live/draw.example/fullchain.pem", file("cert.pem"),
		"/etc/letsencrypt/live/draw.example/privkey.pem", file("key.pem")))
	write("path.conf", shipped(t, "nginx-path.conf", "/etc/nginx/drawmesh.htpasswd", file("htpasswd")))
	write("nginx.conf", fmt.Sprintf(nginxConf, dir, file("site.conf"), file("path.conf")))

	server := n.command("server", os.Args[0], "--host=127.0.0.1", "--port=8081", "--trusted-proxy=127.0.0.1")
	server.Env = append(os.Environ(), serverEnv+"=1", "TOKEN_SECRET="+longSecret)
	server.Dir = t.TempDir()
	said := background(t, server)
	said.after(t, "drawmesh: open ")
	background(t, n.command("server", nginx, "-c", file("nginx.conf"), "-e", file("errors")))
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(file("pid")); err == nil {
			break // it listens
		}
		if time.Since(start) > patience {
			errors, _ := os.ReadFile(file("errors"))
			t.Fatalf("nginx does not start: %s", errors)
		}
	}

	for _, tt := range []struct {
		name, room, page string
		args             []string
	}{
		{"by its name", "http://" + serverIP + "/studio", "http://" + serverIP + "/studio", []string{"--tls-ca", file("cert.pem")}},
		{"below a path, with a password", "http://" + serverIP + ":81/draw/atelier", "http://ana:geheim@" + serverIP + ":81/draw/atelier/", []string{"--login-file", file("login")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stays := n.join(t, "guest", drawbot, tt.room, tt.args...)
			page := n.command("guest", os.Args[0], "-test.run=^TestNginx$", "-test.v")
			page.Env = append(os.Environ(), roomEnv+"="+tt.page)
			out := new(strings.Builder)
			page.Stdout, page.Stderr = out, out
			if err := page.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if page.ProcessState == nil { // it has not been waited for
					page.Process.Kill()
					page.Wait()
					t.Logf("the page: %s", out)
				}
			})
			stays.said.wait(t, anOp, 1) // the page has drawn
			draws := n.command("guest", drawbot, append([]string{"draw", tt.room, "-", "--wait", "30s"}, tt.args...)...)
			draws.Stdin = strings.NewReader(line(100, "#f00") + "\n" + line(200, "#f00") + "\n")
			if said, err := draws.CombinedOutput(); err != nil {
				t.Errorf("drawing: %v\n%s", err, said)
			}
			if err := page.Wait(); err != nil {
				t.Errorf("the page: %v\n%s", err, out)
			}
		})
	}
	said.mu.Lock()
	defer said.mu.Unlock()
	for _, line := range said.text {
		if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") {
			t.Errorf("the server warns: %s", line)
		}
	}
}

// shipped is a file of docs/deploy, with other texts in the place of some, which it
// has to hold.
func shipped(t *testing.T, name string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replace); i += 2 {
		if strings.Count(string(text), replace[i]) == 0 {
			t.Fatalf("%s has no %s", name, replace[i])
		}
	}
	return strings.NewReplacer(replace...).Replace(string(text))
}
