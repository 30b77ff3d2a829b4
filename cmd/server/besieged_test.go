package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/internal/hostile"
	"drawmesh/peer"
)

// A room is kept, two pages and three bots draw in it, and it is recorded. A hostile
// member does its worst there for ten seconds; with -soak, for ten minutes. Then
// everybody can draw, all have the same picture, the recording is proved, the pages
// name the liar, and nobody's memory has filled.
func TestBesieged(t *testing.T) {
	lasts := 10 * time.Second
	if *soak {
		lasts = 10 * time.Minute
	}
	dir := t.TempDir()
	drawbot := buildDrawbot(t)
	server := startProcess(t, "--port=0", "--no-stun", "--token-secret", longSecret, "--keep", dir)
	room := server.url + "/studio"
	b := newBrowser(t)
	pages := []*page{b.open(room), b.open(room)}
	bots := []*peer.Peer{enter(t, room), enter(t, room), enter(t, room)}
	log, picture := filepath.Join(t.TempDir(), "room.ndjson.gz"), filepath.Join(t.TempDir(), "room.png")
	recorder := exec.Command(drawbot, "record", room, "--log", log, "-o", picture, "--size", "1280x800")
	stderr, err := recorder.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := recorder.Start(); err != nil {
		t.Fatal(err)
	}
	defer recorder.Process.Kill()
	said := readLines(stderr)
	said.wait(t, "recording ", 1)
	for _, p := range pages {
		p.waitLinks(6)
		p.choose("pencil", red)
	}
	eve := enterHostile(t, room, 7)
	heaps := []float64{pages[0].heap(), pages[1].heap()}
	inside := []int{server.cmd.Process.Pid, recorder.Process.Pid}
	before := residents(t, inside)

	ctx, cancel := context.WithTimeout(t.Context(), lasts)
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() {
		eve.Once(ctx, 20*time.Millisecond, hostile.Forks()...)
		eve.Attack(ctx, 20*time.Millisecond, hostile.All()...)
	})
	for i, bot := range bots {
		all.Go(func() { scribbleUntil(ctx, t, bot, 640+20*float64(i)) })
	}
	for n := 0; ctx.Err() == nil; n++ {
		y := 100 + float64(n%50)*10
		pages[n%2].drag(place{200, y}, place{300, y})
	}
	all.Wait()
	t.Logf("after %v: server and recorder have %v MiB, had %v", lasts, residents(t, inside), before)

	t.Log("everybody can draw, and all have the same picture")
	waitEverybody(t, pages, bots)
	for i, p := range pages {
		p.wait(`document.querySelector("#fault").textContent.includes("eve told two stories")`)
		if grown := p.heap() - heaps[i]; grown > 64<<20 {
			t.Errorf("the memory of page %d has grown by %.0f MiB, want 64 at most", i, grown/(1<<20))
		}
	}
	eve.Close()
	waitEverybody(t, pages, bots)
	waitSame(pages[0], pages[1])
	for i, mib := range residents(t, inside) {
		if mib > before[i]+200 { // twice what lives, for the collector
			t.Errorf("process %d has %d MiB, had %d", i, mib, before[i])
		}
	}

	t.Log("the recording is proved, and names who lied")
	if err := recorder.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// It may say that there was no link to somebody, who came and went too fast.
	if err := recorder.Wait(); err != nil && recorder.ProcessState.ExitCode() != exitIncomplete {
		t.Fatalf("the recorder: %v; it said %q", err, said.text)
	}
	out, err := exec.Command(drawbot, "verify", log, picture).CombinedOutput()
	if err != nil {
		t.Errorf("verify: %v: %.2000s", err, out)
	}
	t.Logf("verify says %.1000s", out)
	if got := server.end(syscall.SIGTERM); got != exitDone {
		t.Errorf("got exit status %d, want %d", got, exitDone)
	}
}

const exitIncomplete = 5 // of drawbot's: somebody was not reached

// scribbleUntil draws a few strokes a second until ctx ends.
func scribbleUntil(ctx context.Context, t *testing.T, p *peer.Peer, y float64) {
	for ctx.Err() == nil {
		if _, err := p.Draw(wideLine(y, canvas.Color{G: 128, A: 255})); err != nil {
			t.Errorf("a bot cannot draw: %v", err)
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// waitEverybody lets everybody draw, and waits until all have that. A clear that is still
// on its way may wipe what was drawn by who had not seen it: once all hold the same
// without it, they draw again.
func waitEverybody(t *testing.T, pages []*page, bots []*peer.Peer) {
	t.Helper()
	var sites []canvas.Site
	for _, p := range pages {
		site, err := canvas.ParseSite(eval[string](p, `document.documentElement.dataset.site`))
		if err != nil {
			t.Fatal(err)
		}
		sites = append(sites, site)
	}
	for _, b := range bots {
		b.Look(func(log *canvas.Log) { sites = append(sites, log.Site()) })
	}
	held := func() (v canvas.Vector) {
		bots[0].Look(func(log *canvas.Log) { v = log.Have().Sites })
		return v
	}
	before := held()
	var drawn time.Time
	draw := func() {
		drawn = time.Now()
		for i, p := range pages {
			y := 300 + 10*float64(i) // where no tool is
			p.drag(place{400, y}, place{500, y})
		}
		for i, b := range bots {
			if _, err := b.Draw(wideLine(640+20*float64(i), canvas.Color{B: 255, A: 255})); err != nil {
				t.Fatalf("a bot cannot draw: %v", err)
			}
		}
	}
	agree := func() bool {
		sum := bots[0].Sum()
		same := true
		for _, b := range bots[1:] {
			same = same && b.Sum() == sum
		}
		for _, p := range pages {
			same = same && p.sum() == sum.String()
		}
		return same
	}
	there := func() bool {
		now := held()
		return !slices.ContainsFunc(sites, func(s canvas.Site) bool { return now[s] <= before[s] })
	}
	draw()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		switch same := agree(); {
		case same && there():
			return
		case time.Now().After(end):
			t.Fatalf("not all hold the same, with what each of them drew:%s", differences(pages, bots, sites))
		case same && time.Since(drawn) > time.Second:
			draw()
		}
	}
}

// differences says what each holds, of all and of some sites.
func differences(pages []*page, bots []*peer.Peer, sites []canvas.Site) (text string) {
	for _, b := range bots {
		b.Look(func(log *canvas.Log) {
			h := log.Have()
			text += fmt.Sprintf("\nbot %v: %d entries of %d sites, %d void, cleared %v ahead; of each:", h.Digest, log.Len(), len(h.Sites), len(h.Void), time.Until(canvas.TimeOf(h.Clear.T)))
			for _, site := range sites {
				text += fmt.Sprint(" ", h.Sites[site])
			}
		})
	}
	for _, p := range pages {
		text += "\npage " + eval[string](p, `JSON.stringify(document.documentElement.dataset)`)
	}
	return text
}

// residents is how many MiB of memory processes have.
func residents(t *testing.T, pids []int) (list []int) {
	t.Helper()
	for _, pid := range pids {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		match := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(data)
		if err != nil || match == nil {
			t.Fatalf("process %d: %v", pid, err)
		}
		kib, _ := strconv.Atoi(string(match[1]))
		list = append(list, kib>>10)
	}
	return list
}
