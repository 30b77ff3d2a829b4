package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drawmesh/signaling"
)

// namesIn are the files in a folder.
func namesIn(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// TestRecordAgain starts the same command again, in a room that nobody has drawn
// in since: what the first run left stays. Each file that is written is named.
func TestRecordAgain(t *testing.T) {
	server := serve(t, signaling.ServerOptions{}).URL
	drawAndRegret(t, enter(t, server+"/studio"))
	dir := t.TempDir()
	frames := filepath.Join(dir, "frames")
	if err := os.Mkdir(frames, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"notes.txt", "frame-x.png", "frame-7.png.bak", "frame-999999999999.png"} {
		if err := os.WriteFile(filepath.Join(frames, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	record := func(room string, split bool) string {
		args := []string{"record", server + room, "-o", at("out.png"), "--log", at("out.ndjson"), "--for", "1s", "--size", "300x200"}
		if split {
			args = append(args, "--split", "1h")
		} else {
			args = append(args, "--timelapse", at("lapse.gif"), "--frames", frames)
		}
		_, said := do(t, exitDone, args...)
		return said
	}
	checkSaid := func(got string, want ...string) {
		t.Helper()
		lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		ok := len(lines) == len(want)
		for i := range lines {
			ok = ok && strings.HasPrefix(lines[i], want[i])
		}
		if !ok {
			t.Errorf("got\n%s, want lines that begin with\n%s", got, strings.Join(want, "\n"))
		}
	}
	before := "frame-7.png.bak frame-999999999999.png frame-x.png notes.txt"

	checkSaid(record("/studio", false), "recording ",
		"wrote "+at("out.png")+": 300x200 pixels, 6 operations by 1 peer in ",
		"wrote "+at("out.ndjson")+": 6 operations by 1 peer in ",
		"wrote "+filepath.Join(frames, "frame-000001.png")+": 300x200 pixels",
		"wrote "+at("lapse.gif")+": 300x200 pixels, ")
	if got, want := namesIn(t, frames), "frame-000001.png "+before; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	png, gif, log := readFile(t, at("out.png")), readFile(t, at("lapse.gif")), readFile(t, at("out.ndjson"))

	checkSaid(record("/empty", false), at("out.ndjson")+" has been recorded to before", "recording ",
		at("out.png")+" stays as it was: nothing has been drawn",
		"wrote "+at("out.ndjson")+": 0 operations by 0 peers in ",
		at("lapse.gif")+" stays as it was: nothing has been drawn")
	if !bytes.Equal(readFile(t, at("out.png")), png) || !bytes.Equal(readFile(t, at("lapse.gif")), gif) || !bytes.HasPrefix(readFile(t, at("out.ndjson")), log) {
		t.Error("what the first run has left has not stayed")
	}
	if got, want := namesIn(t, frames), "frame-000001.png "+before; got != want {
		t.Errorf("got %s, want %s", got, want)
	}

	record("/studio", false)
	if got, want := namesIn(t, frames), "frame-000001.png frame-000002.png "+before; got != want {
		t.Errorf("got %s, want %s", got, want)
	}

	if err := os.WriteFile(at("out-041.ndjson"), nil, 0o666); err != nil { // and others, that were moved away
		t.Fatal(err)
	}
	for _, n := range []string{"042", "043"} {
		checkSaid(record("/studio", true), "recording ", "wrote "+at("out-"+n+".png")+": ", "wrote "+at("out-"+n+".ndjson")+": ")
	}
	if got, want := namesIn(t, dir), "frames lapse.gif out-041.ndjson out-042.ndjson out-042.png out-043.ndjson out-043.png out.ndjson out.png"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
