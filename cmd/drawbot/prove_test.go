package main

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/signaling"
)

// A taking is a recording that was made of a room in which Ana drew and
// regretted, and a plain drawing by a bot.
type taking struct{ room, dir, log, png string }

// recordStudio records such a room with more flags.
func recordStudio(t *testing.T, logName string, flags ...string) taking {
	t.Helper()
	dir := t.TempDir()
	tk := taking{serve(t, signaling.ServerOptions{}).URL + "/studio", dir, filepath.Join(dir, logName), filepath.Join(dir, "out.png")}
	ana := enter(t, tk.room)
	drawAndRegret(t, ana)
	args := append([]string{"record", tk.room, "-o", tk.png, "--log", tk.log, "--size", "300x200"}, flags...)
	recorder := start(t, nothing(), args...)
	recorder.err.await(t, "recording")
	start(t, strings.NewReader(wireSegment), "draw", tk.room, "-", "--name", "Bo").wait(t, exitDone)
	undo(t, ana)
	if err := ana.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	recorder.interrupt()
	recorder.wait(t, exitDone)
	return tk
}

// do runs drawbot to its end, which it must reach with that status, and returns
// what it says.
func do(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	r := start(t, nothing(), args...)
	r.wait(t, code)
	return r.out.String(), r.err.String()
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestRenderIsRecordIsSnap has one picture three ways, byte for byte.
func TestRenderIsRecordIsSnap(t *testing.T) {
	for _, name := range []string{"log.ndjson", "log.ndjson.gz"} {
		t.Run(name, func(t *testing.T) {
			tk := recordStudio(t, name, "--background", "tomato", "--scale", "1.5", "--crop", "20,30,200x100")
			rendered, snapped := filepath.Join(tk.dir, "rendered.png"), filepath.Join(tk.dir, "snapped.png")
			do(t, exitDone, "render", tk.log, "-o", rendered, "--scale", "1.5", "--crop", "20,30,200x100")
			do(t, exitDone, "snap", tk.room, "-o", snapped, "--size", "300x200", "--background", "tomato", "--scale", "1.5", "--crop", "20,30,200x100")
			want := readFile(t, tk.png)
			for _, path := range []string{rendered, snapped} {
				if !bytes.Equal(readFile(t, path), want) {
					t.Errorf("%s is another file than what record wrote", path)
				}
			}
			if got := readPNG(t, tk.png).Bounds().Size(); got != image.Pt(300, 150) {
				t.Errorf("got %v, want 300x150 pixels", got)
			}
			if _, said := do(t, exitDone, "verify", tk.log, tk.png); !strings.Contains(said, tk.png+" is its picture: 300x150 pixels\n") {
				t.Errorf("verify said %q", said)
			}
		})
	}
}

// TestSnapAsALog has a log without times, which proves the picture as well.
func TestSnapAsALog(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	drawAndRegret(t, enter(t, room))
	dir := t.TempDir()
	log, png := filepath.Join(dir, "log.ndjson.gz"), filepath.Join(dir, "out.png")
	do(t, exitDone, "snap", room, "-o", log)
	do(t, exitDone, "snap", room, "-o", png)
	do(t, exitDone, "verify", log, png)
}

// TestVerifyNoticesEveryChange changes each byte of a log in its file.
func TestVerifyNoticesEveryChange(t *testing.T) {
	tk := recordStudio(t, "log.ndjson")
	data := readFile(t, tk.log)
	changed := filepath.Join(tk.dir, "changed.ndjson")
	step := 1
	if testing.Short() {
		step = 5
	}
	for i := 0; i < len(data); i += step {
		for _, by := range []byte{1, 64} {
			data[i] ^= by
			if err := os.WriteFile(changed, data, 0o666); err != nil {
				t.Fatal(err)
			}
			var out, said bytes.Buffer
			if got := run(t.Context(), env{nothing(), &out, &said}, []string{"verify", changed}); got != exitFailed {
				t.Errorf("byte %d, %q: got exit status %d, want 1", i, data[i], got)
			}
			data[i] ^= by
		}
	}
}

// TestVerifyNames what is wrong first.
func TestVerifyNames(t *testing.T) {
	tk := recordStudio(t, "log.ndjson")
	whole := string(readFile(t, tk.log))
	lines := strings.SplitAfter(whole, "\n")
	path := filepath.Join(tk.dir, "other.ndjson")
	missing := 0
	for i, line := range lines {
		if strings.Contains(line, `"n":3,`) {
			missing = i
		}
	}
	tests := []struct{ name, text, want string }{
		{"empty", "", "it is no recording: there is no first line that says so"},
		{"no_header", strings.Join(lines[1:], ""), "line 1: no recording begins here: its first line is missing"},
		{"no_op", strings.Join(append(append([]string{}, lines[:missing]...), lines[missing+1:]...), ""), "the recording has been changed, or is damaged: entry 3 of site "},
		{"torn", whole[:len(whole)-1], "is cut off: its recorder was killed"},
		{"no_end", strings.Join(lines[:len(lines)-2], ""), "it has no end after line"},
		{"more", whole + wireSegment + "\n", "something follows the recording's end"},
		{"not_a_log", "hello\n", "line 1: message is no JSON object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(tt.text), 0o666); err != nil {
				t.Fatal(err)
			}
			if _, said := do(t, exitFailed, "verify", path); !strings.HasPrefix(said, "drawbot: "+path+": ") || !strings.Contains(said, tt.want) {
				t.Errorf("got %q, want %q in it", said, tt.want)
			}
		})
	}
}

