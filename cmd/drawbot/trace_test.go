package main

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"drawmesh/signaling"
)

// subjectFiles are what people have: the flags that draw them, and what is said.
var subjectFiles = []struct {
	name, file, text string
	flags            []string
	said             string // of what cannot be drawn
}{
	{"svg", "plan.svg", `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><circle cx="20" cy="15" r="9" fill="none" stroke="teal"/><path d="M5 5h30" fill="gold"/><text>x</text></svg>`,
		[]string{"--svg", "@"}, "left out: fills (outlines are drawn), text"},
	{"image", "ring.png", string(ringPNG()), []string{"--image", "@", "--style", "hatch", "--colors", "2"}, ""},
	{"text", "unused", "", []string{"--text", "Привет, ñ 字", "--color", "teal"}, "left out: 字 (U+5B57)"},
}

// ringPNG is a picture of a ring.
func ringPNG() []byte {
	im := image.NewGray(image.Rect(0, 0, 80, 40))
	for y := range 40 {
		for x := range 80 {
			if r := math.Hypot(float64(x-40), float64(y-20)); r < 10 || r > 18 {
				im.Pix[im.PixOffset(x, y)] = 255
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, im); err != nil {
		panic(err) // only if memory fails
	}
	return b.Bytes()
}

// withFile is flags with a path in the place of @.
func withFile(flags []string, path string) []string {
	var out []string
	for _, f := range flags {
		if f == "@" {
			f = path
		}
		out = append(out, f)
	}
	return out
}

// TestDrawSubjects draws what people have into a room: its picture is then the one
// that was promised without a room.
func TestDrawSubjects(t *testing.T) {
	for _, tt := range subjectFiles {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, tt.file)
			if err := os.WriteFile(path, []byte(tt.text), 0o666); err != nil {
				t.Fatal(err)
			}
			promised, snapped := filepath.Join(dir, "promised.png"), filepath.Join(dir, "snapped.png")
			room := serve(t, signaling.ServerOptions{}).URL + "/studio"
			enter(t, room)
			args := append([]string{"draw", room, "--at", "10,20", "--fit", "200x100", "--size", "300x200", "--rate", "max"}, withFile(tt.flags, path)...)
			dry := start(t, nothing(), append(args, "--dry-run", promised)...)
			dry.wait(t, exitDone)
			artist := start(t, nothing(), args...)
			artist.wait(t, exitDone)
			if got := artist.err.String(); !strings.Contains(got, tt.said) || strings.Count(got, "left out") != min(1, len(tt.said)) {
				t.Errorf("got %q, want %q in it, once", got, tt.said)
			}
			start(t, nothing(), "snap", room, "-o", snapped, "--size", "300x200").wait(t, exitDone)
			want := readFile(t, promised)
			checkFile(t, snapped, want)
			if blank := pictureOf(t); string(want) == string(blank) {
				t.Error("nothing was painted")
			}
		})
	}
}

// TestTraceFlags draws otherwise for each flag that says how.
func TestTraceFlags(t *testing.T) {
	dir := t.TempDir()
	picture := func(args ...string) string {
		out := filepath.Join(dir, "x.png")
		start(t, nothing(), append([]string{"draw", "studio", "--text", "xkcd", "--size", "300x200", "--dry-run", out}, args...)...).wait(t, exitDone)
		return string(readFile(t, out))
	}
	seen := map[string]string{picture(): "no flag"}
	for _, flags := range []string{"--color teal", "--width 9", "--at 50,50", "--fit 100x50", "--margin 20", "--tolerance 9"} {
		got := picture(strings.Fields(flags)...)
		if other, same := seen[got]; same {
			t.Errorf("%s: got the picture of %s", flags, other)
		}
		seen[got] = flags
	}
}

// TestDrawByHand draws at a hand's pace, and says how long that takes; it ends when
// its time is over.
func TestDrawByHand(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	enter(t, room)
	in := strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg" width="999" height="9"><path d="M0 5h900" fill="none" stroke="red"/></svg>`)
	artist := start(t, in, "draw", room, "--svg", "-", "--for", "200ms")
	artist.wait(t, exitDone)
	got := artist.err.String()
	if !regexp.MustCompile(`^drawing standard input: 75 operations, 1\.0 s by hand; --rate max is as fast as can be\ndrew 1[0-5] operations for 1 peer in `).MatchString(got) {
		t.Errorf("got %q, want how long it takes, and what was drawn in a fifth of that", got)
	}
}

// TestBadSubjects says in one line what is wrong with a file, and draws nothing.
func TestBadSubjects(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"large.gif": "GIF89a\x30\x75\x30\x75\x00\x00\x00", "empty.svg": "", "blank.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`, "nan.svg": `<svg xmlns="http://www.w3.org/2000/svg"><path d="MNaN 0"/></svg>`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	tests := []struct {
		args, want string
		code       int
	}{
		{"--svg empty.svg", "empty.svg: no SVG", exitFailed},
		{"--svg blank.svg", "blank.svg: there is nothing to draw in it", exitFailed},
		{"--svg nan.svg", "nan.svg: line 1: path: path data: no number at character 2", exitFailed},
		{"--svg nowhere.svg", "nowhere.svg: no such file or directory", exitFailed},
		{"--svg .", ".: is a directory", exitFailed},
		{"--image empty.svg", "empty.svg: no PNG, JPEG or GIF", exitFailed},
		{"--image large.gif", "large.gif: GIF of 30000×30000 pixels: there may be 33554432 in all", exitFailed},
		{"--text \u200b", "the text: there is nothing to draw in it", exitFailed},
		{"--svg nan.svg --fit 20x20 --margin 10", "nan.svg: a margin of 10 leaves nothing of 20×20", exitFailed},
	}
	for _, tt := range tests {
		checkRun(t, append([]string{"draw", "http://127.0.0.1:1/studio"}, strings.Fields(tt.args)...), tt.code, "", "drawbot: "+tt.want+"\n")
	}
}
