package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

func TestARecordingStartsWithWhatWasDrawnBefore(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	drawAndRegret(t, ana)
	out := filepath.Join(t.TempDir(), "out.png")
	log := filepath.Join(t.TempDir(), "log.ndjson")
	recorder := start(t, nothing(), "record", room, "-o", out, "--log", log, "--size", "300x200")
	recorder.err.await(t, "recording")
	undo(t, ana) // the red stripe, and then the box
	undo(t, ana)
	draw(t, ana, stripe(20, green))
	if err := ana.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	recorder.interrupt()
	recorder.wait(t, exitDone)
	recorder.err.await(t, "wrote "+out+": 300x200 pixels, 9 operations by 1 peer in ")
	want := []canvas.Op{stripe(90, green), stripe(20, green)}
	checkFile(t, out, pictureOf(t, want...))
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, string(text)); !slices.Equal(got, want) {
		t.Errorf("the log comes to %v, want %v", got, want)
	}
}

// readAll is what draw makes of a file.
func readAll(t *testing.T, text string) (ops []canvas.Op) {
	t.Helper()
	for i, err := range readOps(strings.NewReader(text)) {
		if err != nil {
			t.Error(err)
			continue
		}
		ops = append(ops, i.op)
	}
	return ops
}

// TestJoinTellsOfTheDrawing has one who drew before, and one who undoes.
func TestJoinTellsOfTheDrawing(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	draw(t, ana, stripe(50, red))
	first := ana.Undoable()
	in, orders := pipe(t)
	bot := start(t, in, "join", room)
	bot.out.await(t, fmt.Sprintf(`{"type":"sync","sum":"%v","peers":0,"agree":true,"entries":0}`, canvas.NewLog(nil).Digest()))
	bot.out.await(t, fmt.Sprintf(`{"type":"op","from":%q,"name":"Ana","stroke":"%v","old":true,"op":{"event":"draw",`, ana.ID(), first))
	bot.out.await(t, fmt.Sprintf(`{"type":"sync","sum":"%v","peers":1,"agree":true,"entries":1}`, ana.Sum()))

	undo(t, ana)
	bot.out.await(t, fmt.Sprintf(`{"type":"op","from":%q,"name":"Ana","stroke":"%v","op":{"event":"undo","stroke":"%[2]v"}}`, ana.ID(), first))
	bot.out.await(t, fmt.Sprintf(`{"type":"sync","sum":"%v","peers":1,"agree":true,"entries":2}`, ana.Sum()))

	io.WriteString(orders, wireSegment+"\n"+`{"event":"undo"}`+"\n"+`{"event":"undo"}`+"\n"+`{"event":"redo"}`+"\n")
	bot.err.await(t, "drawbot: standard input: line 3: there is nothing to undo\n")
	bot.out.await(t, `{"type":"error","line":3,"cause":"there is nothing to undo"}`)
	bot.out.await(t, `"agree":true,"entries":5}`)
	if got := seen(ana); !slices.Equal(got, []canvas.Op{redSegment}) {
		t.Errorf("after an undo and a redo: got %v, want the segment", got)
	}
	io.WriteString(orders, `{"event":"undo"}`+"\n")
	bot.out.await(t, `"agree":true,"entries":6}`)
	if got := seen(ana); len(got) > 0 {
		t.Errorf("after an undo: got %v, want nothing", got)
	}
}

// seen is what shows of a drawing.
func seen(v keeper) (ops []canvas.Op) {
	v.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			ops = append(ops, e.Op)
		}
	})
	return ops
}

// A diary is a keeper that nobody else has.
type diary struct {
	mu  sync.Mutex
	log *canvas.Log
}

func (d *diary) Look(look func(*canvas.Log)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	look(d.log)
}

func (d *diary) Sum() canvas.Digest {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Digest()
}

func (d *diary) Agree() (int, bool) { return 3, false }

func TestWatchSyncTellsOfChangesOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{log: canvas.NewLog(canvas.NewSigner())}
		ctx, cancel := context.WithCancel(t.Context())
		var got []string
		start := time.Now()
		go watchSync(ctx, d, func(record any) {
			r := record.(syncRecord)
			if r.Type != "sync" || r.Peers != 3 || r.Agree || len(r.Sum) != 32 {
				t.Errorf("got %v, want the diary's", r)
			}
			got = append(got, fmt.Sprintf("%v: %d", time.Since(start), r.Entries))
		})
		time.Sleep(syncEvery / 8) // so that it never draws at the tick
		for range 10 {
			d.Look(func(log *canvas.Log) {
				if _, err := log.Draw(redSegment, 0, canvas.Ticks(time.Now())); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(syncEvery / 4)
		}
		time.Sleep(time.Hour)
		cancel()
		synctest.Wait()
		if want := []string{"0s: 0", "1s: 4", "2s: 8", "3s: 10"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestDisagreementIsLoud(t *testing.T) {
	var got []string
	warn := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	ours, theirs := canvas.Digest{1}, canvas.Digest{2}
	disagreement := peer.Fault{Peer: "a1", Err: &peer.DisagreementError{Peer: "a1", Ours: ours, Theirs: theirs}}
	warnOfDisagreement(warn, peer.Fault{Peer: "a1", Err: errors.New("no JSON")})
	warnOfDisagreement(warn, disagreement)
	want := fmt.Sprintf("peer a1 says to hold another drawing although nothing is missing: its sum is %v, ours %v", theirs, ours)
	if !slices.Equal(got, []string{want}) {
		t.Errorf("got %q, want %q", got, want)
	}
	record := string(encode(recordOf(disagreement)))
	if wants := `"peer":"a1","cause":"` + want; !strings.Contains(record, wants) {
		t.Errorf("got the record %s, want %s in it", record, wants)
	}
}
