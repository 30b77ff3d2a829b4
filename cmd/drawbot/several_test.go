package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// TestVerifySeveral proves files of several recordings, one after another, and
// finds which of them is wrong.
func TestVerifySeveral(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, parts ...[]byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, bytes.Join(parts, nil), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	two, three, none := recordingOf(t, 2, true), recordingOf(t, 3, true), recordingOf(t, 0, true)
	killed := recordingOf(t, 1, false)
	damaged := bytes.Replace(three, []byte(`"force":1`), []byte(`"force":2`), 1)
	old := []byte(`{"type":"recording","version":1,"room":"x","started":"2026-01-01T00:00:00Z","width":9,"height":9,"background":"white"}` + "\n" + wireSegment + "\n")
	gz := func(parts ...[]byte) []byte {
		var b bytes.Buffer
		z := recording.NewGzip(&b)
		z.Write(bytes.Join(parts, nil))
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	brokenSeal := gz(two)
	brokenSeal[9] ^= 1 // which operating system wrote it: no matter to gzip
	tests := []struct {
		name string
		args []string
		code int
		want string // that is said of it
	}{
		{"two", []string{file("a", two, three)}, exitDone, "a is whole: 2 recordings, 5 operations"},
		{"an_empty_one_first", []string{file("b", none, two)}, exitDone, "b is whole: 2 recordings, 2 operations"},
		{"an_empty_one_last", []string{file("c", two, none)}, exitDone, "c is whole: 2 recordings, 2 operations"},
		{"the_last_was_killed", []string{file("d", two, killed)}, exitFailed, "recording 2 has no end after line "},
		{"the_first_was_killed", []string{file("e", killed, two)}, exitFailed, "it has no end after line "},
		{"the_last_is_open", []string{"--open", file("f", two, killed)}, exitDone, "f is whole: 2 recordings, 3 operations; 1 of them without an end"},
		{"the_first_is_open", []string{"--open", file("g", killed, two)}, exitDone, "g is whole: 2 recordings, 3 operations; 1 of them without an end"},
		{"a_later_one_is_damaged", []string{file("h", two, damaged)}, exitFailed, "h: line 16: the recording has been changed, or is damaged; up to line 7 it is as it was"},
		{"a_later_one_of_version_1", []string{file("i", two, old)}, exitDone, "i is whole: 2 recordings, 3 operations; but 1 of them of version 1, which has no checks: their bytes prove nothing"},
		{"of_version_1_first", []string{file("j", old, two)}, exitDone, "j is whole: 2 recordings, 3 operations; but 1 of them of version 1"},
		{"something_between", []string{file("k", two, []byte(wireSegment+"\n"), three)}, exitFailed, "k: line 8: something follows the recording's end"},
		{"compressed_together", []string{file("l.gz", gz(two, three))}, exitDone, "l.gz is whole: 2 recordings, 5 operations"},
		{"compressed_one_by_one", []string{file("m.gz", gz(two), gz(three), gz(none))}, exitDone, "m.gz is whole: 3 recordings, 5 operations"},
		{"the_first_seal_is_broken", []string{file("n.gz", brokenSeal, gz(three))}, exitFailed, "n.gz: its compressed form has been changed"},
		{"the_last_seal_is_broken", []string{file("o.gz", gz(three), brokenSeal)}, exitFailed, "o.gz: its compressed form has been changed"},
		{"no_seal_in_between", []string{file("p.gz", gz(two)[:len(gz(two))-sealBytes], gz(three))}, exitFailed, "p.gz: its compressed form has been changed"},
		{"several_files", []string{file("q", two), file("r.gz", gz(three))}, exitDone, "r.gz is whole: 3 operations"},
		{"the_second_file_is_damaged", []string{file("s", two), file("t", damaged)}, exitFailed, "t: line 9: the recording has been changed"},
		{"an_empty_file", []string{file("u", two), file("v")}, exitFailed, "v: it is no recording"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, said := do(t, tt.code, append([]string{"verify"}, tt.args...)...); !strings.Contains(said, tt.want) {
				t.Errorf("got %q, want %q in it", said, tt.want)
			}
		})
	}
}

// sealBytes is how long the seal of a compressed recording is: docs/recording.md.
const sealBytes = 16 + 32 + 10

// recordingOf is a recording of so many operations of one site, ended or not.
func recordingOf(t *testing.T, ops int, ended bool) []byte {
	t.Helper()
	var b bytes.Buffer
	w, signer := newTold(&b, 30, 20), canvas.NewSigner()
	for range ops {
		w.draw(0, "", signer, redSegment)
	}
	if ended {
		w.close(t, time.Second)
	} else if err := w.Check(time.Second, w.room.Digest()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestVerifyMerged proves pictures that were made of several logs.
func TestVerifyMerged(t *testing.T) {
	dir := t.TempDir()
	var logs []string
	for i, name := range []string{"one.ndjson", "two.ndjson"} {
		logs = append(logs, filepath.Join(dir, name))
		if err := os.WriteFile(logs[i], recordingOf(t, 1+i, true), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	both := filepath.Join(dir, "both.png")
	do(t, exitDone, "render", logs[0], logs[1], "-o", both)
	_, said := do(t, exitDone, "verify", logs[0], logs[1], both)
	for _, want := range []string{logs[0] + " is whole: 1 operation\n", logs[1] + " is whole: 2 operations\n", both + " is its picture: 30x20 pixels\n"} {
		if !strings.Contains(said, want) {
			t.Errorf("got %q, want %q in it", said, want)
		}
	}
	do(t, exitDone, "verify", both, logs[1], logs[0]) // in any order
	if _, said = do(t, exitFailed, "verify", logs[0], both); !strings.Contains(said, "it says that it is of another drawing: sum ") {
		t.Errorf("got %q, want that the picture is of more than one log", said)
	}
	piped := start(t, bytes.NewReader(readFile(t, both)), "verify", logs[0], logs[1], "-")
	piped.wait(t, exitDone)
	do(t, exitMisused, "verify", both)
	do(t, exitMisused, "verify", logs[0], both, both)
}
