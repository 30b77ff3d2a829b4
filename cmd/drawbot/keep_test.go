package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/archive"
	"drawmesh/peer"
	"drawmesh/signaling"
)

var soak = flag.Bool("soak", false, "kill and stop processes for longer")

// noise is n lines that hardly compress.
func noise(random *rand.Rand, n int) []canvas.PlainOp {
	at := func() canvas.Point {
		return canvas.Point{X: float64(random.IntN(100_000)) / 100, Y: float64(random.IntN(100_000)) / 100}
	}
	ops := make([]canvas.PlainOp, n)
	for i := range ops {
		ops[i] = canvas.Segment{From: at(), To: at(), Force: 1, Color: canvas.Color{R: 255, A: 255}}
	}
	return ops
}

// history is what a log holds, entry by entry, of one site after another.
func history(log *canvas.Log) string {
	var b strings.Builder
	for _, site := range log.Have().Sites.Sites() {
		for _, run := range log.Runs(site, 1) {
			for e := range run.Entries() {
				fmt.Fprintln(&b, e)
			}
		}
	}
	return b.String()
}

// stored is what a store's file holds, read from a copy, and what was said of it.
func stored(t *testing.T, file string) (log *canvas.Log, said []string) {
	t.Helper()
	log = canvas.NewLog(canvas.NewSigner())
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return log, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	if err := os.WriteFile(filepath.Join(copied, filepath.Base(file)), data, 0o600); err != nil {
		t.Fatal(err)
	}
	dir, err := archive.OpenDir(copied, func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	st, err := dir.Open(strings.TrimSuffix(filepath.Base(file), ".room"), 0, log)
	if err != nil {
		t.Fatal(err)
	}
	st.Close()
	return log, said
}

// waitStored waits until a store's file holds so many operations.
func waitStored(t *testing.T, file string, want int) {
	t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(patience); ; <-look.C {
		log, _ := stored(t, file)
		if log.Len() >= want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %d operations in %s, want %d", log.Len(), file, want)
		}
	}
}

func TestKeep(t *testing.T) {
	server := serve(t, signaling.ServerOptions{})
	room, dir := server.URL+"/studio", filepath.Join(t.TempDir(), "rooms")
	ana := enter(t, room)
	keeper := start(t, nothing(), "keep", room, server.URL+"/attic", "--store", dir)
	keeper.err.await(t, "keeping "+room+" in "+dir+": 0 operations so far; Ctrl-C ends it\n")
	drawAndRegret(t, ana)
	want := ana.Sum()
	waitStored(t, filepath.Join(dir, "studio.room"), 5) // what was cleared is none of it
	ana.Close(context.Background())

	t.Log("it gives the drawing to whoever comes later")
	bo := enter(t, room)
	if err := bo.WaitSynced(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := bo.Sum(); got != want {
		t.Errorf("got sum %v for whoever comes later, want %v", got, want)
	}

	t.Log("its directory is its own")
	checkRun(t, []string{"keep", room, "--store", dir}, exitFailed, "", "drawbot: "+dir+": "+archive.ErrInUse.Error()+"\n")

	t.Log("it ends with all in its store, and goes on from there in an empty room")
	keeper.interrupt()
	keeper.wait(t, exitDone)
	keeper.err.await(t, "kept "+room+": 5 operations\n")
	if _, err := os.Stat(filepath.Join(dir, "attic.room")); err == nil {
		t.Error("got a file of a room that nobody drew in")
	}
	bo.Close(context.Background())
	again := start(t, nothing(), "keep", room, "--store", dir)
	again.err.await(t, "keeping "+room+" in "+dir+": 5 operations so far; Ctrl-C ends it\n")
	out := filepath.Join(t.TempDir(), "out.png")
	start(t, nothing(), "snap", room, "-o", out, "--size", "300x200").wait(t, exitDone)
	checkFile(t, out, pictureOf(t, stripe(90, green), box, stripe(150, red)))
}

// buildDrawbot builds the real program.
func buildDrawbot(t testing.TB) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "drawbot")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is for people
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// launch starts a program that says so on standard error when it keeps rooms.
func launch(t *testing.T, cmd *exec.Cmd) *transcript {
	t.Helper()
	said := newTranscript()
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return said
}

// Killed at whatever moment, it has stored the beginning of what was drawn, in
// order and undamaged, and goes on from there.
func TestKeepThroughKills(t *testing.T) {
	rounds := 6
	switch {
	case *soak:
		rounds = 200
	case testing.Short():
		rounds = 2
	}
	program := buildDrawbot(t)
	room, dir := serve(t, signaling.ServerOptions{}).URL+"/studio", t.TempDir()
	file := filepath.Join(dir, "studio.room")
	ana := enter(t, room)
	random := rand.New(rand.NewPCG(1, 2))
	drawn, lost := 0, 0
	for round := range rounds {
		cmd := exec.Command(program, "keep", room, "--store", dir)
		launch(t, cmd).await(t, "keeping ")
		// It is killed after so many, whatever it is doing.
		pace := time.NewTicker(5 * time.Millisecond)
		for until := drawn + 20 + random.IntN(3000); drawn < until; drawn += 10 {
			draw(t, ana, noise(random, 10)...)
			<-pace.C
		}
		pace.Stop()
		cmd.Process.Kill()
		cmd.Wait()
		got, said := stored(t, file)
		checkBeginning(t, round, got, ana)
		for _, line := range said {
			if !strings.Contains(line, "ended in the middle of a record") {
				t.Errorf("round %d: got %q said", round, line)
			}
		}
		lost = max(lost, drawn-got.Len())
	}
	t.Logf("%d operations drawn, at 2000 a second at most; a kill lost %d at most", drawn, lost)
	cmd := exec.Command(program, "keep", room, "--store", dir)
	launch(t, cmd).await(t, "keeping ")
	waitStored(t, file, drawn)
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("got %v after SIGTERM, want status 0", err)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*.aside-*"))
	if len(names) > 0 {
		t.Errorf("got %q set aside, want nothing", names)
	}
}

// checkBeginning checks that a log is the beginning of p's.
func checkBeginning(t *testing.T, round int, got *canvas.Log, p *peer.Peer) {
	t.Helper()
	p.Look(func(log *canvas.Log) {
		if !strings.HasPrefix(history(log), history(got)) {
			t.Errorf("round %d: got %d operations that are not the first of what was drawn", round, got.Len())
		}
	})
}
