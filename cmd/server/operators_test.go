package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// get returns the status and the body of an answer.
func get(t testing.TB, url string) (int, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{}, Timeout: patience}
	defer client.CloseIdleConnections()
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// Operators see what happens, at an address that the public does not.
func TestMetrics(t *testing.T) {
	surroundings(t)
	s := start(t, "--port=0", "--token-secret", longSecret, "--metrics=localhost:0")
	at := regexp.MustCompile(`metrics at (http://localhost:\d+)/metrics`).FindStringSubmatch(s.began)
	if at == nil {
		t.Fatalf("got %q, want to be told of the metrics", s.began)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	resp, err := client.Post(s.url+"/studio/join", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	code, body := get(t, at[1]+"/metrics")
	for _, want := range []string{
		"drawmesh_peers 0\n", "drawmesh_streams 0\n", "drawmesh_rooms 0\n", "drawmesh_joins_total 0\n",
		"drawmesh_relays_total 0\n", "drawmesh_overflows_total 0\n", "drawmesh_sent_bytes_total 0\n",
		`drawmesh_refusals_total{reason="no_token"} 1` + "\n", "drawmesh_turn_allocations 0\n",
		`drawmesh_relay_seconds_bucket{le="+Inf"} 0` + "\n", "go_goroutines ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the metrics have no %q", want)
		}
	}
	if code != 200 {
		t.Errorf("got status %d for the metrics, want 200", code)
	}
	if code, body := get(t, at[1]+"/readyz"); code != 200 || body != "ready\n" {
		t.Errorf("got %d %q, want ready", code, body)
	}
	if code, _ := get(t, s.url+"/metrics"); code != 404 {
		t.Errorf("got status %d for the metrics in public, want 404", code)
	}
}
