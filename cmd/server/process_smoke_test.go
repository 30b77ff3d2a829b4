package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
)

// The real program, told to stop while a stream is open, ends it and exits 0.
func TestProcessEndsOpenStreams(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			server := startProcess(t, "--port=0", "--token-secret", longSecret)
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()

			resp, err := client.Post(server.url+"/access", "application/json", strings.NewReader(`{"username":"Ana"}`))
			if err != nil {
				t.Fatal(err)
			}
			var access struct{ Token string }
			err = json.NewDecoder(resp.Body).Decode(&access)
			resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			req, err := http.NewRequest("GET", server.url+"/connect?token="+url.QueryEscape(access.Token), nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept", "text/event-stream")
			stream, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer stream.Body.Close()
			events := bufio.NewReader(stream.Body)
			if line, err := events.ReadString('\n'); err != nil || !strings.Contains(line, "connected") {
				t.Fatalf("got %q, %v, want the event connected", line, err)
			}

			if got := server.end(sig); got != exitDone {
				t.Errorf("got exit status %d, want %d", got, exitDone)
			}
			if _, err := io.ReadAll(events); err != nil {
				t.Errorf("the stream was cut, not ended: %v", err)
			}
		})
	}
}
