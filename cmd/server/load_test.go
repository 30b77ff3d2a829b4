package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A loadReport is what these tests read of a load test's report.
type loadReport struct {
	Ended   string                             `json:"ended"`
	Metrics map[string]struct{ Value float64 } `json:"metrics"`
	Parts   []struct {
		Failures []struct{ What, Cause string } `json:"failures"`
		Server   []struct {
			Name   string
			After  float64
			Values []float64
		} `json:"server"`
	} `json:"parts"`
}

// startLoad starts a load test of four bots in a process of its own, and
// returns when they draw.
func startLoad(t *testing.T, drawbot, room string, more ...string) (cmd *exec.Cmd, says *lines, report string) {
	t.Helper()
	report = filepath.Join(t.TempDir(), "load.json")
	args := []string{"load", room, "--bots", "4", "--ramp", "0s", "--rate", "20", "--duration", "8s", "--json", report}
	cmd = exec.Command(drawbot, append(args, more...)...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	says = readLines(stderr)
	says.wait(t, "operations/s delivered", 1)
	return cmd, says, report
}

func readLoad(t *testing.T, path string) (rep loadReport) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &rep); err != nil {
		t.Fatal(err)
	}
	return rep
}

// A server that is killed during a load test is in the report, with what it told
// of itself until then, and in the exit status.
func TestKillServerUnderLoad(t *testing.T) {
	server := startProcess(t, "--port=0", "--token-secret", longSecret, "--metrics=localhost:0")
	metrics := server.said.after(t, "drawmesh: metrics at ")
	cmd, says, report := startLoad(t, buildDrawbot(t), server.url+"/studio", "--metrics", metrics)
	server.end(syscall.SIGKILL)
	says.wait(t, "the server was gone in the end: 4 event streams did not come back", 1)
	waitExit(t, cmd)
	if got := cmd.ProcessState.ExitCode(); got != 1 {
		t.Errorf("got exit status %d, want 1: the server was gone", got)
	}
	rep := readLoad(t, report)
	if rep.Ended != "done" || rep.Metrics["streams.down"].Value != 4 || rep.Metrics["ops.lost"].Value != 0 || rep.Metrics["ops.sent"].Value < 4*20*7 {
		t.Errorf("the report says %+v, want that all drew on, lost nothing, and lost the server", rep)
	}
	found := false
	for _, f := range rep.Parts[0].Failures {
		found = found || f.What == "stream" && strings.TrimSpace(f.Cause) != ""
	}
	if !found {
		t.Errorf("failures are %+v, want the streams", rep.Parts[0].Failures)
	}
	for _, g := range rep.Parts[0].Server {
		if g.Name == "drawmesh_streams" && g.After == 4 && len(g.Values) > 1 && g.Values[0] == 0 {
			return
		}
	}
	t.Errorf("the server told %+v, want no streams at first, and 4 before it died", rep.Parts[0].Server)
}

// Ctrl-C ends a load test before it is done, and it reports what it has measured.
func TestInterruptLoad(t *testing.T) {
	server := startProcess(t)
	cmd, _, report := startLoad(t, buildDrawbot(t), server.url+"/studio")
	cmd.Process.Signal(os.Interrupt)
	waitExit(t, cmd)
	if got := cmd.ProcessState.ExitCode(); got != 130 {
		t.Errorf("got exit status %d, want 130: interrupted", got)
	}
	rep := readLoad(t, report)
	if rep.Ended != "interrupted" || rep.Metrics["ops.delivered"].Value == 0 {
		t.Errorf("the report says %+v, want that it was interrupted after something had been delivered", rep)
	}
}

func waitExit(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	watchdog := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer watchdog.Stop()
	cmd.Wait()
}
