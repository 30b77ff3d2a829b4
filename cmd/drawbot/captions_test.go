package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"testing"
	"time"

	"drawmesh/peer"
)

// TestRenderCaptions asserts that a caption names those who drew what is shown, and
// nobody else.
func TestRenderCaptions(t *testing.T) {
	dir := t.TempDir()
	render := func(name string, flags ...string) string {
		t.Helper()
		log, out := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "out.gif")
		text := fmt.Sprintf(`{"type":"recording","version":1,"started":"2026-05-17T12:00:00Z","width":300,"height":90,"background":"white"}
{"type":"who","id":"1","name":%q}
{"type":"who","id":"2","name":"Bo"}
{"type":"op","at_ms":0,"from":"1","op":{"event":"draw","lastPoint":{"x":9,"y":9},"x":90,"y":9,"force":1,"color":"#0000ff"}}
{"type":"op","at_ms":900,"from":"2","op":{"event":"draw","lastPoint":{"x":9,"y":40},"x":90,"y":40,"force":1,"color":"#0000ff"}}
`, name)
		if err := os.WriteFile(log, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		do(t, exitDone, append([]string{"render", log, "-o", out}, flags...)...)
		return string(readFile(t, out))
	}
	for _, tt := range []struct {
		flags  []string
		differ bool
	}{
		{nil, false},
		{[]string{"--captions"}, true},
		{[]string{"--captions", "--only", "Bo"}, false},
		{[]string{"--captions", "--without", "Bo"}, true},
	} {
		if differ := render("Ana", tt.flags...) != render("Eve", tt.flags...); differ != tt.differ {
			t.Errorf("%v: that another name shows is %v, want %v", tt.flags, differ, tt.differ)
		}
	}
	do(t, exitMisused, "render", filepath.Join(dir, "log.ndjson"), "-o", filepath.Join(dir, "out.png"), "--captions")
}

// TestRecordCaptions hears somebody draw.
func TestRecordCaptions(t *testing.T) {
	record := func(ev peer.Drawn, captions bool) (file []byte) {
		path := filepath.Join(t.TempDir(), "lapse.png")
		l, err := newTimelapse(t.Context(), path, 10, captions)
		if err != nil {
			t.Fatal(err)
		}
		l.hear(ev)
		if err := cmp.Or(l.movie.Add(image.NewRGBA(image.Rect(0, 0, 300, 90)), time.Second), l.movie.Close(), l.file.Keep()); err != nil {
			t.Fatal(err)
		}
		return readFile(t, path)
	}
	nobody := record(peer.Drawn{Old: true, Name: "Ana"}, true)
	if !bytes.Equal(nobody, record(peer.Drawn{Old: true, Name: "Bo"}, true)) {
		t.Error("who drew before is named")
	}
	if bytes.Equal(nobody, record(peer.Drawn{Name: "Ana"}, true)) {
		t.Error("who draws is not named")
	}
	if !bytes.Equal(record(peer.Drawn{Name: "A\u202ena"}, true), record(peer.Drawn{Name: "Ana"}, true)) {
		t.Error("a name is not cleaned")
	}
	if !bytes.Equal(record(peer.Drawn{Name: "Ana"}, false), record(peer.Drawn{Name: "Bo"}, false)) {
		t.Error("there are captions that nobody asked for")
	}
}
