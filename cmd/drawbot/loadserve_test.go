package main

import (
	"bufio"
	"encoding/csv"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var liveAt = regexp.MustCompile(`live at (http://127\.0\.0\.1:\d+)/`)

// While a run goes, its page, its stream of reports and its metrics are there, for
// this machine alone; who follows has the last report, and then it is gone.
func TestLoadLive(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	table := filepath.Join(t.TempDir(), "r.csv")
	r := start(t, nothing(), "load", room, "--bots", "3", "--duration", "3s", "--ramp", "0s", "--rate", "20", "--live", "0", "--csv", table)
	r.err.await(t, "live at http://127.0.0.1:")
	url := liveAt.FindStringSubmatch(r.err.String())[1]
	get := func(path, host string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), "GET", url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		resp, err := http.DefaultClient.Do(req)
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
	if status, page := get("/", ""); status != 200 || !strings.Contains(page, room) || !strings.Contains(page, "Live: ") {
		t.Errorf("got %d, and a page without the room, or not live", status)
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "http://"), ":")
	for host, want := range map[string]int{"localhost:" + port: 200, "[::1]:" + port: 200, "drawings.example:" + port: 421, "localhost.example": 421} {
		if got, text := get("/", host); got != want {
			t.Errorf("asked for %s: got %d, %s, want %d", host, got, text, want)
		}
	}
	resp, err := http.Get(url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	in := bufio.NewScanner(resp.Body)
	in.Buffer(nil, 10e6)
	var names []string
	last := ""
	for in.Scan() {
		if name, ok := strings.CutPrefix(in.Text(), "event: "); ok {
			names = append(names, name)
		}
		if strings.HasPrefix(in.Text(), "data: ") {
			last = in.Text()
		}
		if len(names) == 3 && in.Text() == "" { // it draws
			if status, text := get("/metrics", ""); status != 200 || !regexp.MustCompile(`(?m)^drawmesh_load_ops_sent_total\{.*scenario="walk",.*\} [1-9]`).MatchString(text) {
				t.Errorf("got %d, and no operations that were sent in\n%s", status, text)
			}
		}
	}
	if n := len(names); n < 4 || names[n-1] != "end" || !strings.Contains(last, "What each link carried") {
		t.Errorf("got %v, the last one of %d bytes, want several reports and the whole one in the end", names, len(last))
	}
	r.wait(t, exitDone)
	r.err.await(t, "wrote "+table)
	if conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
		conn.Close()
		t.Errorf("%s still listens", url)
	}
	f, err := os.Open(table)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || !slices.ContainsFunc(rows, func(row []string) bool { return row[2] == "latency.p99" && row[3] == "walk" }) {
		t.Errorf("%d rows of CSV, and no latency (%v)", len(rows), err)
	}
}

// Without a host, an address is of this machine alone.
func TestListenAddress(t *testing.T) {
	for text, want := range map[string]string{
		"9000": "localhost:9000", ":9000": "localhost:9000", "0.0.0.0:9000": "0.0.0.0:9000", "[::]:0": "[::]:0", "build7:80": "build7:80",
		"": "", ":": "", "localhost": "", "localhost:http": "", "1:2:3": "", "localhost:70000": "", "-1": "",
	} {
		var a listenAddress
		if err := a.UnmarshalText([]byte(text)); string(a) != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q (%v), want %q", text, a, err, want)
		}
	}
}
