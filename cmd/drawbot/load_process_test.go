package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The machine of one part dies while all draw: the other part ends by itself, and
// reports what it has; the merged report says what is missing.
func TestKilledPart(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	report := filepath.Join(t.TempDir(), "1.json")
	args := []string{"load", room, "--bots", "4", "--duration", "4s", "--rate", "20", "--ramp", "0s", "--seed", "3"}
	survivor := spawn(t, "", append(args, "--part", "1/2", "--json", report)...)
	victim := spawn(t, "", append(args, "--part", "2/2")...)
	survivor.err.await(t, "drawing: ")
	victim.Process.Kill()
	_ = victim.Wait()
	_ = survivor.Wait() // links were lost: whether they are open again, nobody knows
	if code := survivor.ProcessState.ExitCode(); code != exitFailed && code != exitDone {
		t.Errorf("the part that was left ended with %d, want %d or %d; %s", code, exitFailed, exitDone, survivor.err)
	}
	rep := readLoad(t, report)
	own, _ := rep.Metric("ops.delivered")
	if v, _ := rep.Metric("bots.joined"); rep.Ended != "done" || v.Value != 2 || own.Value == 0 || own.Value != own.Of {
		t.Errorf("it %s with %v bots, %v delivered, want all of what its own two drew", rep.Ended, v, own)
	}
	m := start(t, nothing(), "report", "merge", report)
	m.wait(t, exitIncomplete)
	m.err.await(t, "of 2 parts, 1 are missing")
}

// Bots come by stages, until a threshold is missed that is worth ending for.
func TestLoadByStages(t *testing.T) {
	t.Parallel()
	room := serve(t, generous).URL + "/studio"
	report := filepath.Join(t.TempDir(), "r.json")
	r := start(t, nothing(), "load", room, "--stages", "1s:3,1h:3", "--rate", "1s:10,10s:20", "--seed", "3", "--json", report,
		"--threshold", "latency.p99{scenario:walk,stage:2}<1m", "--threshold", "ops.sent{stage:2}<20 abort", "--threshold", "ops.lost==0")
	r.wait(t, exitMissed)
	r.err.await(t, "3 bots in ", "missed: ops.sent{stage:2}<20 abort (got ")
	r.out.await(t, "ended", "aborted", "MISSED")
	rep := readLoad(t, report)
	if rep.Ended != "aborted" || rep.Aborted == nil || rep.Settings.Scenarios[0].Stages != "1s:3,1h0m0s:3" || rep.Settings.Scenarios[0].Rates != "1s:10,10s:20" {
		t.Errorf("it %s by %v, of %+v", rep.Ended, rep.Aborted, rep.Settings.Scenarios)
	}
	if met := rep.Thresholds; len(met) != 3 || !met[0].Met || met[1].Met || !met[2].Met || !strings.HasPrefix(met[1].Threshold, "ops.sent") {
		t.Errorf("the thresholds came out as %+v, want only the second missed", met)
	}
}

// Whoever may be missing fails nothing.
func TestLoadAllowsMissing(t *testing.T) {
	t.Parallel()
	server := generous
	server.MaxPeers = 3
	room := serve(t, server).URL + "/studio"
	args := []string{"load", room, "--bots", "4", "--duration", "300ms", "--rate", "5", "--ramp", "0s"}
	for allowed, want := range map[string]int{"0": exitFailed, "1": exitDone} {
		r := start(t, nothing(), append(args, "--allow-missing", allowed)...)
		r.wait(t, want)
		r.out.await(t, "3 of 4")
	}
}