// TestVerifyKnowsAWrongSum has a log whose bytes are as written, by a recorder
// that held another drawing.
func TestVerifyKnowsAWrongSum(t *testing.T) {
	var b bytes.Buffer
	w := recording.NewWriter(&b, recording.Header{})
	if err := w.Close(0, canvas.Digest{7}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "log.ndjson")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("line 2: the operations up to here come to another drawing than the recorder's: sum %v, not %v\n",
		canvas.NewLog(nil).Digest(), canvas.Digest{7})
	if _, said := do(t, exitFailed, "verify", path); !strings.HasSuffix(said, want) {
		t.Errorf("got %q, want %q", said, want)
	}
}

// TestVerifyNamesTheOperation has pictures that lack something.
func TestVerifyNamesTheOperation(t *testing.T) {
	tk := recordStudio(t, "log.ndjson")
	without := filepath.Join(tk.dir, "without.png")
	do(t, exitDone, "render", tk.log, "-o", without, "--without", "Bo")
	do(t, exitDone, "verify", tk.log, without) // it says so

	// A picture that says nothing is checked against the whole drawing.
	bare := filepath.Join(tk.dir, "bare.png")
	if err := os.WriteFile(bare, pictureOf(t, stripe(90, green), box), 0o666); err != nil {
		t.Fatal(err)
	}
	_, said := do(t, exitFailed, "verify", tk.log, bare)
	line := 0
	for i, text := range strings.Split(string(readFile(t, tk.log)), "\n") {
		if strings.Contains(text, `"lastPoint":{"x":1,"y":2}`) {
			line = i + 1
		}
	}
	if want := "the first operation that is not in it as it should be is entry 1 of site "; line == 0 || !strings.Contains(said, want) || !strings.Contains(said, ", in line "+strconv.Itoa(line)) {
		t.Errorf("got %q, want %q and line %d", said, want, line)
	}
	do(t, exitDone, "verify", tk.log, bare, "--without", "Bo")
	_, said = do(t, exitFailed, "verify", tk.log, bare, "--without", "Bo", "--size", "10x10")
	if want := "300x200 pixels, and the recording gives 10x10"; !strings.Contains(said, want) {
		t.Errorf("got %q, want %q", said, want)
	}
}

// TestRenderMoments renders the drawing as it was.
func TestRenderMoments(t *testing.T) {
	tk := recordStudio(t, "log.ndjson")
	out := filepath.Join(tk.dir, "early.png")
	// The clear came first: what it wiped had been drawn before the recording.
	_, said := do(t, exitDone, "render", tk.log, "-o", out, "--at", "2")
	if !strings.Contains(said, "300x200 pixels, 2 operations") {
		t.Errorf("got %q, want 2 operations", said)
	}
	checkFile(t, out, pictureOf(t, stripe(90, green)))
	do(t, exitDone, "verify", tk.log, out)
	do(t, exitDone, "render", tk.log, "-o", out, "--at", "2000-01-01T00:00:00Z")
	checkFile(t, out, pictureOf(t))
}

func TestRenderFormats(t *testing.T) {
	tk := recordStudio(t, "log.ndjson")
	for _, name := range []string{"out.gif", "out.apng", "out.svg"} {
		out := filepath.Join(tk.dir, name)
		do(t, exitDone, "render", tk.log, "-o", out, "--length", "1s")
		switch data := readFile(t, out); name {
		case "out.gif":
			g, err := gif.DecodeAll(bytes.NewReader(data))
			if err != nil || g.Config.Width != 300 || len(g.Image) < 1 {
				t.Errorf("got %v, want an animation of 300 pixels", err)
			}
		case "out.apng":
			readPNG(t, out)
			if !bytes.Contains(data, []byte("acTL")) {
				t.Error("got a PNG without animation")
			}
		case "out.svg":
			if !bytes.Contains(data, []byte("<svg")) || !bytes.Contains(data, []byte("<title>Bo</title>")) {
				t.Errorf("got %q, want an SVG with Bo's group", data)
			}
		}
	}
}

// TestRenderMerges two recordings of one room, each of a part of its time.
func TestRenderMerges(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	dir := t.TempDir()
	var logs []string
	for i, op := range []byte{50, 120} {
		logs = append(logs, filepath.Join(dir, strconv.Itoa(i+1)+".ndjson"))
		recorder := start(t, nothing(), "record", room, "--log", logs[i], "--size", "300x200")
		recorder.err.await(t, "recording")
		draw(t, ana, stripe(float64(op), red))
		if err := ana.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		recorder.interrupt()
		recorder.wait(t, exitDone)
	}
	out := filepath.Join(dir, "out.png")
	for _, order := range [][]string{{logs[0], logs[1]}, {logs[1], logs[0]}} {
		_, said := do(t, exitDone, append([]string{"render", "-o", out}, order...)...)
		if !strings.Contains(said, ", 2 operations\n") { // one of them is in both
			t.Errorf("got %q, want 2 operations", said)
		}
		checkFile(t, out, pictureOf(t, stripe(50, red), stripe(120, red)))
	}
	in := start(t, bytes.NewReader(readFile(t, logs[1])), "render", "-", "-o", "-", "--format", "png")
	in.wait(t, exitDone)
	checkPicture(t, []byte(in.out.String()), pictureOf(t, stripe(50, red), stripe(120, red)))
}

