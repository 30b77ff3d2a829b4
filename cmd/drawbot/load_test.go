package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drawmesh/peer/loadtest"
	"drawmesh/signaling"
)

// generous lets many bots in from one address.
var generous = signaling.ServerOptions{MaxStreams: -1, AccessRate: -1}

// readLoad reads the report that a load test has written.
func readLoad(t *testing.T, path string) *loadtest.Report {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rep, err := loadtest.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// Twenty bots draw for five seconds, and everything that they draw arrives.
func TestLoad(t *testing.T) {
	t.Parallel()
	bots, duration := "20", "5s"
	if testing.Short() {
		bots, duration = "6", "1s"
	}
	room := serve(t, generous).URL + "/studio"
	dir := t.TempDir()
	report, page, log := filepath.Join(dir, "r.json"), filepath.Join(dir, "r.html"), filepath.Join(dir, "r.ndjson")
	r := start(t, nothing(), "load", room, "--bots", bots, "--duration", duration, "--rate", "10", "--ramp", "0s", "--seed", "7",
		"--json", report, "--html", page, "--log", log,
		"--threshold", "bots.joined==100%", "--threshold", "links.open==100%",
		"--threshold", "ops.lost==0", "--threshold", "ops.duplicate==0", "--threshold", "ops.disordered==0",
		"--threshold", "converged<30s", "--threshold", "latency.p99<30s")
	r.wait(t, exitDone)
	r.out.await(t, "bots", bots+" of "+bots, "0 lost, 0 twice, 0 out of order", "operation, one way", "link opens", "met", "bots.joined==100%")
	r.err.await(t, bots+" bots in "+room+", --seed 7", "wrote "+report, "wrote "+page)
	rep := readLoad(t, report)
	if rep.Ended != "done" || len(rep.Parts) != 1 || len(rep.Thresholds) != 7 {
		t.Errorf("the report says that it %s, with %d parts and %d thresholds", rep.Ended, len(rep.Parts), len(rep.Thresholds))
	}
	for _, spread := range []string{"latency", "pace", "token", "stream", "join", "link", "link.ice", "link.dtls", "link.channel"} {
		if v, ok := rep.Metric(spread + ".max"); !ok || v.Value <= 0 {
			t.Errorf("%s.max is %v, want some time", spread, v.Value)
		}
	}
	for _, name := range []string{"mesh", "converged", "cpu", "cpu.link", "goroutines.link", "bytes.op", "ops.rate"} {
		if v, ok := rep.Metric(name); !ok || v.Value <= 0 {
			t.Errorf("%s is %v, want more than nothing", name, v.Value)
		}
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "</html>") {
		t.Errorf("the page is not whole (%v)", err)
	}
	start(t, nothing(), "report", "show", report, "--threshold", "ops.lost==0").wait(t, exitDone)
}

func TestLoadMissesAThreshold(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	report := filepath.Join(t.TempDir(), "r.json")
	r := start(t, nothing(), "load", room, "--bots", "2", "--duration", "200ms", "--ramp", "0s", "--json", report,
		"--threshold", "latency.p99<1us", "--threshold", "ops.lost==0", "--threshold", "links.lost>0")
	r.wait(t, exitMissed)
	r.err.await(t, "drawbot: missed: latency.p99<1us (got ", "), links.lost>0 (got 0)\n")
	r.out.await(t, "MISSED", "latency.p99<1us", "met", "ops.lost==0", "MISSED", "links.lost>0")
	start(t, nothing(), "report", "show", report).wait(t, exitDone) // it only shows
	start(t, nothing(), "report", "show", report, "--threshold", "latency.p99<1us").wait(t, exitMissed)
}

// A room that is too small is reported, and not what was asked for.
func TestLoadOfAFullRoom(t *testing.T) {
	t.Parallel()
	room := serve(t, signaling.ServerOptions{MaxPeers: 2, MaxStreams: -1, AccessRate: -1}).URL + "/studio"
	log := filepath.Join(t.TempDir(), "r.ndjson")
	r := start(t, nothing(), "load", room, "--bots", "3", "--duration", "200ms", "--ramp", "0s", "--log", log)
	r.wait(t, exitFailed)
	r.err.await(t, "drawbot: 1 of 3 bots did not get in: room studio: the server answered 409: ")
	r.out.await(t, "2 of 3, 1 refused: room studio: the server answered 409: ", "2 of 2 ends open")
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	run, text, _ := bytes.Cut(text, []byte("\n"))
	var of runRecord
	if err := json.Unmarshal(run, &of); err != nil || of.Type != "run" || of.Room != room || of.Seed == 0 {
		t.Errorf("the log begins with %s (%v), want the run", run, err)
	}
	r.err.await(t, "wrote "+log+": 1 failure\n")
	var f failureRecord
	if err := json.Unmarshal(text, &f); err != nil || f.Type != "failure" || f.What != "join" || f.Bot == "" || !strings.Contains(f.Cause, "409") {
		t.Errorf("the log holds %s (%v), want the one failure", text, err)
	}
}

func TestLoadOfNoServer(t *testing.T) {
	t.Parallel()
	gone := serve(t, generous)
	gone.stop()
	r := start(t, nothing(), "load", gone.URL+"/studio", "--bots", "2", "--ramp", "0s")
	r.wait(t, exitFailed)
	r.err.await(t, "drawbot: no bot got in: "+gone.URL+": no server there (")
	if got := r.out.String(); got != "" {
		t.Errorf("stdout: got %q, want nothing", got)
	}
}

// A server that dies meanwhile is reported, and is a failure.
func TestLoadOutlivesTheServer(t *testing.T) {
	t.Parallel()
	server := serve(t, generous)
	report := filepath.Join(t.TempDir(), "r.json")
	r := start(t, nothing(), "load", server.URL+"/studio", "--bots", "3", "--duration", "10s", "--ramp", "0s", "--rate", "20", "--json", report)
	r.err.await(t, "drawing: ")
	server.stop()
	r.wait(t, exitFailed)
	r.err.await(t, "drawbot: the server was gone in the end: 3 event streams did not come back\n")
	r.out.await(t, "0 lost", "event streams", "3 not back in the end", "failures", "stream")
	if v, _ := readLoad(t, report).Metric("streams.down"); v.Value != 3 {
		t.Errorf("the report says that %v streams are down, want 3", v)
	}
}

// Ctrl-C ends a run, and reports what was measured so far.
func TestLoadStopsAtCtrlC(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	report := filepath.Join(t.TempDir(), "r.json")
	r := start(t, nothing(), "load", room, "--bots", "3", "--duration", "1h", "--ramp", "0s", "--rate", "20", "--json", report,
		"--threshold", "latency.p99<1us")
	r.err.await(t, "operations/s delivered")
	r.interrupt()
	r.wait(t, exitMissed)
	r.err.await(t, "drawbot: missed: latency.p99<1us (got ", "); interrupted: ")
	r.out.await(t, "ended", "interrupted", "operation, one way")
	rep := readLoad(t, report)
	if v, _ := rep.Metric("ops.delivered"); v.Value == 0 || rep.Ended != "interrupted" {
		t.Errorf("%v operations were delivered, and it %s, want some, and that it was interrupted", v, rep.Ended)
	}
}

func TestLoadStopsWhileItWaits(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	r := start(t, nothing(), "load", room, "--bots", "3", "--start-at", "2100-01-01T00:00:00Z")
	r.err.await(t, "3 bots in ")
	r.interrupt()
	r.wait(t, exitInterrupted)
	r.err.await(t, "drawbot: interrupted: nothing was measured\n")
}

// Two processes share a room, and their reports make one.
func TestLoadInParts(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	dir := t.TempDir()
	var parts [2]*running
	var files [2]string
	for i := range parts {
		files[i] = filepath.Join(dir, string(rune('1'+i))+".json")
		parts[i] = start(t, nothing(), "load", room, "--bots", "4", "--duration", "1s", "--rate", "20", "--ramp", "0s", "--seed", "3",
			"--part", string(rune('1'+i))+"/2", "--json", files[i])
	}
	for _, p := range parts {
		p.wait(t, exitDone)
	}
	all := filepath.Join(dir, "all.json")
	m := start(t, nothing(), "report", "merge", files[1], files[0], "--json", all, "--threshold", "ops.lost==0", "--threshold", "bots.joined==4")
	m.wait(t, exitDone)
	m.out.await(t, "4 of 4", "clocks", "part 2", "give or take")
	rep := readLoad(t, all)
	if v, _ := rep.Metric("ops.delivered"); v.Of == 0 || v.Value != v.Of {
		t.Errorf("%v were delivered, want all", v)
	}
	if p := rep.Parts[1]; p.OffsetMS > p.WithinMS || p.OffsetMS < -p.WithinMS {
		t.Errorf("one machine has clocks that differ by %v ms, give or take %v", p.OffsetMS, p.WithinMS)
	}
	alone := start(t, nothing(), "report", "merge", files[0])
	alone.wait(t, exitIncomplete)
	alone.err.await(t, "of 2 parts, 1 are missing")
}

func TestFindLimit(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	r := start(t, nothing(), "load", room, "--bots", "2", "--duration", "300ms", "--ramp", "0s", "--rate", "5",
		"--find-limit", "ops.sent<12")
	r.wait(t, exitDone)
	r.err.await(t, "rate 5: well; p99 ", "broke; p99 ")
	r.out.await(t, "limit: a rate of ", " is well, ", "what broke: ops.sent<12: got ", "what ran out: ")
}
