package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// beDrawbot makes the test's program drawbot itself, if asked to, so that there
// is a process to kill. It may be forbidden to write files larger than so many
// bytes.
func beDrawbot() {
	if len(os.Args) > 1 && slices.Contains([]string{performArg, performLoadArg, guardArg}, os.Args[1]) {
		main()
		os.Exit(0)
	}
	limit, asked := os.LookupEnv("DRAWBOT_TEST_FILE_SIZE")
	if !asked {
		return
	}
	if n, err := strconv.ParseUint(limit, 10, 64); err == nil {
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			panic(err)
		}
	}
	main()
}

// A process is a drawbot that can be killed.
type process struct {
	*exec.Cmd
	in       io.WriteCloser
	out, err *transcript
}

// spawn starts a drawbot process. A fileSize that is not empty bounds its files.
func spawn(t *testing.T, fileSize string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...), out: newTranscript(), err: newTranscript()}
	p.Env = append(os.Environ(), "DRAWBOT_TEST_FILE_SIZE="+fileSize)
	p.Stdout, p.Stderr = p.out, p.err
	var err error
	if p.in, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// scribbler draws without end, until the test ends, about 500 segments a second.
func scribbler(t *testing.T, room string) *peer.Peer {
	t.Helper()
	p := enter(t, room)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		r := rand.New(rand.NewPCG(1, 2))
		for i := 0; ; i++ {
			at := canvas.Point{X: 300 * r.Float64(), Y: 200 * r.Float64()}
			op := canvas.Segment{From: at, To: canvas.Point{X: at.X + 30, Y: at.Y + 9}, Force: 1.2, Color: canvas.Color{R: uint8(i), G: uint8(i >> 3), A: 255}}
			if _, err := p.Draw(op); err != nil {
				return
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return p
}

// TestKilled kills recorders at random moments. Their logs are whole up to then,
// and their pictures are those of a moment in the logs.
func TestKilled(t *testing.T) {
	total, atOnce := 12, 4
	switch {
	case *soak:
		total = 200
	case testing.Short():
		total = 4
	}
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	scribbler(t, room)
	pictures, most := 0, time.Duration(0)
	for n := 0; n < total; n += atOnce {
		var logs []string
		var kills []func() time.Time
		for i := range atOnce {
			dir := t.TempDir()
			logs = append(logs, filepath.Join(dir, []string{"log.ndjson", "log.ndjson.gz"}[i%2]))
			p := spawn(t, "", "record", room, "-o", filepath.Join(dir, "out.png"), "--log", logs[i], "--size", "300x200", "--every", "50ms")
			kills = append(kills, p.killSoon(t))
		}
		for i, log := range logs {
			picture, lost := checkRemains(t, log, kills[i]())
			if picture {
				pictures++
			}
			most = max(most, lost)
		}
	}
	t.Logf("%d killed, %d after a checkpoint; their logs ended %v before them at most", total, pictures, most)
	if pictures == 0 {
		t.Error("none was killed after a checkpoint")
	}
}

// TestRestarted does what a supervisor does: the same command again after a kill,
// and again after an end. Nothing that was recorded is lost.
func TestRestarted(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	for _, name := range []string{"log.ndjson", "log.ndjson.gz"} {
		t.Run(name, func(t *testing.T) {
			ana := enter(t, room)
			log := filepath.Join(t.TempDir(), name)
			draw(t, ana, box)
			p := spawn(t, "", "record", room, "--log", log, "--every", "50ms")
			p.err.await(t, "recording")
			for len(opsOf(t, log)) < 1 {
				time.Sleep(10 * time.Millisecond)
			}
			p.Process.Kill()
			p.Wait()
			ana.Close(context.Background()) // who had it all
			kept := opsOf(t, log)

			for n := range 2 {
				again := start(t, nothing(), "record", fmt.Sprint(room, n), "--log", log) // the killed one's place need not be waited for
				again.err.await(t, log+" has been recorded to before; this recording follows\nrecording ")
				again.interrupt()
				again.wait(t, exitDone)
				if got := opsOf(t, log); !reflect.DeepEqual(got, kept) {
					t.Errorf("restarted %d times: got %v, want %v", n+1, got, kept)
				}
			}
			if got := bytes.Count(unzipped(t, log), []byte(`{"type":"recording"`)); got != 3 {
				t.Errorf("got %d recordings in the file, want 3", got)
			}
		})
	}
}

// opsOf are the operations that a log holds.
func opsOf(t *testing.T, log string) (ops []recording.Op) {
	t.Helper()
	records := recordsOf(t, log)
	for _, rec := range records {
		if op, ok := rec.(recording.Op); ok {
			ops = append(ops, op)
		}
	}
	return ops
}

// unzipped is the text of a file.
func unzipped(t *testing.T, path string) []byte {
	t.Helper()
	if !strings.HasSuffix(path, ".gz") {
		return readFile(t, path)
	}
	z, err := gzip.NewReader(bytes.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// killSoon kills a recorder at a random moment after it has begun. The function
// it returns waits for that, and tells when it was.
func (p *process) killSoon(t *testing.T) (wait func() time.Time) {
	t.Helper()
	p.err.await(t, "recording")
	killed := make(chan time.Time, 1)
	time.AfterFunc(time.Duration(rand.IntN(1200))*time.Millisecond, func() {
		p.Process.Kill()
		killed <- time.Now()
	})
	return func() time.Time {
		at := <-killed
		p.Wait() // tells only that it was killed
		return at
	}
}

// checkRemains checks what a recorder has left that was killed at a time. It
// reports whether there is a picture, and how long before that the log ends.
func checkRemains(t *testing.T, log string, killed time.Time) (pictured bool, lost time.Duration) {
	t.Helper()
	var out, said bytes.Buffer
	if code := run(t.Context(), env{nothing(), &out, &said}, []string{"verify", "--open", log}); code != exitDone {
		t.Errorf("the log: %s", &said)
		return false, 0
	}
	checks, last := checksOf(t, log)
	if lost = killed.Sub(last); *soak && lost > 1500*time.Millisecond {
		t.Errorf("the log ends %v before the recorder did", lost)
	}
	dir := filepath.Dir(log)
	data, err := os.ReadFile(filepath.Join(dir, "out.png"))
	if os.IsNotExist(err) {
		return false, lost
	}
	p, err := picture.Decode(data)
	if err != nil || !p.Says {
		t.Errorf("the picture: got %v, %v, want that it says how it was made", p, err)
		return false, lost
	}
	ops, known := checks[p.Look.Sum]
	if !known {
		t.Errorf("the picture is of sum %s, of which the log knows nothing", p.Look.Sum)
		return false, lost
	}
	again := filepath.Join(dir, "again.png")
	args := []string{"render", log, "-o", again, "--at", strconv.Itoa(ops)}
	if ops == 0 {
		args[5] = "2000-01-01T00:00:00Z"
	}
	if code := run(t.Context(), env{nothing(), &out, &said}, args); code != exitDone {
		t.Errorf("render: %s", &said)
		return false, lost
	}
	checkFile(t, again, data)
	return true, lost
}

// checksOf returns how many operations each check vouches for, by its sum, and
// when the last thing was recorded.
func checksOf(t *testing.T, path string) (ops map[string]int, last time.Time) {
	ops = make(map[string]int)
	r := recording.NewReader(bytes.NewReader(readFile(t, path)))
	var started time.Time
	n := 0
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return ops, last
		}
		if err != nil && !errors.As(err, new(*recording.LineError)) {
			t.Fatalf("%s: %v", path, err) // it would be the same for ever
		}
		switch rec := rec.(type) {
		case recording.Header:
			started = rec.Started
		case recording.Op:
			n++
			last = started.Add(rec.At)
		case recording.Check:
			ops[fmt.Sprintf("%v", rec.Sum)] = n
		}
	}
}

func TestTerminated(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	scribbler(t, room)
	dir := t.TempDir()
	png, log := filepath.Join(dir, "out.png"), filepath.Join(dir, "log.ndjson")
	p := spawn(t, "", "record", room, "-o", png, "--log", log, "--size", "300x200")
	p.err.await(t, "recording")
	p.Process.Signal(syscall.SIGTERM)
	start := time.Now()
	if err := p.Wait(); err != nil {
		t.Fatalf("got %v, want exit status 0\n%s", err, p.err)
	}
	took := time.Since(start)
	t.Logf("ended after %v", took)
	if took > 2*time.Second {
		t.Error("want at most 2 s")
	}
	do(t, exitDone, "verify", log, png)
}

// TestDiskFull cannot write what is larger than 8 KiB.
func TestDiskFull(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	scribbler(t, room)
	t.Run("picture", func(t *testing.T) {
		dir := t.TempDir()
		png := filepath.Join(dir, "out.png")
		before := pictureOf(t, box)
		if err := os.WriteFile(png, before, 0o666); err != nil {
			t.Fatal(err)
		}
		checkFull(t, spawn(t, "8192", "record", room, "-o", png, "--every", "10ops"), png)
		if !bytes.Equal(readFile(t, png), before) {
			t.Error("the picture that was there before has not stayed")
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("got %v, %v, want nothing left beside the picture", entries, err)
		}
	})
	t.Run("log", func(t *testing.T) {
		log := filepath.Join(t.TempDir(), "log.ndjson")
		checkFull(t, spawn(t, "8192", "record", room, "--log", log, "--every", "10ops"), log)
		do(t, exitDone, "verify", "--open", log)
	})
}

// checkFull waits until p ends because it cannot write to path.
func checkFull(t *testing.T, p *process, path string) {
	t.Helper()
	err := p.Wait()
	if code := p.ProcessState.ExitCode(); code != exitFailed {
		t.Errorf("got %v, want exit status 1", err)
	}
	said := p.err.String()
	if want := "drawbot: " + path + ": not writable: file too large\n"; !strings.HasSuffix(said, want) || strings.Count(said, "drawbot:") != 1 {
		t.Errorf("got %q, want only %q", said, want)
	}
}

func TestDiskFullOfADevice(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	const full = "/dev/full"
	want := "drawbot: " + full + ": not writable: no space left on device\n"
	checkRun(t, []string{"record", room, "--log", full, "--for", "1h"}, exitFailed, "", want)
}

// TestFolderRemoved loses the folder of the picture, and that of the log.
func TestFolderRemoved(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	scribbler(t, room)
	for name, flag := range map[string]string{"out.png": "-o", "log.ndjson": "--log"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "folder")
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, name)
			recorder := start(t, nothing(), "record", room, flag, path, "--size", "300x200", "--every", "10ops")
			recorder.err.await(t, "recording")
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			recorder.wait(t, exitFailed)
			if said, want := recorder.err.String(), "\ndrawbot: "+path+": not writable: no such file or directory\n"; !strings.HasSuffix(said, want) {
				t.Errorf("got %q, want %q", said, want)
			}
		})
	}
}