// What is said of a picture is what it shows, and what it lacks is said, after
// however many bad lines.
func TestRenderTellsWhatIsShown(t *testing.T) {
	path := tell(t, func(w *told) {
		for i := range 5 {
			w.draw(time.Duration(i)*time.Second, "ana", penA, redSegment)
		}
		w.draw(time.Minute, "bo", penB, redSegment)
	})
	out := filepath.Join(t.TempDir(), "out.png")
	said := func(status int, want ...string) {
		t.Helper()
		_, said := do(t, status, append([]string{"render", path, "-o", out}, want[1:]...)...)
		if !strings.HasSuffix(said, want[0]) {
			t.Errorf("of %v: got %q, want %q at the end", want[1:], said, want[0])
		}
	}
	said(exitDone, "300x200 pixels, 6 operations\n")
	said(exitDone, "300x200 pixels, 1 operation\n", "--without", siteA.String())
	said(exitDone, "300x200 pixels, 5 operations\n", "--only", siteA.String())
	said(exitDone, "300x200 pixels, 5 operations\n", "--only", siteA.String(), "--length", "1s", "--format", "gif")

	lines := strings.SplitAfter(string(readFile(t, path)), "\n")
	third := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, `"n":3,`) })
	lines[third] = strings.Repeat("nonsense\n", maxBadLines+1)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o666); err != nil {
		t.Fatal(err)
	}
	lacks := "drawbot: the logs: entry 3 of site " + siteA.String() + " has not come by then; entries after it, left out: 2\n"
	wrote := "wrote " + out + ": 300x200 pixels, 3 operations\n"
	said(exitFailed, lacks+wrote+fmt.Sprintf("drawbot: passed over %d lines, and 2 operations after one that is missing\n", maxBadLines+2))
}

// TestStats counts what Ana and Bo did.
func TestStats(t *testing.T) {
	tk := recordStudio(t, "log.ndjson")
	timeline := filepath.Join(tk.dir, "timeline.png")
	table, _ := do(t, exitDone, "stats", tk.log, "-o", timeline)
	if lines := strings.Split(table, "\n"); len(lines) != 5 || !strings.HasSuffix(lines[1], " Ana") || !strings.HasSuffix(lines[2], " Bo") {
		t.Errorf("got %s, want a line each of Ana and Bo", table)
	}
	if got := readPNG(t, timeline).Bounds().Dx(); got != timelineWidth {
		t.Errorf("got a timeline of %d pixels, want %d", got, timelineWidth)
	}
	records, _ := do(t, exitDone, "stats", tk.log, "--json")
	for _, want := range []string{
		`{"type":"person","name":"Ana",`, `"operations":7,"strokes":4,`, `"shown":2,"undos":2,"redos":0,"clears":1,`,
		"\n" + `{"type":"person","name":"Bo",`, `"operations":1,"strokes":1,"length_px":2.83,"shown":1,`,
		"\n" + `{"type":"total",`, `"people":2,"operations":8,"shown":3,"entries":7,`,
	} {
		_, rest, found := strings.Cut(records, want)
		if !found {
			t.Errorf("got %s, want %s in it", records, want)
			break
		}
		records = rest
	}
}

// TestReplay draws a recording into another room: the same picture, by others.
func TestReplay(t *testing.T) {
	tk := recordStudio(t, "log.ndjson")
	copied := strings.TrimSuffix(tk.room, "studio") + "copy"
	guest := enter(t, copied)
	_, said := do(t, exitDone, "replay", tk.log, copied, "--speed", "100")
	if !strings.HasPrefix(said, "replayed 8 operations by 2 peers in ") {
		t.Errorf("got %q, want what was replayed", said)
	}
	if err := guest.WaitSynced(t.Context()); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(tk.dir, "copy.png")
	do(t, exitDone, "snap", copied, "-o", out, "--size", "300x200")
	checkFile(t, out, readFile(t, tk.png))
}

func TestReplayLoops(t *testing.T) {
	tk := recordStudio(t, "log.ndjson")
	copied := strings.TrimSuffix(tk.room, "studio") + "copy"
	guest := start(t, nothing(), "join", copied)
	guest.out.await(t, `"self"`)
	player := start(t, nothing(), "replay", tk.log, copied, "--speed", "1000", "--loop")
	guest.out.await(t, `"event":"undo"`, `"event":"clear"`, `"event":"undo"`, `"event":"clear"`, `"event":"undo"`)
	player.interrupt()
	player.wait(t, exitDone)
}