// TestFramesAndParts records with everything on.
func TestFramesAndParts(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	scribbler(t, room)
	dir := t.TempDir()
	frames, lapse := filepath.Join(dir, "frames"), filepath.Join(dir, "lapse.apng")
	if err := os.Mkdir(frames, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(frames, "frame-000007.png"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	recorder := start(t, nothing(), "record", room, "-o", filepath.Join(dir, "out.png"), "--log", filepath.Join(dir, "log.ndjson.gz"),
		"--size", "300x200", "--every", "50ops", "--frames", frames, "--timelapse", lapse, "--speed", "1", "--split", "1s")
	recorder.err.await(t, "wrote "+filepath.Join(dir, "out-001.png")+": 300x200 pixels, ", "wrote "+filepath.Join(dir, "out-002.png"))
	recorder.interrupt()
	recorder.wait(t, exitDone)
	for _, n := range []string{"001", "002", "003"} {
		do(t, exitDone, "verify", filepath.Join(dir, "log-"+n+".ndjson.gz"), filepath.Join(dir, "out-"+n+".png"))
	}
	readPNG(t, filepath.Join(frames, "frame-000008.png"))
	readPNG(t, filepath.Join(frames, "frame-000009.png"))
	readPNG(t, lapse)
	if data := readFile(t, lapse); !bytes.Contains(data, []byte("acTL")) {
		t.Error("got a timelapse without animation")
	}
}

// recordsOf are what can be read at path, in which nothing may be wrong.
func recordsOf(t *testing.T, path string) (records []recording.Record) {
	t.Helper()
	r := recording.NewReader(bytes.NewReader(readFile(t, path)))
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return records
		}
		if err != nil {
			t.Fatalf("%s: %v", readFile(t, path), err)
		}
		records = append(records, rec)
	}
}
